"""The voice of espeak-ng: a small formant synthesiser for Mandarin and English; no network, no model file.

espeak-ng is GPL software: it is run as a program of its own and never loaded as a library.

Its voice `cmn` (1.51, as in Debian 12) looks every Han character up as pinyin and then reads the pinyin as
English: 您好 becomes "neen-two how-three". `cmn-latn-pinyin` speaks Mandarin, but reads English words as
pinyin. So a text is spoken in parts, Han and digits by the one voice and Latin words by the English one.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncGenerator
from contextlib import aclosing

from alula.engines.health import Health
from alula.engines.speech.audio import Floats, Resampler, from_floats, to_floats
from alula.engines.speech.synthesis import Language, SilenceTrim, Style, VoiceUnavailableError, speakable
from alula.kernel.settings import setting

program_setting = setting("ALULA_ESPEAK", "espeak-ng", "The espeak-ng program, by name or path.")

LANGUAGES: dict[Language, str] = {"zh": "cmn-latn-pinyin", "en": "en-us"}
VARIANTS = {"female": "f3", "male": "m3"}
_VARIANT = re.compile(r"[A-Za-z0-9_-]{0,24}")
_LATIN = re.compile(r"([A-Za-zÀ-ɏ]+(?:[ .'’&/+-]+[A-Za-zÀ-ɏ]+)*)")
_HAN = re.compile(r"([㐀-䶿一-鿿々〇]+)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")
_LONG_DIGITS = re.compile(r"\d{7,}")
_HEADER = 44
_RATE = 22_050
_PIECE = 4_096
_PATIENCE = 10.0


def parts(text: str, language: Language) -> list[tuple[Language, str]]:
    """The text in runs for one voice each, in order; a run without letter or digit joins the one before."""
    other: Language = "en" if language == "zh" else "zh"
    runs: list[tuple[Language, str]] = []
    for at, run in enumerate((_LATIN if language == "zh" else _HAN).split(text)):
        spoken_by = other if at % 2 else language
        if not re.search(r"\w", run):
            if runs:
                runs[-1] = (runs[-1][0], runs[-1][1] + run)
            continue
        runs.append((spoken_by, _as_read(run) if spoken_by == "zh" else run))
    return runs


def _as_read(text: str) -> str:
    """Percentages as 百分之, telephone and contract numbers digit by digit: in Mandarin it knows neither."""
    return _LONG_DIGITS.sub(lambda digits: " ".join(digits[0]), _PERCENT.sub(r"百分之\1", text))


def _arguments(style: Style, language: Language) -> list[str]:
    """The command line. The text goes by standard input, so nothing that is said can become an option.

    `-b 1` UTF-8, `-z` no pause after the last sentence, `-p` pitch, `-s` rate, `-v` language+variant.

    Raises:
        ValueError: the variant is not a plain name.
    """
    variant = style.variant or VARIANTS[style.gender]
    if not _VARIANT.fullmatch(variant):
        raise ValueError(f"an espeak-ng variant is a plain name, not {variant!r}")
    pitch, rate = min(max(style.pitch, 0), 99), min(max(style.rate, 80), 320)
    voice = f"{LANGUAGES[language]}+{variant}"
    return [
        program_setting.value, "-v", voice, "-p", str(pitch), "-s", str(rate),
        "-z", "-b", "1", "--stdin", "--stdout",
    ]  # fmt: skip


class EspeakVoice:
    """One process per run of one language. It writes while it speaks: the first piece comes in 10-20 ms."""

    name = "espeak"

    async def stream(self, text: str, style: Style) -> AsyncGenerator[bytes, None]:
        """See `Voice.stream`."""
        plain = speakable(text).replace("[[", "[ [")  # [[...]] would be read as phoneme names
        trim = SilenceTrim()
        for language, run in parts(plain, style.language):
            async with aclosing(_speak(run, _arguments(style, language))) as voice:
                async for values in voice:
                    if len(samples := trim.feed(from_floats(values))):
                        yield samples.tobytes()

    def health(self) -> Health:
        """Whether the program is there and knows Mandarin."""
        path = shutil.which(program_setting.value)
        if path is None:
            detail = {
                "zh": "没有找到 espeak-ng 程序，客户的话只显示文字。"
                "安装：apt install espeak-ng（Debian、Ubuntu）或 brew install espeak-ng（macOS）。",
                "en": "The program espeak-ng was not found, so the customer's words are shown as text. "
                "To install it: apt install espeak-ng (Debian, Ubuntu) or brew install espeak-ng (macOS).",
            }
            return Health("voice", "espeak-ng", ok=False, detail=detail)
        try:
            version = _ask(path, "--version").partition(":")[2].split()
            engine = f"espeak-ng {version[0]}" if version else "espeak-ng"
            missing = [tag for tag in LANGUAGES.values() if f" {tag} " not in _ask(path, "--voices=" + tag)]
        except (OSError, subprocess.SubprocessError) as error:
            detail = {"zh": f"{path} 无法运行：{error}", "en": f"{path} cannot be run: {error}"}
            return Health("voice", "espeak-ng", ok=False, detail=detail)
        if missing:
            detail = {
                "zh": f"缺少语音：{'、'.join(missing)}。",
                "en": f"Voices missing: {', '.join(missing)}.",
            }
            return Health("voice", engine, ok=False, detail=detail)
        return Health(
            "voice",
            engine,
            ok=True,
            detail={"zh": f"可用，程序在 {path}。", "en": f"Works, with the program at {path}."},
        )


def _ask(path: str, option: str) -> str:
    return subprocess.run([path, option], capture_output=True, text=True, timeout=10, check=True).stdout  # noqa: S603 - a program named by the operator, no shell


async def _speak(text: str, arguments: list[str]) -> AsyncGenerator[Floats, None]:
    """One run of the program: its voice at 16 kHz. The process never outlives the iteration.

    Raises:
        VoiceUnavailableError: it cannot be started, or fails.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        raise VoiceUnavailableError(f"{arguments[0]} cannot be started: {error}") from error
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(text.encode())
        process.stdin.close()
        resampler, rest = Resampler(_RATE), b""
        async with asyncio.timeout(_PATIENCE):
            await process.stdout.readexactly(_HEADER)
        while data := await _next(process.stdout):
            whole = len(rest + data) // 2 * 2
            piece, rest = (rest + data)[:whole], (rest + data)[whole:]
            yield resampler.feed(to_floats(piece))
        yield resampler.finish()
        if await process.wait():
            raise VoiceUnavailableError(f"espeak-ng ended with status {process.returncode}")
    except TimeoutError as error:
        raise VoiceUnavailableError(f"espeak-ng said nothing for {_PATIENCE:.0f} s") from error
    except (OSError, asyncio.IncompleteReadError) as error:
        raise VoiceUnavailableError(f"espeak-ng ended early, with status {await process.wait()}") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()  # reads what is left, so that the pipe is closed with the process


async def _next(stdout: asyncio.StreamReader) -> bytes:
    """The next bytes. The limit holds for the program alone: the listener may take its time between two pieces."""
    async with asyncio.timeout(_PATIENCE):
        return await stdout.read(_PIECE)
