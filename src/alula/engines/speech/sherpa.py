"""Recognition by sherpa-onnx on this machine, with a model folder of the operator's (extra `alula[sherpa]`).

The voice does not leave the machine. Alula ships no recognition model.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from alula.engines.health import Health
from alula.engines.speech.audio import RATE, Samples, to_floats
from alula.engines.speech.recognition import Language, RecognitionUnavailableError, Transcript
from alula.kernel.settings import setting

try:
    import sherpa_onnx
except ImportError:  # the extra is not installed: health() says how to get it
    sherpa_onnx = None

folder_setting = setting(
    "ALULA_SHERPA_FOLDER", "", "Folder of a sherpa-onnx model: tokens.txt and its .onnx files."
)
kind_setting = setting(
    "ALULA_SHERPA_KIND", "sense_voice", "What the model is: sense_voice, paraformer or transducer."
)
threads_setting = setting("ALULA_SHERPA_THREADS", 1, "Threads for one recognition.")

PARTS: dict[str, tuple[str, ...]] = {
    "sense_voice": ("model",),
    "paraformer": ("model",),
    "transducer": ("encoder", "decoder", "joiner"),
}

_loaded: dict[tuple[str, str, str], Any] = {}
_lock = threading.Lock()


def _models(folder: Path, kind: str) -> Iterator[str]:
    """The model file of each part; the smaller int8 one where both are there.

    Raises:
        RecognitionUnavailableError: the folder or one of the files is missing, or the kind is unknown.
    """
    if kind not in PARTS:
        raise RecognitionUnavailableError(f"ALULA_SHERPA_KIND={kind!r}: expected one of {', '.join(PARTS)}")
    if not (folder / "tokens.txt").is_file():
        raise RecognitionUnavailableError(f"{folder / 'tokens.txt'} is missing")
    for part in PARTS[kind]:
        found = sorted(folder.glob(f"{part}*.onnx"), key=lambda path: (".int8." not in path.name, path.name))
        if not found:
            raise RecognitionUnavailableError(f"{folder}: no {part}*.onnx")
        yield str(found[0])


def _recogniser(language: Language) -> Any:
    """The loaded model, one per process and language."""
    if sherpa_onnx is None:
        raise RecognitionUnavailableError("sherpa-onnx is not installed: pip install 'alula[sherpa]'")
    if not folder_setting.value:
        raise RecognitionUnavailableError("ALULA_SHERPA_FOLDER is not set")
    folder, kind = Path(folder_setting.value), kind_setting.value
    key = (str(folder), kind, language if kind == "sense_voice" else "")
    with _lock:
        if key not in _loaded:
            models = list(_models(folder, kind))
            make = getattr(sherpa_onnx.OfflineRecognizer, f"from_{kind}")
            options = {"tokens": str(folder / "tokens.txt"), "num_threads": threads_setting.value}
            if kind == "sense_voice":
                options |= {"language": language, "use_itn": True}
            try:
                _loaded[key] = make(*models, **options)
            except (RuntimeError, ValueError) as error:
                raise RecognitionUnavailableError(f"{folder} cannot be loaded: {error}") from error
        return _loaded[key]


class SherpaRecogniser:
    """A whole turn at a time, in a thread, so that the event loop keeps serving."""

    name = "sherpa"
    recognises = True
    leaves_machine = False

    async def transcribe(self, pcm: bytes | Samples, language: Language) -> Transcript:
        """See `Recogniser.transcribe`. sherpa-onnx gives no confidence for a whole text, so there is none."""
        return await asyncio.to_thread(self._transcribe, pcm, language)

    def _transcribe(self, pcm: bytes | Samples, language: Language) -> Transcript:
        recogniser = _recogniser(language)
        stream = recogniser.create_stream()
        stream.accept_waveform(RATE, to_floats(pcm).astype(np.float32))
        try:
            recogniser.decode_stream(stream)
        except RuntimeError as error:
            raise RecognitionUnavailableError(f"sherpa-onnx: {error}") from error
        return Transcript(str(stream.result.text).strip(), None, f"{self.name} {kind_setting.value}")

    def health(self) -> Health:
        """Whether the package is installed and the model loads."""
        engine = "sherpa-onnx"
        try:
            _recogniser("zh")
        except RecognitionUnavailableError as error:
            return Health(
                "recognition",
                engine,
                ok=False,
                detail={"zh": f"不能使用：{error}", "en": f"Cannot be used: {error}"},
            )
        folder = folder_setting.value
        return Health(
            "recognition",
            engine,
            ok=True,
            detail={"zh": f"可用，模型在 {folder}。", "en": f"Works, with the model in {folder}."},
        )
