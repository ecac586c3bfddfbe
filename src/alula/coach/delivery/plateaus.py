"""What counts as good delivery: one trapezoid per feature. All are engineering defaults, not published norms.

Directions come from the studies named in docs/coach/delivery.md; the figures were set by us and wait for
calibration against human raters. A scenario or an operator may pass other ones to `score_delivery`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from alula.coach.delivery.baseline import Baseline

Side = Literal["good", "low", "high"]


@dataclass(frozen=True)
class Plateau:
    """A trapezoid: 0 points up to `zero_below`, 100 from `full_from` to `full_to`, 0 again from `zero_above`.

    A side that is None is open: nothing is too small, or too large. `decimals` and `unit` are for the reader; a unit
    of None says that the value is only yes or no, and nothing is shown.
    """

    zero_below: float | None
    full_from: float | None
    full_to: float | None
    zero_above: float | None
    unit: str | None = ""
    decimals: int = 1

    def score(self, value: float) -> float:
        """0-100, linear on the slopes."""
        if self.full_from is not None and self.zero_below is not None and value < self.full_from:
            return 100.0 * max(0.0, (value - self.zero_below) / (self.full_from - self.zero_below))
        if self.full_to is not None and self.zero_above is not None and value > self.full_to:
            return 100.0 * max(0.0, (self.zero_above - value) / (self.zero_above - self.full_to))
        return 100.0

    def side(self, value: float) -> Side:
        """Where the value lies: on the plateau, below it or above it."""
        if self.full_from is not None and value < self.full_from:
            return "low"
        return "high" if self.full_to is not None and value > self.full_to else "good"

    def scaled(self, ratio: float) -> Plateau:
        """The same trapezoid for a voice whose ordinary value is `ratio` times the default's."""
        edges = (self.zero_below, self.full_from, self.full_to, self.zero_above)
        low, first, last, high = (None if edge is None else edge * ratio for edge in edges)
        return replace(self, zero_below=low, full_from=first, full_to=last, zero_above=high)

    @property
    def middle(self) -> float:
        """What the default takes for ordinary: the middle of the plateau, or its only edge."""
        edges = [edge for edge in (self.full_from, self.full_to) if edge is not None]
        return sum(edges) / len(edges)

    def show(self, value: float) -> str:
        """A value with its unit."""
        return "" if self.unit is None else f"{value:.{self.decimals}f} {self.unit}".rstrip()

    @property
    def expected(self) -> str:
        """The plateau with its unit: "2.0-5.0 st", "≤ 1.5 s"."""
        if self.unit is None:
            return ""
        if self.full_from is None:
            return f"≤ {self.show(self.full_to or 0.0)}"
        if self.full_to is None:
            return f"≥ {self.show(self.full_from)}"
        return f"{self.full_from:.{self.decimals}f}-{self.show(self.full_to)}"


@dataclass(frozen=True)
class Plateaus:
    """The defaults for Mandarin; `ENGLISH` differs where the language does (`st` are semitones)."""

    # response speed
    latency_median: Plateau = Plateau(None, None, 1.5, 4.0, "s", 2)
    latency_p90: Plateau = Plateau(None, None, 3.0, 6.0, "s", 2)
    # tone
    f0_sd: Plateau = Plateau(0.6, 2.3, 5.5, 9.0, "st")
    level_sd: Plateau = Plateau(1.0, 3.5, 9.0, 14.0, "dB")
    falling: Plateau = Plateau(0.0, 60.0, None, None, "%", 0)
    clipped: Plateau = Plateau(None, None, 0.1, 2.0, "%", 2)
    # infectiousness
    f0_range: Plateau = Plateau(1.0, 7.0, None, None, "st")
    liveliness: Plateau = Plateau(1.0, 4.0, 10.0, 16.0, "dB")
    rate_variation: Plateau = Plateau(0.0, 12.0, 45.0, 90.0, "%", 0)
    emphasis: Plateau = Plateau(0.0, 4.0, None, None, "/min")
    # affinity
    rate: Plateau = Plateau(2.0, 3.5, 5.5, 7.5, "/s")
    gap: Plateau = Plateau(None, None, 0.8, 2.0, "s", 2)
    overlap: Plateau = Plateau(None, None, 0.0, 1.0, "s", 2)
    courtesy: Plateau = Plateau(0.0, 15.0, None, None, "%", 0)
    # attitude
    acknowledged: Plateau = Plateau(0.0, 70.0, None, None, "%", 0)
    rudeness: Plateau = Plateau(None, None, 0.0, 2.0, "", 0)
    spikes: Plateau = Plateau(None, None, 0.5, 4.0, "/min")
    # fluency
    long_pauses: Plateau = Plateau(None, None, 2.0, 8.0, "/min")
    fillers: Plateau = Plateau(None, None, 2.0, 10.0, "%")
    pause_share: Plateau = Plateau(-10.0, 8.0, 30.0, 60.0, "%", 0)

    def for_voice(self, own: Baseline | None) -> Plateaus:
        """These plateaus moved to the trainee's own voice, by at most a quarter down or a third up."""
        if own is None:
            return self
        return replace(
            self,
            f0_sd=_moved(self.f0_sd, own.f0_sd),
            f0_range=_moved(self.f0_range, own.f0_range),
            level_sd=_moved(self.level_sd, own.level_sd),
            liveliness=_moved(self.liveliness, own.level_sd),
            rate=_moved(self.rate, own.rate),
        )


LEAST_MOVE, MOST_MOVE = 0.75, 4 / 3


def _moved(plateau: Plateau, own: float | None) -> Plateau:
    if own is None:
        return plateau
    return plateau.scaled(min(max(own / plateau.middle, LEAST_MOVE), MOST_MOVE))


MANDARIN = Plateaus()
ENGLISH = replace(
    MANDARIN,
    f0_sd=Plateau(0.5, 2.0, 5.0, 8.0, "st"),  # no lexical tones
    f0_range=Plateau(1.0, 6.0, None, None, "st"),
    rate=Plateau(2.0, 3.3, 5.5, 7.5, "/s"),
)
DEFAULTS: dict[Literal["zh", "en"], Plateaus] = {"zh": MANDARIN, "en": ENGLISH}
