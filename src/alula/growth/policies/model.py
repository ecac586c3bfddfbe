"""A policy or a bank's product, as types. Amounts are upper limits (不超过) in 10,000 yuan, as a source states them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from alula.growth.rulebook.model import Human, Id, Mark, Part, Test, Text, Words

Level = Literal["national", "provincial", "municipal", "district", "bank"]
Status = Literal["in_force", "ended", "draft"]


class Need(Part, frozen=True):
    """One condition of who qualifies."""

    words: Words
    test: Test


class Tier(Part, frozen=True):
    """What a firm gets that meets `test`: at most `most`, None when the source states no sum."""

    words: Words
    test: Test
    most: Decimal | None = None


class Stacking(Part, frozen=True):
    """How the tiers of one policy add up.

    difference_only   a higher tier pays the difference to what a lower one paid
    sum_cap           all are paid, up to the top tier in all
    highest_only      only the highest is paid
    """

    how: Literal["difference_only", "sum_cap", "highest_only"]
    cap: Decimal | None = None


class Said(Part, frozen=True):
    """What one source says of a limit. `on` is the day on which it was said or read there, None where no day is known."""

    by: Words
    words: Words
    source: str
    mark: Mark
    on: date | None = None
    most: Decimal | None = None


class Policy(Part, frozen=True):
    """A policy, or a bank's product (level `bank`).

    `application` is false where it is paid without one (免申即享), None where no source says. `not_with` names policies
    that a source forbids to draw together with this one. `said` holds the limits source by source, as banks differ.
    """

    id: Id
    title: Words
    number: str
    issuer: Text
    level: Level
    place: str
    status: Status
    benefit: Words
    sources: tuple[str, ...]
    mark: Mark
    since: date | None = None
    until: date | None = None
    window_since: date | None = None
    window_until: date | None = None
    needs: tuple[Need, ...] = ()
    tiers: tuple[Tier, ...] = ()
    stacking: Stacking | None = None
    application: bool | None = None
    as_of: date | None = None
    conflict: Words | None = None
    not_with: tuple[Id, ...] = ()
    said: tuple[Said, ...] = ()


class Library(Part, frozen=True):
    """A file of policies or products."""

    format: Literal["alula.policies/1"]
    policies: tuple[Policy, ...]


SEE_SOURCE = Human(id="see_source")
