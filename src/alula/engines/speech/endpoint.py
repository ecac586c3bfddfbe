"""Has the speaker finished? A state machine without a clock: fed with (probability, second), it gives events.

Rules
  two thresholds   speech begins at a probability of 0.5 and stops below 0.35: a breath does not flicker
  least speech     160 ms within one burst; a click or a knock is no turn, and does not prolong one
  least pause      200 ms; shorter silences lie inside words
  hang-over        silence that ends a turn: 700 ms at first, then by the speaker's own pauses (400-1200 ms)
  connectives      words that announce more (因为, 然后, 嗯; because, um) at the end of the text: 800 ms more
  push to talk     only the release ends the turn
  pre-roll         300 ms kept from before the first sound, so that the first consonant is not lost
  longest turn     120 s; a fan that sounds like speech must not hold a talk for ever

The figures are engineering defaults. The habit follows the speaker: the 90th percentile of the pauses after
which they spoke on (also where they were cut off), times 1.25, mixed with the default until enough was heard.
"""

from __future__ import annotations

import re
from bisect import insort
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["hands_free", "push_to_talk"]

_CONNECTIVES = re.compile(
    r"(因为|所以|然后|就是|就是说|但是|不过|而且|如果|比如|还有|那个|这个|嗯|呃|额|\b(?:because|and|but|if|so|um|uh|er|like|or|that|the))$",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"[\s，,、…。.—-]+$")


@dataclass(frozen=True)
class SpeechStarted:
    """Speech is certain. `start` is its first sound; its audio is to be kept from `keep_from`. In seconds."""

    start: float
    keep_from: float


@dataclass(frozen=True)
class Paused:
    """No speech since second `at`; the turn may go on."""

    at: float


@dataclass(frozen=True)
class Resumed:
    """Speech again, from second `at`, in the same turn."""

    at: float


@dataclass(frozen=True)
class TurnEnded:
    """The turn is over.

    Attributes:
        start: second of the first sound.
        end: second of the last sound.
        keep_from: where its audio begins, pre-roll included.
        keep_until: where its audio ends.
        decided: the second at which this was decided; `decided - end` is what the speaker waited for.
        reason: silence, the released key, or the limit of a turn.
        spoken: False when the key was held in silence; start and end are then the press and the release.
    """

    start: float
    end: float
    keep_from: float
    keep_until: float
    decided: float
    reason: Literal["silence", "released", "longest"]
    spoken: bool = True


Event = SpeechStarted | Paused | Resumed | TurnEnded


@dataclass(frozen=True)
class Rules:
    """The thresholds, in probabilities and seconds; see the head of this module."""

    start: float = 0.5
    stop: float = 0.35
    chunk: float = 0.032
    least_speech: float = 0.16
    least_pause: float = 0.2
    hang: float = 0.7
    shortest_hang: float = 0.4
    longest_hang: float = 1.2
    connective: float = 0.8
    pre_roll: float = 0.3
    longest_turn: float = 120.0
    cut_off: float = 1.0  # speech so soon after a turn was ended means that it was ended too early


@dataclass
class Habit:
    """The pauses that a speaker made inside turns, in seconds. Keep `pauses` between talks if you wish."""

    pauses: list[float] = field(default_factory=list)
    _sorted: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pauses = self.pauses[-60:]
        self._sorted = sorted(self.pauses)

    def add(self, pause: float) -> None:
        """Remember one more pause; the oldest of sixty is forgotten."""
        self.pauses.append(pause)
        insort(self._sorted, pause)
        if len(self.pauses) > 60:
            self._sorted.remove(self.pauses.pop(0))

    def hang(self, rules: Rules) -> float:
        """The silence that ends a turn of this speaker; the default counts as much as eight pauses."""
        count = len(self._sorted)
        if not count:
            return rules.hang
        own = 1.25 * self._sorted[min(count - 1, int(0.9 * count))]
        mixed = (8 * rules.hang + count * own) / (8 + count)
        return min(max(mixed, rules.shortest_hang), rules.longest_hang)


class Endpointer:
    """One speaker's turns in one talk. `feed` must be called with rising seconds; a gap counts as silence.

    Attributes:
        mode: may be changed between calls; a turn that is under way ends as it began.
        habit: the speaker's pauses, learned as the talk goes on.
    """

    def __init__(
        self, *, mode: Mode = "hands_free", rules: Rules | None = None, habit: Habit | None = None
    ) -> None:
        self.mode: Mode = mode
        self.habit = habit or Habit()
        self._rules = rules or Rules()
        self._now = 0.0
        self._burst_start: float | None = None  # speech without a break, up to now
        self._burst = 0.0
        self._start: float | None = None  # of the turn under way
        self._voiced_until = 0.0
        self._paused = False
        self._pressed: float | None = None
        self._last: TurnEnded | None = None

    @property
    def speaking(self) -> bool:
        """Whether a turn is under way."""
        return self._start is not None or self._pressed is not None

    def wait(self, text: str | None = None) -> float:
        """The silence in seconds that would end the turn now, with `text` as what was recognised so far."""
        more = self._rules.connective if text and _CONNECTIVES.search(_TRAILING.sub("", text)) else 0.0
        return self.habit.hang(self._rules) + more

    def press(self, second: float) -> None:
        """The key is held: until `release`, all that is said is one turn. A second press changes nothing."""
        if self._pressed is None:
            self._pressed = second

    def release(self, second: float) -> tuple[Event, ...]:
        """The key is let go: the turn ends here, whatever is heard. Without a `press`, nothing happens."""
        return () if self._pressed is None else (self._end(second, "released"),)

    def feed(self, probability: float, second: float, text: str | None = None) -> tuple[Event, ...]:
        """One more chunk of the stream.

        Args:
            probability: of speech, 0-1.
            second: at which the chunk ends.
            text: what was recognised of the turn so far, if a recogniser streams.
        """
        since, self._now = max(self._now, second - self._rules.chunk), second
        events: tuple[Event, ...] = ()
        if self.mode == "hands_free" or self.speaking:
            speech = probability >= (self._rules.stop if self._burst else self._rules.start)
            events = self._speech(since, second) if speech else self._silence(second)
        if self._pressed is not None:
            begun, over = self._pressed, False
        else:
            begun = self._start if self._start is not None else second
            silent = (
                self._paused and self._burst_start is None
            )  # a burst may turn out to be speech: wait for it
            over = silent and second - self._voiced_until >= self.wait(text)
        if second - begun >= self._rules.longest_turn:
            return (*events, self._end(second, "longest"))
        return (*events, self._end(second, "silence")) if over else events

    def _speech(self, since: float, second: float) -> tuple[Event, ...]:
        if self._burst_start is None:
            self._burst_start = since
        self._burst = second - self._burst_start
        certain = self._burst + 1e-9 >= self._rules.least_speech
        if self._start is None:
            if not certain:
                return ()
            self._start, self._voiced_until = self._burst_start, second
            self._learn_from_cut_off(self._start)
            return (SpeechStarted(self._start, self._keep_from(self._start)),)
        if self._paused and not certain:
            return ()
        gap_end, was_paused = self._burst_start, self._paused
        if was_paused:
            self.habit.add(gap_end - self._voiced_until)
        self._voiced_until, self._paused = second, False
        return (Resumed(gap_end),) if was_paused else ()

    def _silence(self, second: float) -> tuple[Event, ...]:
        self._burst_start, self._burst = None, 0.0
        if self._start is None or self._paused or second - self._voiced_until < self._rules.least_pause:
            return ()
        self._paused = True
        return (Paused(self._voiced_until),)

    def _end(self, second: float, reason: Literal["silence", "released", "longest"]) -> TurnEnded:
        start, end = self._start, self._voiced_until
        if start is None and self._burst_start is not None:  # a short word just before the release
            start, end = self._burst_start, self._now
        spoken = start is not None
        if start is None:
            start, end = self._pressed if self._pressed is not None else second, second
        first = start if self._pressed is None else min(start, self._pressed)
        until = min(second, end + self._rules.pre_roll) if reason == "silence" else second
        self._last = TurnEnded(start, end, self._keep_from(first), until, second, reason, spoken)
        self._burst_start, self._burst = None, 0.0
        self._start, self._pressed, self._paused = None, None, False
        return self._last

    def _keep_from(self, start: float) -> float:
        """Not into the turn before: its audio is never given twice."""
        return max(start - self._rules.pre_roll, self._last.keep_until if self._last else 0.0, 0.0)

    def _learn_from_cut_off(self, start: float) -> None:
        last = self._last
        if last and last.reason == "silence" and start - last.decided <= self._rules.cut_off:
            self.habit.add(start - last.end)
