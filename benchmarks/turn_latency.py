"""How long a trainee waits: from the end of turn decided to the first byte of the customer's voice, with ten talks at once.

A real server and ten clients on one machine; each client speaks real frames in real time. Twice: trainees who begin at
different moments, as people do, and the worst case, in which all ten end every turn in the same instant. Prints p50 and
p95 in ms and the server's CPU share. Run: make bench, or python benchmarks/turn_latency.py [talks] [turns]
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import websockets

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from serving import Server
from talking import frames_of

from alula.engines.speech.audio import read_wav, write_wav

WORDS = [
    "您好，请问您主要担心什么？",
    "这款产品的等待期是九十天，犹豫期是十五天。",
    "保费可以按年交，也可以按月交。",
]
SCENARIO = "critical_illness_insurance"


def speech(folder: Path) -> list[list[bytes]]:
    """Each of WORDS as 20 ms frames with silence around."""
    found = []
    for n, text in enumerate(WORDS):
        raw, wav = folder / f"{n}.raw", folder / f"{n}.wav"
        subprocess.run(["espeak-ng", "-v", "cmn-latn-pinyin+m3", "-w", raw, text], check=True)
        wav.write_bytes(write_wav(read_wav(raw.read_bytes())))
        found.append([bytes(640)] * 25 + frames_of(wav) + [bytes(640)] * 70)
    return found


class OneTalk:
    """A trainee: speaks in real time, answers `heard` with the words at once, notes when the voice came."""

    def __init__(self, server: Server, spoken: list[list[bytes]], turns: int) -> None:
        self.spoken, self.turns, self.waits = spoken, turns, []
        client = server.sign_in("lin@haitang.example")
        self.session = client.post(
            "/api/coach/sessions", json={"scenario": SCENARIO, "level": "easy"}
        ).json()["id"]
        self.cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        self.address = f"ws://127.0.0.1:{server.port}/coach/stream?session={self.session}"
        self.origin = server.url

    async def run(self, after: float) -> None:
        await asyncio.sleep(after)
        async with websockets.connect(
            self.address, additional_headers={"Cookie": self.cookie}, origin=self.origin
        ) as socket:
            await socket.send(
                json.dumps(
                    {"type": "hello", "mode": "hands_free", "recognition": "none", "frame": 0, "turns": 1}
                )
            )
            answered = asyncio.Event()
            listener = asyncio.create_task(self._listen(socket, answered))
            number, began = 0, time.monotonic()
            for turn in range(self.turns):
                answered.clear()
                for pcm in self.spoken[turn % len(self.spoken)]:
                    await socket.send(struct.pack("<I", number) + pcm)
                    number += 1
                    await asyncio.sleep(max(0, began + number * 0.02 - time.monotonic()))
                await asyncio.wait_for(answered.wait(), 20)
                began = time.monotonic() - number * 0.02
            listener.cancel()

    async def _listen(self, socket, answered: asyncio.Event) -> None:
        decided, said = None, 0
        async for message in socket:
            if isinstance(message, bytes):
                if decided is not None:
                    self.waits.append(time.monotonic() - decided)
                    decided = None
                continue
            data = json.loads(message)
            if data["type"] == "heard":
                decided = time.monotonic()
                words = WORDS[said % len(WORDS)]
                said += 1
                await socket.send(
                    json.dumps(
                        {
                            "type": "say",
                            "key": f"k{said}",
                            "text": words,
                            "typed": True,
                            "utterance": data["utterance"],
                        }
                    )
                )
            elif data["type"] == "voice_end" or data["type"] == "ended":
                answered.set()


async def main(talks: int, turns: int) -> None:
    """Hold the talks and print the figures."""
    with tempfile.TemporaryDirectory() as name:
        server = Server(Path(name))
        server.command("demo")
        server.start()
        try:
            spoken = speech(Path(name))
            cycle = len(spoken[0]) * 0.02
            for label, apart in (("apart", cycle / talks), ("in one instant", 0.0)):
                print(f"{label}: " + await measured(server, spoken, talks, turns, apart))
        finally:
            server.stop()


async def measured(server: Server, spoken: list[list[bytes]], talks: int, turns: int, apart: float) -> str:
    """The figures of `talks` talks that begin `apart` seconds after each other."""
    some = [OneTalk(server, spoken, turns) for _ in range(talks)]
    before, began = cpu(server.process.pid), time.monotonic()
    await asyncio.gather(*(one.run(apart * number) for number, one in enumerate(some)))
    used, passed = cpu(server.process.pid) - before, time.monotonic() - began
    waits = np.array([wait for one in some for wait in one.waits]) * 1000
    p50, p95 = np.percentile(waits, [50, 95])
    return (
        f"{talks} talks at once, {len(waits)} turns: wait p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {waits.max():.0f} ms; "
        f"server {used / passed * 100:.0f} % of one core ({os.cpu_count()} cores)"
    )


def cpu(pid: int) -> float:
    """Seconds of CPU that the process and its ended children used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[n]) for n in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:3]] or [10, 6]
    asyncio.run(main(numbers[0], numbers[1] if len(numbers) > 1 else 6))
