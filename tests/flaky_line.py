"""A bad line as a TCP proxy: every packet is held back in each direction, and everything is cut when it is asked for."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import Future
from typing import Self

PIECE = 16 * 1024


class FlakyLine:
    """Stands in front of a server on the loopback interface, from `with` on.

    A packet arrives `held` seconds after it was sent; packets keep their order. What is on its way when the line is cut
    is lost on both sides without a word, as when a phone leaves its network; new connections are let through at once.

    Attributes:
        url: where a browser finds the server through the line.
        cuts: connections that were cut so far, one number per cut.
    """

    def __init__(self, port: int, held: float) -> None:
        self.port, self.held = port, held
        self.cuts: list[int] = []
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._after: tuple[int, Future[None]] | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="flaky-line", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        listening = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        ).result(10)
        self.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        async def end() -> None:
            self._cut()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def cut(self) -> None:
        """Cut every connection now."""

        async def now() -> None:
            self._cut()

        asyncio.run_coroutine_threadsafe(now(), self._loop).result(10)

    def cut_in_the_middle_of_an_answer(self, after: int) -> Future[None]:
        """Cut as soon as `after` bytes more have come from the server; the answer is done when it has happened."""
        done: Future[None] = Future()
        self._after = (after, done)
        return done

    def _cut(self) -> None:
        for ends in self._pairs:
            for end in ends:
                end.transport.abort()
        self.cuts.append(len(self._pairs))
        self._pairs.clear()

    async def _serve(self, from_browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self.port)
        pair = (to_browser, to_server)
        self._pairs.add(pair)
        ways = [self._carry(from_browser, to_server), self._carry(from_server, to_browser, self._count)]
        tasks = [asyncio.create_task(way) for way in ways]
        self._tasks.update(tasks)
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.difference_update(tasks)
        self._pairs.discard(pair)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, count=None) -> None:
        """Hand on what comes, each piece `held` seconds after it came, until one side hangs up."""
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        reading = asyncio.create_task(self._read(source, pieces, count))
        try:
            while True:
                due, data = await pieces.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                if not data:
                    break
                target.write(data)
                await target.drain()
        finally:
            reading.cancel()
            with contextlib.suppress(OSError):
                target.close()

    async def _read(self, source: asyncio.StreamReader, pieces: asyncio.Queue, count) -> None:
        data = b"begin"
        while data:
            try:
                data = await source.read(PIECE)
            except OSError:
                data = b""
            pieces.put_nowait((self._loop.time() + self.held, data))
            if count is not None:
                count(len(data))

    def _count(self, came: int) -> None:
        if self._after is None:
            return
        left, done = self._after[0] - came, self._after[1]
        self._after = (left, done) if left > 0 else None
        if left <= 0:
            self._cut()
            done.set_result(None)
