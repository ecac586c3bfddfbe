"""Hearing and speaking.

audio         WAV files, samples, resampling, levels: strict about what comes in
vad           is this 32 ms speech: silero VAD v6 on onnxruntime, no torch
endpoint      has the speaker finished: a state machine fed with those probabilities
synthesis     text to voice: the port `Voice`, and the choice of its adapter
espeak        adapter: the program espeak-ng, on this machine
recognition   speech to text: the port `Recogniser`, and the choice of its adapter
hosted        adapters of both: any OpenAI-compatible audio API
sherpa        adapter of recognition: sherpa-onnx with a model folder of the operator's

Everywhere inside: 16,000 samples a second, one channel, 16-bit integers, little-endian ("PCM").
"""
