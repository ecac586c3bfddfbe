"""Any OpenAI-compatible audio API: `/audio/speech` and `/audio/transcriptions` under one base URL each.

The server may be a cloud or a machine beside this one; where the voice goes is told to the trainee.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlsplit

import httpx

from alula.engines.health import Health
from alula.engines.speech.audio import Samples, read_wav, write_wav
from alula.engines.speech.recognition import Language, RecognitionUnavailableError, Transcript
from alula.engines.speech.synthesis import SilenceTrim, Style, VoiceUnavailableError, clauses, speakable
from alula.kernel.errors import Refusal
from alula.kernel.settings import setting

voice_url = setting(
    "ALULA_VOICE_URL",
    "",
    "Base URL of the speech API when ALULA_VOICE=openai, for example http://127.0.0.1:8000/v1.",
)
voice_key = setting("ALULA_VOICE_KEY", "", "Key of that API.", secret=True)
voice_model = setting("ALULA_VOICE_MODEL", "tts-1", "Its model.")
voice_female = setting("ALULA_VOICE_FEMALE", "nova", "The name there of the voice for female personas.")
voice_male = setting("ALULA_VOICE_MALE", "onyx", "The name there of the voice for male personas.")
voice_timeout = setting("ALULA_VOICE_TIMEOUT", 10.0, "Seconds to wait for one clause of speech.")

recognition_url = setting(
    "ALULA_RECOGNITION_URL",
    "",
    "Base URL of the transcription API when ALULA_RECOGNITION=openai, for example http://127.0.0.1:8000/v1.",
)
recognition_key = setting("ALULA_RECOGNITION_KEY", "", "Key of that API.", secret=True)
recognition_model = setting("ALULA_RECOGNITION_MODEL", "whisper-1", "Its model.")
recognition_timeout = setting("ALULA_RECOGNITION_TIMEOUT", 15.0, "Seconds to wait for the words of one turn.")

_ORDINARY_RATE = 170.0


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


def _why(error: Exception) -> str:
    """An error in words, without the key and without a page of HTML."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"{error.request.url} answered {error.response.status_code}: {error.response.text[:200]}"
    if isinstance(error, httpx.HTTPError) and error._request is not None:  # noqa: SLF001 - .request raises when there is none
        return f"{error.request.url}: {type(error).__name__} {error}".rstrip()
    return f"{type(error).__name__}: {error}"


def _remote(url: str) -> bool:
    return urlsplit(url).hostname not in ("127.0.0.1", "::1", "localhost")


def _reach(port: str, engine: str, url: str, key: str, variable: str) -> Health:
    """Ask the API for its models: the cheapest request that also shows a wrong key."""
    if not url:
        detail = {"zh": f"没有设置 {variable}。", "en": f"{variable} is not set."}
        return Health(port, engine, ok=False, detail=detail)
    try:
        answer = httpx.get(f"{url.rstrip('/')}/models", headers=_headers(key), timeout=5)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Health(
            port,
            engine,
            ok=False,
            detail={"zh": f"连接不上：{_why(error)}", "en": f"Cannot be reached: {_why(error)}"},
        )
    if answer.status_code in (401, 403):
        return Health(
            port, engine, ok=False, detail={"zh": f"{url} 拒绝了密钥。", "en": f"{url} refuses the key."}
        )
    if answer.status_code >= 500:
        return Health(
            port,
            engine,
            ok=False,
            detail={"zh": f"{url} 返回 {answer.status_code}。", "en": f"{url} answers {answer.status_code}."},
        )
    return Health(port, engine, ok=True, detail={"zh": f"可以连接 {url}。", "en": f"{url} can be reached."})


class HostedVoice:
    """A request per clause; the next clause is asked for while the one before is being played."""

    name = "openai"

    async def stream(self, text: str, style: Style) -> AsyncGenerator[bytes, None]:
        """See `Voice.stream`."""
        parts = clauses(speakable(text))
        if not parts:
            return
        if not voice_url.value:
            raise VoiceUnavailableError("ALULA_VOICE_URL is not set")
        trim = SilenceTrim()
        ahead: asyncio.Task[Samples] | None = None
        async with httpx.AsyncClient(
            timeout=voice_timeout.value, headers=_headers(voice_key.value)
        ) as client:
            try:
                for part, following in zip(parts, (*parts[1:], None), strict=True):
                    samples = await (ahead or self._speak(client, part, style))
                    ahead = asyncio.create_task(self._speak(client, following, style)) if following else None
                    if len(sounding := trim.feed(samples)):
                        yield sounding.tobytes()
            except (httpx.HTTPError, httpx.InvalidURL, Refusal) as error:
                raise VoiceUnavailableError(_why(error)) from error
            finally:
                if ahead is not None:
                    ahead.cancel()
                    await asyncio.gather(ahead, return_exceptions=True)

    async def _speak(self, client: httpx.AsyncClient, text: str, style: Style) -> Samples:
        answer = await client.post(
            f"{voice_url.value.rstrip('/')}/audio/speech",
            json={
                "model": voice_model.value,
                "voice": (voice_female if style.gender == "female" else voice_male).value,
                "input": text,
                "speed": round(min(max(style.rate / _ORDINARY_RATE, 0.25), 4.0), 2),
                "response_format": "wav",
            },
        )
        answer.raise_for_status()
        return read_wav(answer.content)

    def health(self) -> Health:
        """Whether the API answers and takes the key."""
        return _reach(
            "voice", f"openai {voice_model.value}", voice_url.value, voice_key.value, "ALULA_VOICE_URL"
        )


class HostedRecogniser:
    """One multipart request per turn."""

    name = "openai"
    recognises = True

    @property
    def leaves_machine(self) -> bool:
        """Whether the API is on another machine."""
        return _remote(recognition_url.value)

    async def transcribe(self, pcm: bytes | Samples, language: Language) -> Transcript:
        """See `Recogniser.transcribe`."""
        if not recognition_url.value:
            raise RecognitionUnavailableError("ALULA_RECOGNITION_URL is not set")
        engine = f"{self.name} {recognition_model.value}"
        try:
            async with httpx.AsyncClient(
                timeout=recognition_timeout.value, headers=_headers(recognition_key.value)
            ) as client:
                answer = await client.post(
                    f"{recognition_url.value.rstrip('/')}/audio/transcriptions",
                    files={"file": ("turn.wav", write_wav(pcm), "audio/wav")},
                    data={"model": recognition_model.value, "language": language, "response_format": "json"},
                )
            answer.raise_for_status()
            return _transcript(answer.json(), engine)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RecognitionUnavailableError(_why(error)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise RecognitionUnavailableError(
                f"{engine}: not a transcription: {answer.text[:200]}"
            ) from error

    def health(self) -> Health:
        """Whether the API answers and takes the key."""
        engine = f"openai {recognition_model.value}"
        return _reach(
            "recognition", engine, recognition_url.value, recognition_key.value, "ALULA_RECOGNITION_URL"
        )


def _transcript(body: dict[str, Any], engine: str) -> Transcript:
    """`text`; and a confidence (exp of the mean log-probability) where the server gives its segments."""
    text = body["text"]
    if not isinstance(text, str):
        raise TypeError("text")
    logs = [float(part["avg_logprob"]) for part in body.get("segments") or () if "avg_logprob" in part]
    confidence = round(min(1.0, math.exp(sum(logs) / len(logs))), 4) if logs else None
    return Transcript(text.strip(), confidence, engine)
