"""The voice of espeak-ng: a small formant synthesiser for Mandarin and English; no network, no model file.

espeak-ng is GPL software: it is run as a program of its own and never loaded as a library.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator

import numpy as np

from alula.engines.health import Health
from alula.engines.speech.audio import Resampler, Samples, from_floats, to_floats
from alula.engines.speech.synthesis import SilenceTrim, Style, VoiceUnavailableError, speakable
from alula.kernel.settings import setting

program_setting = setting("ALULA_ESPEAK", "espeak-ng", "The espeak-ng program, by name or path.")

LANGUAGES = {"zh": "cmn", "en": "en-us"}
VARIANTS = {"female": "f3", "male": "m3"}
_VARIANT = re.compile(r"^[A-Za-z0-9_-]{0,24}$")
_HEADER = 44
_RATE = 22_050
_PIECE = 4_096
_TIMEOUT = 20.0


def _arguments(style: Style) -> list[str]:
    """The command line. The text goes by standard input, so nothing that is said can become an option.

    `-b 1` UTF-8, `-z` no pause after the last sentence, `-p` pitch, `-s` rate, `-v` language+variant.

    Raises:
        ValueError: the variant is not a plain name.
    """
    variant = style.variant or VARIANTS[style.gender]
    if not _VARIANT.match(variant):
        raise ValueError(f"an espeak-ng variant is a plain name, not {variant!r}")
    pitch, rate = min(max(style.pitch, 0), 99), min(max(style.rate, 80), 320)
    voice = f"{LANGUAGES[style.language]}+{variant}"
    return [
        program_setting.value, "-v", voice, "-p", str(pitch), "-s", str(rate),
        "-z", "-b", "1", "--stdin", "--stdout",
    ]  # fmt: skip


class EspeakVoice:
    """One process per text. It writes while it speaks: the first piece comes after some ten milliseconds."""

    name = "espeak"

    async def stream(self, text: str, style: Style) -> AsyncIterator[bytes]:
        """See `Voice.stream`."""
        plain = speakable(text).replace("[[", "[ [")  # [[...]] would be read as phoneme names
        if not plain:
            return
        process = await self._start(style)
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(plain.encode())
            process.stdin.close()
            async with asyncio.timeout(_TIMEOUT):
                async for piece in _sounding(process.stdout):
                    yield piece
                if await process.wait():
                    raise VoiceUnavailableError(f"espeak-ng ended with status {process.returncode}")
        except TimeoutError as error:
            raise VoiceUnavailableError(f"espeak-ng took longer than {_TIMEOUT:.0f} s") from error
        except (BrokenPipeError, ConnectionResetError) as error:
            raise VoiceUnavailableError("espeak-ng ended before it had read the text") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _start(self, style: Style) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                *_arguments(style),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            raise VoiceUnavailableError(f"{program_setting.value} cannot be started: {error}") from error

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
            missing = [tag for tag in LANGUAGES.values() if tag not in _ask(path, "--voices=" + tag)]
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


async def _sounding(stdout: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The program's WAV stream as trimmed 16 kHz PCM."""
    trim, resampler, rest = SilenceTrim(), Resampler(_RATE), b""
    try:
        await stdout.readexactly(_HEADER)
    except asyncio.IncompleteReadError:
        return
    while data := await stdout.read(_PIECE):
        data = rest + data
        rest = data[len(data) // 2 * 2 :]
        samples = _quantised(trim, resampler.feed(to_floats(data[: len(data) // 2 * 2])))
        if samples:
            yield samples
    if samples := _quantised(trim, resampler.finish()):
        yield samples


def _quantised(trim: SilenceTrim, values: np.ndarray) -> bytes:
    made: Samples = trim.feed(from_floats(values))
    return made.tobytes()
