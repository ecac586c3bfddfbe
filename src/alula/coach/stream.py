"""The stream of a talk: frames and words in, turns and the customer's voice out (docs/coach/protocol.md).

A connection may break at any moment and another takes over; the server may be killed at any moment and another process
goes on. What is committed is in the database; everything else the client still has and sends again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import struct
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections
from starlette.websockets import WebSocket, WebSocketDisconnect

from alula.coach import presenting, queries, services
from alula.coach.catalogue import scenario_of
from alula.coach.hearing import Heard, Hearing, Utterance
from alula.coach.models import Session, Status, TurnRow
from alula.coach.reading_aloud import style_of
from alula.coach.services import Exchange, Spoken
from alula.engines.speech.chosen import chosen_recogniser, chosen_voice
from alula.engines.speech.endpoint import Paused, TurnEnded
from alula.engines.speech.recognition import RecognitionUnavailableError
from alula.engines.speech.synthesis import VoiceUnavailableError
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, invalid
from alula.people import facade as people

log = logging.getLogger(__name__)
T = TypeVar("T")

NOT_SIGNED_IN, WRONG_ORIGIN, NO_SESSION, OVER, TAKEN = 4401, 4403, 4404, 4409, 4410
GOT_EVERY = 10
IDLE_SECONDS = 600.0

_MESSAGE = {
    "zh": "必须是通话协议中的消息，写法与协议一致",
    "en": "must be a message of the talk's protocol, in the form that it gives",
}


async def in_thread(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Run something that reads or writes the database outside the event loop."""

    def call() -> T:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.to_thread(call)


class Talk:
    """What a process keeps of a live talk between two connections. Losing it loses nothing that was committed."""

    def __init__(self, actor: Actor, session: Session) -> None:
        self.actor, self.session_id = actor, session.id
        self.scenario = scenario_of(session.scenario)
        self.hearing = Hearing(session.committed_frame, "hands_free")
        self.committing = asyncio.Lock()
        self.line: Line | None = None
        self.used = time.monotonic()


_talks: dict[UUID, Talk] = {}


def _talk_of(actor: Actor, session: Session) -> Talk:
    for key in [
        key for key, one in _talks.items() if one.line is None and time.monotonic() - one.used > IDLE_SECONDS
    ]:
        del _talks[key]
    talk = _talks.get(session.id)
    # Another process may have gone on with the talk meanwhile: then what this one heard is old.
    if talk is None or session.committed_frame > talk.hearing.received:
        talk = _talks[session.id] = Talk(actor, session)
    talk.used = time.monotonic()
    return talk


async def talk(socket: WebSocket) -> None:
    """Serve one connection of a talk."""
    await socket.accept()
    if not _same_origin(socket):
        return await socket.close(WRONG_ORIGIN)
    actor = await in_thread(people.actor_from_session, socket.cookies.get(settings.SESSION_COOKIE_NAME, ""))
    if actor is None:
        return await socket.close(NOT_SIGNED_IN)
    try:
        session = await in_thread(queries.own_session, actor, UUID(socket.query_params.get("session", "")))
    except (Refusal, ValueError):
        return await socket.close(NO_SESSION)
    if session.status != Status.TALKING:
        return await socket.close(OVER)
    await Line(socket, _talk_of(actor, session), session).serve()
    return None


def _same_origin(socket: WebSocket) -> bool:
    """A page of another site must not open a talk with the visitor's cookie."""
    origin = urlsplit(socket.headers.get("origin", ""))
    return origin.netloc == socket.headers.get("host") or origin.geturl() in settings.CSRF_TRUSTED_ORIGINS


class Line:
    """One connection: reads messages, commits turns, speaks."""

    def __init__(self, socket: WebSocket, talk: Talk, session: Session) -> None:
        self.socket, self.talk, self.session = socket, talk, session
        self.actor = talk.actor
        self.language = talk.actor.language
        self._told_got = 0
        self._told_ack = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Until the client leaves. Commits under way are finished even when the line is gone."""
        try:
            while True:
                message = await self.socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                await self._receive(message)
        except (WebSocketDisconnect, RuntimeError):
            pass  # the line broke while something was being sent; the client comes back
        finally:
            if self.talk.line is self:
                self.talk.line = None
            self.talk.used = time.monotonic()
            if self._tasks:
                await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _receive(self, message: Any) -> None:
        if message.get("bytes") is not None:
            await self._frame(message["bytes"])
            return
        try:
            said = json.loads(message.get("text") or "")
            handle = self._handlers[said["type"]]
        except (ValueError, KeyError, TypeError):
            await self._refuse(invalid("", _MESSAGE))
            return
        try:
            await handle(self, said)
        except Refusal as refusal:
            await self._refuse(refusal)
        except (KeyError, TypeError, ValueError):
            await self._refuse(invalid(str(said["type"]), _MESSAGE))

    async def _send(self, **message: Any) -> None:
        await self.socket.send_text(
            json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=str)
        )

    async def _refuse(self, refusal: Refusal) -> None:
        await self._send(type="problem", problem=refusal.problem(self.language))

    async def _hello(self, said: dict[str, Any]) -> None:
        older, self.talk.line = self.talk.line, self
        if older is not None and older is not self:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it may be gone already
                await older.socket.close(TAKEN)
        hearing = self.talk.hearing
        await self._mode(said)
        self._told_got = hearing.received
        await self._send(
            type="ready",
            session=self.session.id,
            next_frame=hearing.received,
            recogniser=chosen_recogniser().recognises,
            voice=chosen_voice().name != "none",
        )
        turns, session = await in_thread(self._turns_from, int(said.get("turns", 0)))
        for turn in turns:
            await self._tell_turn(turn, session)
        last = turns[-1] if turns else None
        if last is not None and last.speaker == "customer" and last.end is None:
            await self._speak(last)
        if session.ending:
            await self._send(type="ended", ending=session.ending)
        for utterance in list(hearing.pending.values()):
            self._start(self._words_of(utterance))

    def _turns_from(self, index: int) -> tuple[list[TurnRow], Session]:
        session = queries.own_session(self.actor, self.session.id)
        return list(session.turns.filter(index__gte=index).order_by("index")), session

    async def _mode(self, said: dict[str, Any]) -> None:
        if said["mode"] != "text":
            self.talk.hearing.set_mode("push_to_talk" if said["mode"] == "push_to_talk" else "hands_free")

    async def _frame(self, data: bytes) -> None:
        if len(data) < 4:
            return
        (frame,) = struct.unpack_from("<I", data)
        hearing = self.talk.hearing
        await self._tell(hearing.feed(frame, data[4:]))
        if hearing.received - self._told_got >= GOT_EVERY:
            self._told_got = hearing.received
            await self._send(type="got", frame=hearing.received)
            await self._acknowledge()

    async def _acknowledge(self) -> None:
        if self.talk.hearing.acknowledged > self._told_ack:
            self._told_ack = self.talk.hearing.acknowledged
            await self._send(type="ack", frame=self._told_ack)

    async def _key(self, said: dict[str, Any]) -> None:
        await self._tell(self.talk.hearing.talk(down=bool(said["down"]), frame=int(said["frame"])))

    async def _tell(self, events: list[Heard]) -> None:
        for heard in events:
            event = heard.event
            ended = event if isinstance(event, TurnEnded) else None
            state = "ended" if ended else "paused" if isinstance(event, Paused) else "started"
            start, end = getattr(event, "start", getattr(event, "at", None)), ended.end if ended else None
            await self._send(type="speech", state=state, utterance=heard.utterance, start=start, end=end)
            if heard.complete is not None:
                self._start(self._words_of(heard.complete))

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _words_of(self, utterance: Utterance) -> None:
        """Ask the recogniser for the words; with none of ours, the client is asked."""
        recogniser = chosen_recogniser()
        text: str | None = None
        if recogniser.recognises:
            try:
                text = (await recogniser.transcribe(utterance.pcm, self.talk.scenario.language)).text.strip()
            except RecognitionUnavailableError as error:
                log.warning("recogniser: %s", error)
        await self._send(type="heard", utterance=utterance.id, text=text or None)
        if text:
            await self._commit(
                f"heard-{utterance.id}", text, typed=False, utterance=utterance, tell_key=False
            )

    async def _say(self, said: dict[str, Any]) -> None:
        utterance = self.talk.hearing.find(str(said.get("utterance") or ""))
        await self._commit(
            str(said["key"])[:64], str(said["text"]), typed=bool(said.get("typed")), utterance=utterance
        )

    async def _commit(
        self, key: str, text: str, *, typed: bool, utterance: Utterance | None, tell_key: bool = True
    ) -> None:
        spoken = Spoken()
        if utterance is not None:
            spoken = Spoken(utterance.start, utterance.end, utterance.next_frame, utterance.wav)
        async with self.talk.committing:
            done: Exchange = await in_thread(
                services.say, self.actor, self.session.id, key, text, typed=typed, spoken=spoken
            )
            if utterance is not None:
                self.talk.hearing.done_with(utterance)
        await self._tell_turn(done.trainee, done.session, key if tell_key else None)
        if done.customer is not None:
            await self._tell_turn(done.customer, done.session)
            await self._speak(done.customer)
        if done.session.ending:
            await self._send(type="ended", ending=done.session.ending)
        await self._acknowledge()

    async def _tell_turn(self, turn: TurnRow, session: Session, key: str | None = None) -> None:
        stage = presenting.stage_of(session)
        await self._send(
            type="turn",
            turn=presenting.turn_out(session, turn).model_dump(mode="json"),
            stage=stage.model_dump(mode="json") if stage else None,
            ending=session.ending or None,
            key=key or turn.key,
        )

    async def _speak(self, turn: TurnRow) -> None:
        """Send the customer's voice as it is made; without a voice the words stand alone."""
        try:
            first = True
            async for pcm in chosen_voice().stream(turn.text, style_of(self.talk.scenario)):
                if first:
                    await self._send(type="voice", turn=turn.index, rate=16000)
                    first = False
                await self.socket.send_bytes(struct.pack("<I", turn.index) + pcm)
            if not first:
                await self._send(type="voice_end", turn=turn.index)
        except VoiceUnavailableError as error:
            log.warning("voice: %s", error)

    async def _partial(self, said: dict[str, Any]) -> None:
        self.talk.hearing.partial(str(said["text"]))

    async def _played(self, said: dict[str, Any]) -> None:
        index, start, end = int(said["turn"]), float(said["start"]), float(said["end"])
        await in_thread(services.note_played, self.actor, self.session.id, index, start, end)

    async def _drop(self, said: dict[str, Any]) -> None:
        utterance = self.talk.hearing.find(str(said["utterance"]))
        if utterance is not None:
            self.talk.hearing.done_with(utterance)
            await self._acknowledge()

    async def _finish(self, _: dict[str, Any]) -> None:
        session = await in_thread(services.finish_session, self.actor, self.session.id)
        _talks.pop(session.id, None)
        await self._send(type="ended", ending=session.ending)

    async def _ping(self, _: dict[str, Any]) -> None:
        await self._send(type="pong")

    async def _nothing(self, _: dict[str, Any]) -> None:
        """A pause stops the frames, and with them the clock: the server need do nothing."""

    _handlers = {
        "hello": _hello,
        "mode": _mode,
        "talk": _key,
        "partial": _partial,
        "say": _say,
        "played": _played,
        "drop": _drop,
        "pause": _nothing,
        "resume": _nothing,
        "finish": _finish,
        "ping": _ping,
    }
