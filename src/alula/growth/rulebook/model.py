"""A rule file, as types: the closed set of nodes from which every standard on the ladder is written.

Money is in 10,000 yuan, ratios and growth in percent, ages in years. An operator stands beside every bound, because the
standards of the ladder include the number (以上/以下), the size classes exclude it (以下), and "over" (超过) always excludes it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

FORMAT = "alula.rule/1"

Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Text = Annotated[str, Meta(min_length=1, max_length=600)]
Op = Literal[">=", ">", "<=", "<"]
Kind = Literal["new", "review"]
Tier = Literal["innovative", "provincial", "giant", "tech", "digital"]
Mark = Literal["V", "V2", "2nd", "M"]
Figure = Literal[
    "revenue",
    "main_revenue",
    "rd_expense",
    "cost",
    "net_profit",
    "assets",
    "liabilities",
    "staff",
    "rd_staff",
]
ListName = Literal["rights", "equity", "honours", "institutions", "titles", "accidents"]


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of everything in the file: an unknown field is an error, never a silent loss."""


class Words(Part, frozen=True):
    """A text in Chinese and English."""

    zh: Text
    en: Text


class Bound(Part, frozen=True):
    """A limit with its own operator: the number is inside with >= and <=, outside with > and <."""

    op: Op
    value: Decimal


class Where(Part, frozen=True):
    """Which items of a list count. Every field that is given has to hold; an item that does not say is only possible.

    kinds, levels        the item's kind or level is one of these
    true                 attributes that have to be true
    within_years         dated no longer ago than this before the application
    valid                in force on the day of application
    rank, owner_rank     place of the firm among the winners, or among the owners
    since_transfer       full months since a right was bought; a right of one's own always holds
    acquired             how the right came to the firm is one of these
    held                 full years since the grant; with `held_kinds` only asked of rights of these kinds
    high_value           whether one of the four reasons makes the right high-value
    ceded                percent of the shares given for the money
    """

    kinds: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    true: tuple[str, ...] = ()
    within_years: int | None = None
    valid: bool = False
    rank: Bound | None = None
    owner_rank: Bound | None = None
    since_transfer: Bound | None = None
    acquired: tuple[str, ...] = ()
    held: Bound | None = None
    held_kinds: tuple[str, ...] = ()
    high_value: bool = False
    ceded: Bound | None = None


# What can be measured. `year` counts back from the day of application: 0 this year, 1 the last full accounting year.


class Amount(Part, frozen=True, tag_field="kind", tag="amount"):
    """A figure of one year."""

    of: Figure
    year: int = 1


class Ratio(Part, frozen=True, tag_field="kind", tag="ratio"):
    """One figure as percent of another, of the same year."""

    of: Figure
    to: Figure
    year: int = 1


class Growth(Part, frozen=True, tag_field="kind", tag="growth"):
    """Growth in percent: of the last year, the mean of two yearly rates, or the compound rate of two years."""

    of: Figure
    how: Literal["last", "mean", "compound"]


class Total(Part, frozen=True, tag_field="kind", tag="total"):
    """A figure summed over the last `years` full years."""

    of: Figure
    years: int


class Mean(Part, frozen=True, tag_field="kind", tag="mean"):
    """A figure's mean over the last `years` full years."""

    of: Figure
    years: int


class Age(Part, frozen=True, tag_field="kind", tag="age"):
    """Years (by full months) that the firm had been in its market segment at the end of the last full year."""

    of: Literal["segment_since"] = "segment_since"


class Count(Part, frozen=True, tag_field="kind", tag="count"):
    """How many items of a list count."""

    of: ListName
    where: Where = Where()


class Raised(Part, frozen=True, tag_field="kind", tag="raised"):
    """The sum of the equity rounds that count."""

    where: Where = Where()


class Number(Part, frozen=True, tag_field="kind", tag="number"):
    """A number that the firm states, such as `market.share_national` or `digital.level`."""

    of: str


class Yearly(Part, frozen=True, tag_field="kind", tag="yearly"):
    """A score given from outside for a year (external_score): it is entered with evidence and never computed here."""

    of: Literal["platform_score"] = "platform_score"
    year: int = 0


Measure = Amount | Ratio | Growth | Total | Mean | Age | Count | Raised | Number | Yearly


# What can be asked of a measure.


class Compare(Part, frozen=True, tag_field="kind", tag="compare"):
    """The measure stands on the right side of the bound."""

    measure: Measure
    op: Op
    bound: Decimal


class PerYearAll(Part, frozen=True, tag_field="kind", tag="per_year_all"):
    """The comparison holds in each of the years."""

    measure: Amount | Ratio
    op: Op
    bound: Decimal
    years: tuple[int, ...]


class Holds(Part, frozen=True, tag_field="kind", tag="holds"):
    """A yes-or-no fact, such as `features.own_brand`, is as wanted."""

    fact: str
    wanted: bool = True


class SizeIs(Part, frozen=True, tag_field="kind", tag="size_is"):
    """The size class by SIZE-2011 is one of these (tier_by)."""

    among: tuple[Literal["micro", "small", "medium", "large"], ...]


class Human(Part, frozen=True, tag_field="kind", tag="human"):
    """A judgement that no number decides. A person's decision is entered under `judgements`."""

    id: Id


class All(Part, frozen=True, tag_field="kind", tag="all"):
    """Every part holds."""

    of: tuple[Test, ...]


class AnyOf(Part, frozen=True, tag_field="kind", tag="any"):
    """At least one part holds."""

    of: tuple[Test, ...]


Test = Compare | PerYearAll | Holds | SizeIs | Human | All | AnyOf


class Clause(Part, frozen=True):
    """One condition. `unless` puts it out of question when it holds; `kinds` says for whom it is asked at all."""

    id: Id
    article: Text
    words: Words
    sources: tuple[str, ...]
    mark: Mark
    test: Test
    unless: Test | None = None
    kinds: tuple[Kind, ...] = ("new", "review")
    group: str = ""
    waived_by: str = ""
    check: Words | None = None


class Step(Part, frozen=True):
    """Points for the right side of a bound; in a `band` the best step that holds counts."""

    op: Op
    bound: Decimal
    points: Decimal


class Band(Part, frozen=True, tag_field="kind", tag="band"):
    """Points by the step that the measure reaches."""

    measure: Measure
    steps: tuple[Step, ...]
    otherwise: Decimal = Decimal(0)


class Steps(Part, frozen=True, tag_field="kind", tag="steps"):
    """`points` for each full `per` of the measure, up to `cap`."""

    measure: Measure
    per: Decimal
    points: Decimal
    cap: Decimal


class Award(Part, frozen=True):
    """Points for a condition."""

    test: Test
    points: Decimal


class BestAward(Part, frozen=True, tag_field="kind", tag="best_award"):
    """The most points among the conditions that hold."""

    of: tuple[Award, ...]
    otherwise: Decimal = Decimal(0)


class SumCap(Part, frozen=True, tag_field="kind", tag="sum_cap"):
    """Points of every condition that holds, added, up to `cap`."""

    of: tuple[Award, ...]
    cap: Decimal


class BestOf(Part, frozen=True, tag_field="kind", tag="best_of"):
    """The best of several ways to earn the same points."""

    of: tuple[Points, ...]


class SumOf(Part, frozen=True, tag_field="kind", tag="sum_of"):
    """Several ways to earn points, added."""

    of: tuple[Points, ...]


class Stated(Part, frozen=True, tag_field="kind", tag="stated"):
    """Points that an office gave and the firm enters with evidence, up to `cap` (external_score)."""

    of: str
    cap: Decimal


Points = Band | Steps | BestAward | SumCap | BestOf | SumOf | Stated


class Item(Part, frozen=True):
    """One scored indicator; `most` is what it can give."""

    id: Id
    article: Text
    words: Words
    sources: tuple[str, ...]
    mark: Mark
    most: Decimal
    points: Points
    group: str = ""
    check: Words | None = None


class Floor(Part, frozen=True):
    """What a group of items, or one item, has to reach for the score to count."""

    group: str
    words: Words
    op: Op
    bound: Decimal


class Score(Part, frozen=True):
    """A table of points. The score passes at `bound` when every floor holds too; without a bound it only has to be known."""

    article: Text
    words: Words
    sources: tuple[str, ...]
    mark: Mark
    items: tuple[Item, ...]
    op: Op = ">="
    bound: Decimal | None = None
    floors: tuple[Floor, ...] = ()


class Effective(Part, frozen=True):
    """From when to when (both days inside) a rule takes applications of a kind; no end means that it still does."""

    kind: Kind
    since: date
    until: date | None = None


class Upkeep(Part, frozen=True):
    """What a holder has to do: the data update each year by `update_by` (MM-DD), valid for `years`, changes reported in months."""

    update_by: str
    years: int
    report_months: int
    sources: tuple[str, ...]
    mark: Mark


class Rule(Part, frozen=True):
    """One version of a tier's standard.

    entry     who may apply at all; one that is unmet makes the firm ineligible
    needs     all of them are needed, by every path
    score     one path: enough points
    direct    each is a path of its own that replaces the score and nothing else
    grades    for a test that gives levels instead of pass or fail: the level that a total reaches
    """

    format: Literal["alula.rule/1"]
    id: str
    version: str
    tier: Tier
    title: Words
    document: str
    effective: tuple[Effective, ...]
    place: str
    sources: tuple[str, ...]
    mark: Mark
    entry: tuple[Clause, ...] = ()
    needs: tuple[Clause, ...] = ()
    score: Score | None = None
    direct: tuple[Clause, ...] = ()
    grades: tuple[Step, ...] = ()
    upkeep: Upkeep | None = None
    notes: tuple[Words, ...] = ()
    check: tuple[Words, ...] = ()
    overlays: tuple[str, ...] = ()


class Change(Part, frozen=True):
    """What an overlay does to one clause: not asked at all (`waive`), or not asked when `unless` holds."""

    clause: Id
    words: Words
    waive: bool = False
    unless: Test | None = None
    kinds: tuple[Kind, ...] = ("new", "review")


class Overlay(Part, frozen=True):
    """What a notice or a province changes. `batches` names the batches that the notice is for, by kind."""

    format: Literal["alula.overlay/1"]
    id: str
    version: str
    over: tuple[str, ...]
    title: Words
    document: str
    effective: tuple[Effective, ...]
    place: str
    sources: tuple[str, ...]
    mark: Mark
    batches: dict[Kind, tuple[int, ...]] = {}
    changes: tuple[Change, ...] = ()
    entry: tuple[Clause, ...] = ()
    needs: tuple[Clause, ...] = ()
    bound: Decimal | None = None
    items: tuple[Item, ...] = ()
    notes: tuple[Words, ...] = ()
    check: tuple[Words, ...] = ()


class Limit(Part, frozen=True):
    """A figure's bound in a size class."""

    of: Literal["staff", "revenue", "assets"]
    op: Op
    bound: Decimal


class Industry(Part, frozen=True):
    """The lines of one industry: small or medium when any of `sme` holds; medium and small when all of theirs do."""

    id: Id
    names: tuple[str, ...]
    words: Words
    mark: Mark
    sme: tuple[Limit, ...]
    medium: tuple[Limit, ...]
    small: tuple[Limit, ...]


class SizeRule(Part, frozen=True):
    """The size classes of firms, by industry."""

    format: Literal["alula.size/1"]
    id: str
    version: str
    title: Words
    document: str
    effective: tuple[Effective, ...]
    sources: tuple[str, ...]
    mark: Mark
    industries: tuple[Industry, ...]
    notes: tuple[Words, ...] = ()
    check: tuple[Words, ...] = ()
