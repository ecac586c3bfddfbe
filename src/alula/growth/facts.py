"""What a firm states about itself: FACTS.yaml as types. Whatever is absent is unknown; 0, false and [] are known.

Money is in 10,000 yuan, by accounting year; ratios in percent. The published schema is docs/schemas/growth-facts.schema.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from alula.growth.reading import FileProblems, Sheet, read

Amount = Annotated[Decimal, Meta(description="10,000 yuan, or persons for staff")]
Percent = Annotated[Decimal, Meta(description="percent: 5 is five hundredths")]
Years = dict[int, Decimal]
Level = Literal["national", "provincial", "municipal", "county", "none"]
RightKind = Literal[
    "invention",
    "defence_invention",
    "plant_variety",
    "crop_variety",
    "new_drug",
    "protected_tcm",
    "ic_layout",
    "software",
    "utility_model",
    "design",
]
HighValue = Literal["none", "overseas_family", "overseas_income", "kept_over_10_years", "pledged", "award"]
TitleKind = Literal[
    "tech",
    "innovative",
    "provincial",
    "giant",
    "key_giant",
    "single_champion",
    "high_tech",
    "innovation_demonstration",
    "ip_demonstration",
    "green_factory",
]
HonourKind = Literal[
    "science_award", "maker_china_top500", "maker_china_top50", "quality_award", "patent_award"
]


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of everything in the file."""


class Right(Part, frozen=True):
    """An intellectual property right. `benefit`: it brought the firm an economic benefit; `owner_rank`: place among the owners.

    `high_value` names the reason that makes it a high-value right, or `none`.
    """

    kind: RightKind
    name: str = ""
    related: bool | None = None
    in_use: bool | None = None
    benefit: bool | None = None
    acquired: Literal["own", "transferred"] | None = None
    acquired_on: date | None = None
    granted: date | None = None
    owner_rank: int | None = None
    high_value: HighValue | None = None


class Equity(Part, frozen=True):
    """A capital increase. `investor`: institutional when it is a qualified, filed institution; `ceded`: percent of the shares."""

    amount: Amount | None = None
    investor: Literal["institutional", "other"] | None = None
    paid_in: bool | None = None
    ceded: Percent | None = None
    on: date | None = None


class Honour(Part, frozen=True):
    """An award. `rank` is the firm's place among the winners named on the certificate."""

    kind: HonourKind
    name: str = ""
    level: Level | None = None
    rank: int | None = None
    on: date | None = None


class Institution(Part, frozen=True):
    """A research institution of the firm; `recognised` by an office of its `level`; `joint` when it is run with others."""

    kind: str = ""
    level: Level | None = None
    recognised: bool | None = None
    joint: bool | None = None
    on: date | None = None


class Title(Part, frozen=True):
    """A title that the firm holds or held, with its days of validity (both inside)."""

    kind: TitleKind
    since: date | None = field(name="from", default=None)
    until: date | None = None
    batch: int | None = None


class Accident(Part, frozen=True):
    """What a supervising office found: its field, its grade (`larger` 较大, `major` 重大, `serious` for quality) and its date."""

    kind: Literal["safety", "network", "data", "quality", "environment", "tax", "sector_rules"]
    grade: Literal["ordinary", "larger", "serious", "major"] | None = None
    on: date | None = None


class Market(Part, frozen=True):
    """Shares (percent) and ranks of the main product in its market segment."""

    share_national: Percent | None = None
    share_international: Percent | None = None
    rank_national: Annotated[int, Meta(ge=1)] | None = None
    rank_provincial: Annotated[int, Meta(ge=1)] | None = None
    segment: str = ""


class Features(Part, frozen=True):
    """What the firm says about its product and its house, yes or no."""

    strategic_emerging: bool | None = None
    key_field: bool | None = None
    six_bases: bool | None = None
    ten_key_fields: bool | None = None
    cyber_power: bool | None = None
    time_honoured_brand: bool | None = None
    serves_chain_leaders: bool | None = None
    fills_gap: bool | None = None
    upgrades_industry: bool | None = None
    own_brand: bool | None = None
    information_system: bool | None = None
    management_certificate: bool | None = None
    product_certificate: bool | None = None
    standard_setting: bool | None = None
    led_standard: bool | None = None
    provincial_system_chain: bool | None = None
    heritage_or_first_set: bool | None = None
    regional_speciality: bool | None = None
    audit_report_coded: bool | None = None


class Entry(Part, frozen=True):
    """What keeps a firm from applying: lists it stands on, its product, whose firm it is."""

    abnormal_list: bool | None = None
    dishonest_list: bool | None = None
    restricted_product: bool | None = None
    accidents: tuple[Accident, ...] | None = None
    giant_group_similar_product: bool | None = None
    false_data: bool | None = None


class Digital(Part, frozen=True):
    """The digital self-test: `level` and `score` as the ministry's platform gave them, or the answers, in percent (0-100).

    `scenes` holds the level (1-4) of each of the 16 scenes of the 2024 table.
    """

    level: Annotated[int, Meta(ge=1, le=4)] | None = None
    score: Percent | None = None
    answers: dict[str, Percent] = {}
    scenes: dict[str, Annotated[int, Meta(ge=1, le=4)]] = {}


class Speciality(Part, frozen=True):
    """What a province's speciality table asks for beside the market: Shandong's key field A-D, acts of innovation, listing."""

    field_a: bool | None = None
    field_b: bool | None = None
    field_c: bool | None = None
    field_d: bool | None = None
    innovation_acts: Annotated[int, Meta(ge=0)] | None = None
    listed: bool | None = None


class Ratios(Part, frozen=True):
    """Percentages of a firm that knows no amounts: a number for the last full year, or one per year. Marked as self-stated."""

    rd: Percent | Years | None = None
    main: Percent | Years | None = None
    debt: Percent | Years | None = None
    margin: Percent | Years | None = None
    rd_staff: Percent | Years | None = None
    rd_of_cost: Percent | Years | None = None
    main_growth: Percent | Years | None = None
    revenue_growth: Percent | Years | None = None


class Facts(Part, frozen=True):
    """A firm's facts. `place` is the administrative code (4401 is Guangzhou); `industry` an industry of SIZE-2011."""

    format: Literal["alula.facts/1"] = "alula.facts/1"
    name: str = ""
    place: Annotated[str, Meta(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|CN)$")] | None = None
    industry: str | None = None
    established: date | None = None
    revenue: dict[int, Amount] = {}
    main_revenue: dict[int, Amount] = {}
    rd_expense: dict[int, Amount] = {}
    cost: dict[int, Amount] = {}
    net_profit: dict[int, Amount] = {}
    assets: dict[int, Amount] = {}
    liabilities: dict[int, Amount] = {}
    staff: dict[int, Amount] = {}
    rd_staff: dict[int, Amount] = {}
    ratios: Ratios = Ratios()
    segment_since: date | int | None = None
    rights: tuple[Right, ...] | None = None
    equity: tuple[Equity, ...] | None = None
    honours: tuple[Honour, ...] | None = None
    institutions: tuple[Institution, ...] | None = None
    titles: tuple[Title, ...] | None = None
    market: Market = Market()
    platform_score: dict[int, Percent] = {}
    features: Features = Features()
    entry: Entry = Entry()
    digital: Digital = Digital()
    speciality: Speciality = Speciality()
    speciality_points: Annotated[Decimal, Meta(description="points the province gave for 特色化")] | None = (
        None
    )
    judgements: dict[str, bool] = {}


FIGURES = (
    "revenue",
    "main_revenue",
    "rd_expense",
    "cost",
    "net_profit",
    "assets",
    "liabilities",
    "staff",
    "rd_staff",
)


def load_facts(text: str, name: str = "FACTS.yaml") -> Facts:
    """The facts in a YAML text.

    Raises:
        FileProblems: with every mistake at its line.
    """
    facts, sheet = read(text, Facts, name)
    _check(facts, sheet)
    sheet.refuse()
    return facts


def load_facts_file(path: Path) -> Facts:
    """The facts in a file.

    Raises:
        FileProblems: with every mistake at its line; also when the file is not UTF-8.
        OSError: the file cannot be read.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        sheet = Sheet("x", path.name)
        sheet.problem((), "文件不是 UTF-8 编码。", "The file is not UTF-8 text.")
        raise FileProblems(path.name, tuple(sheet.problems)) from error
    return load_facts(text, path.name)


def _check(facts: Facts, sheet: Sheet) -> None:
    for figure in FIGURES:
        for year, amount in getattr(facts, figure).items():
            if not 1990 <= year <= 2100:
                sheet.problem((figure, year), f"{year} 不是年份。", f"{year} is not a year.")
            if amount < 0 and figure != "net_profit":
                sheet.problem((figure, year), "这里不能是负数。", "This cannot be negative.")
    _check_parts(facts, sheet)
    for path, number in _counted(facts):
        if number < 0:
            sheet.problem(path, "这里不能是负数。", "This cannot be negative.")
    for order, title in enumerate(facts.titles or ()):
        if title.since and title.until and title.until < title.since:
            sheet.problem(("titles", order, "until"), "结束早于开始。", "It ends before it begins.")


def _check_parts(facts: Facts, sheet: Sheet) -> None:
    """A part cannot be larger than its whole: a slip that would turn an answer round."""
    for part, whole in (("main_revenue", "revenue"), ("rd_staff", "staff")):
        for year, amount in getattr(facts, part).items():
            total = getattr(facts, whole).get(year)
            if total is not None and amount > total:
                sheet.problem(
                    (part, year),
                    f"{year} 年的 {part} 大于 {whole}。",
                    f"{part} of {year} is larger than {whole}.",
                )


def _counted(facts: Facts) -> Iterator[tuple[tuple[str | int, ...], Decimal | int]]:
    for order, right in enumerate(facts.rights or ()):
        yield ("rights", order, "owner_rank"), right.owner_rank or 0
    for order, round_ in enumerate(facts.equity or ()):
        yield ("equity", order, "amount"), round_.amount or 0
        yield ("equity", order, "ceded"), round_.ceded or 0
    for order, honour in enumerate(facts.honours or ()):
        yield ("honours", order, "rank"), honour.rank or 0
    for year, score in facts.platform_score.items():
        yield ("platform_score", year), score
    for name, answer in facts.digital.answers.items():
        yield ("digital", "answers", name), answer
    yield ("speciality_points",), facts.speciality_points or 0
