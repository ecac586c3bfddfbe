"""Voice activity: is each 32 ms of a stream speech? Silero VAD v6 on onnxruntime and numpy, without torch.

The model is one file that the web build takes from the npm package `@ricky0123/vad-web` (ISC, the model MIT),
so that browser and server hear with one ear. One onnxruntime session per process; a `VoiceActivity` per talk.
"""

from __future__ import annotations

import threading
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from alula.engines.health import Health
from alula.engines.speech.audio import FULL_SCALE, RATE, Samples, samples_of
from alula.kernel.settings import setting

MODEL_PACKAGE = "@ricky0123/vad-web"
MODEL_PACKAGE_VERSION = "0.0.31"
MODEL_FILE = "dist/silero_vad_v6.onnx"  # inside the npm package
INSTALLED_FILE = "models/silero_vad.onnx"  # inside alula/web_dist, where the web build puts it

CHUNK = 512
CHUNK_SECONDS = CHUNK / RATE
_CONTEXT = 64

model_setting = setting(
    "ALULA_VAD_MODEL",
    "",
    "Path of the silero VAD v6 ONNX file; empty: the one that came with the web app.",
)


class VadUnavailableError(RuntimeError):
    """The model file is not there or cannot be used. The talk goes on by push-to-talk or in text."""


def model_path() -> Path:
    """Where the model file should be."""
    return Path(model_setting.value or str(files("alula") / "web_dist" / INSTALLED_FILE))


_sessions: dict[Path, onnxruntime.InferenceSession] = {}
_lock = threading.Lock()


def _session() -> onnxruntime.InferenceSession:
    """The process's session. Its `run` may be called by many threads at once."""
    path = model_path()
    with _lock:
        if path not in _sessions:
            if not path.is_file():
                raise VadUnavailableError(f"no voice activity model at {path}")
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = (
                1  # 0.2 ms of work: threads would cost more
            )
            options.log_severity_level = 3
            try:
                model = path.read_bytes()
                _sessions[path] = onnxruntime.InferenceSession(
                    model, options, providers=["CPUExecutionProvider"]
                )
            except Exception as error:  # onnxruntime's errors share no base class but this
                raise VadUnavailableError(
                    f"the voice activity model at {path} cannot be used: {error}"
                ) from error
        return _sessions[path]


class VoiceActivity:
    """Voice activity of one stream. Bytes may arrive in pieces of any size.

    Each chunk of 512 samples is shown to the model behind the last 64 samples of the one before, as in
    silero's own wrapper; a bare chunk is not heard at all.
    """

    def __init__(self) -> None:
        """Start at second 0.

        Raises:
            VadUnavailableError: there is no model file.
        """
        self._run = _session().run
        self._rate = np.array(RATE, np.int64)
        self.reset()

    def reset(self) -> None:
        """Forget everything heard and start at second 0 again."""
        self._state = np.zeros((2, 1, 128), np.float32)
        self._window = np.zeros((1, _CONTEXT + CHUNK), np.float32)
        self._waiting: Samples = np.zeros(0, np.int16)
        self._chunks = 0

    def feed(self, pcm: bytes | Samples) -> list[tuple[float, float]]:
        """The (probability of speech, second at which the chunk ends) of every chunk that is now whole.

        Raises:
            Refusal: audio.odd, when the bytes end in the middle of a sample.
        """
        self._waiting = np.concatenate([self._waiting, samples_of(pcm)])
        whole = len(self._waiting) // CHUNK
        heard = []
        for at in range(0, whole * CHUNK, CHUNK):
            probability = self._hear(self._waiting[at : at + CHUNK])
            self._chunks += 1
            heard.append((probability, self._chunks * CHUNK_SECONDS))
        self._waiting = self._waiting[whole * CHUNK :]
        return heard

    def _hear(self, chunk: NDArray[np.int16]) -> float:
        self._window[0, :_CONTEXT] = self._window[0, -_CONTEXT:]
        self._window[0, _CONTEXT:] = chunk / np.float32(FULL_SCALE)
        output, self._state = self._run(None, {"input": self._window, "state": self._state, "sr": self._rate})
        return float(output[0, 0])


def health() -> Health:
    """Whether the model is there, loads, and hears no speech in silence."""
    engine = f"silero VAD v6, onnxruntime {onnxruntime.__version__}"
    path = model_path()
    try:
        quiet = VoiceActivity().feed(np.zeros(CHUNK * 4, np.int16))
    except VadUnavailableError as error:
        missing = {
            "zh": f"没有找到模型文件 {path}。构建网页应用即可得到它；在此之前，语音陪练只能按住说话。",
            "en": f"The model file {path} is missing: building the web app brings it.",
        }
        unusable = {
            "zh": f"模型文件 {path} 无法使用：{error.__cause__}",
            "en": f"The model file {path} cannot be used: {error.__cause__}",
        }
        return Health("voice activity", engine, ok=False, detail=unusable if path.is_file() else missing)
    if max(probability for probability, _ in quiet) >= 0.5:
        wrong = {
            "zh": "模型把静音听成了说话，文件可能不对。",
            "en": "The model hears speech in silence: this may be the wrong file.",
        }
        return Health("voice activity", engine, ok=False, detail=wrong)
    return Health(
        "voice activity",
        engine,
        ok=True,
        detail={"zh": f"可用，模型在 {path}。", "en": f"Works, with the model at {path}."},
    )
