"""The way of an application: its stages, and one table that says which move leads where and who may make it.

The procedure is the rule's (self-assessment, review with visits, publicity, announcement; research 2.1e): the
province or the ministry decides, the agency records. How many days publicity lasts is what its notice says.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Stage = Literal[
    "self_test",
    "submitted",
    "check",
    "on_site",
    "publicity",
    "announced",
    "returned",
    "rejected",
    "withdrawn",
]
Who = Literal["owner", "officer"]
MoveName = Literal["submit", "take", "visit", "publish", "announce", "return", "reject", "withdraw"]

CLOSED: tuple[Stage, ...] = ("announced", "rejected", "withdrawn")
"""Nothing leads on from these; another application for the tier may begin."""
BOARD: tuple[Stage, ...] = (
    "self_test",
    "submitted",
    "check",
    "on_site",
    "publicity",
    "returned",
    "announced",
    "rejected",
    "withdrawn",
)
"""The stages in the order in which a board shows them."""


class Move(NamedTuple):
    """A move: from where it may be made, where it leads, by whom, and what has to come with it.

    Attributes:
        who: the firm's owner (for a held firm its agency acts as the owner), or an officer of the agency.
        needs: `reason` (words that the firm reads), `days` (how long publicity lasts), `title` (its dates).
    """

    before: tuple[Stage, ...]
    after: Stage
    who: Who
    needs: tuple[Literal["reason", "days", "title"], ...] = ()


_UNDER_WAY: tuple[Stage, ...] = ("submitted", "check", "on_site", "publicity")
MOVES: dict[MoveName, Move] = {
    "submit": Move(("self_test", "returned"), "submitted", "owner"),
    "withdraw": Move(("self_test", "returned", *_UNDER_WAY), "withdrawn", "owner"),
    "take": Move(("submitted",), "check", "officer"),
    "visit": Move(("check",), "on_site", "officer"),
    "publish": Move(("check", "on_site"), "publicity", "officer", ("days",)),
    "announce": Move(("publicity",), "announced", "officer", ("title",)),
    "return": Move(_UNDER_WAY, "returned", "officer", ("reason",)),
    "reject": Move(_UNDER_WAY, "rejected", "officer", ("reason",)),
}


def moves_from(stage: str, *, owner: bool, officer: bool) -> list[MoveName]:
    """The moves that somebody may make now, in the table's order."""
    hats = {"owner": owner, "officer": officer}
    return [name for name, move in MOVES.items() if stage in move.before and hats[move.who]]
