"""What a policy's shape does not say: dates in order, stacking that fits, and tests that ask for facts that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

from msgspec import Struct

from alula.growth import facts
from alula.growth.policies.model import Policy
from alula.growth.reading import Path, Sheet, nearest
from alula.growth.rulebook import model
from alula.growth.wording import question

YEARS_BACK = 10
_PLACE = re.compile(r"CN|[0-9]{2}|[0-9]{4}|[0-9]{6}")
_LISTS: dict[str, type[Struct]] = {
    "rights": facts.Right,
    "equity": facts.Equity,
    "honours": facts.Honour,
    "institutions": facts.Institution,
    "titles": facts.Title,
    "accidents": facts.Accident,
}
KINDS: dict[str, tuple[str, ...]] = {
    "rights": get_args(facts.RightKind),
    "honours": get_args(facts.HonourKind),
    "titles": get_args(facts.TitleKind),
    "accidents": get_args(get_type_hints(facts.Accident)["kind"]),
}
LEVELS = get_args(facts.Level)
GRADES = ("ordinary", "larger", "serious", "major")
YES_NO = tuple(
    f"{part}.{name}"
    for part, kind in (
        ("features", facts.Features),
        ("entry", facts.Entry),
        ("speciality", facts.Speciality),
    )
    for name in kind.__struct_fields__
    if name not in {"accidents", "innovation_acts", "key_field", "false_data"}
)
NUMBERS = (
    "market.share_national",
    "market.share_international",
    "market.rank_national",
    "market.rank_provincial",
    "digital.level",
    "digital.score",
    "speciality.innovation_acts",
    "speciality_points",
)
SIZES = ("micro", "small", "medium", "large")
assert all(question(fact) for fact in (*YES_NO, *NUMBERS))  # every fact that can be asked has its question


def check(policy: Policy, sheet: Sheet) -> None:
    """Note in the sheet what is wrong in meaning."""
    _dates(policy, sheet)
    if not _PLACE.fullmatch(policy.place):
        sheet.problem(
            ("place",),
            "地区应为 CN 或 2、4、6 位行政区划代码。",
            "A place is CN or a code of 2, 4 or 6 digits.",
        )
    if not policy.sources:
        sheet.problem(("sources",), "没有写来源。", "No source is given.")
    for order, tier in enumerate(policy.tiers):
        if tier.most is not None and tier.most < 0:
            sheet.problem(("tiers", order, "most"), "金额不能是负数。", "An amount cannot be negative.")
    stacking = policy.stacking
    if stacking and stacking.how != "sum_cap" and stacking.cap is not None:
        sheet.problem(
            ("stacking", "cap"),
            "只有“合计封顶”才有上限。",
            "Only a capped sum has a cap.",
        )
    if policy.level == "bank" and policy.as_of is None:
        sheet.problem((), "银行产品要写“截至”日期。", "A bank's product needs its “as of” day.")
    for part in ("needs", "tiers"):
        for order, one in enumerate(getattr(policy, part)):
            _test(one.test, (part, order, "test"), sheet)


def _dates(policy: Policy, sheet: Sheet) -> None:
    for since, until, name in (
        (policy.since, policy.until, "until"),
        (policy.window_since, policy.window_until, "window_until"),
    ):
        if since and until and until < since:
            sheet.problem((name,), "结束早于开始。", "It ends before it begins.")


def _test(test: model.Test, path: Path, sheet: Sheet) -> None:
    if isinstance(test, model.All | model.AnyOf):
        if not test.of:
            sheet.problem((*path, "of"), "这里还没有条件。", "There is no condition here yet.")
        for order, part in enumerate(test.of):
            _test(part, (*path, "of", order), sheet)
    elif isinstance(test, model.Holds):
        _known(test.fact, YES_NO, (*path, "fact"), sheet)
    elif isinstance(test, model.SizeIs):
        if not test.among:
            sheet.problem((*path, "among"), "没有选规模。", "No size is chosen.")
    elif isinstance(test, model.PerYearAll):
        if not test.years or any(not 0 <= year <= YEARS_BACK for year in test.years):
            _far(sheet, (*path, "years"))
    elif isinstance(test, model.Compare):
        _measure(test.measure, (*path, "measure"), sheet)


def _measure(what: model.Measure, path: Path, sheet: Sheet) -> None:
    if isinstance(what, model.Amount | model.Ratio | model.Yearly) and not 0 <= what.year <= YEARS_BACK:
        _far(sheet, (*path, "year"))
    elif isinstance(what, model.Total | model.Mean) and not 1 <= what.years <= YEARS_BACK:
        _far(sheet, (*path, "years"))
    elif isinstance(what, model.Number):
        _known(what.of, NUMBERS, (*path, "of"), sheet)
    elif isinstance(what, model.Count | model.Raised):
        name = "equity" if isinstance(what, model.Raised) else what.of
        _where(what.where, name, (*path, "where"), sheet)


def _far(sheet: Sheet, path: Path) -> None:
    sheet.problem(path, f"年份应在近 {YEARS_BACK} 年以内。", f"Years go back at most {YEARS_BACK}.")


def _known(name: str, known: tuple[str, ...], path: Path, sheet: Sheet) -> None:
    if name in known:
        return
    near = nearest(name, list(known))
    hint_zh, hint_en = (f"是不是“{near}”？", f" Do you mean “{near}”?") if near else ("", "")
    sheet.problem(path, f"没有“{name}”这一项。{hint_zh}", f"There is no “{name}”.{hint_en}")


def _where(where: model.Where, name: str, path: Path, sheet: Sheet) -> None:
    """A list can only be asked for what its items have."""
    item = _LISTS[name].__struct_fields__
    for kind in where.kinds:
        if name in KINDS:
            _known(kind, KINDS[name], (*path, "kinds"), sheet)
    for level in where.levels:
        _known(level, GRADES if name == "accidents" else LEVELS, (*path, "levels"), sheet)
    for attribute in where.true:
        allowed = tuple(
            one for one in ("related", "in_use", "benefit", "recognised", "joint", "paid_in") if one in item
        )
        _known(
            attribute, (*allowed, "institutional") if name == "equity" else allowed, (*path, "true"), sheet
        )
    for field in _asked(where):
        if field not in _allowed(name, item):
            sheet.problem(
                (*path, field), f"{name} 不能按“{field}”筛选。", f"{name} cannot be asked for “{field}”."
            )
    if where.within_years is not None and not 0 <= where.within_years <= 50:
        _far(sheet, (*path, "within_years"))
    if where.held is not None and not 0 <= where.held.value <= 50:
        _far(sheet, (*path, "held"))


def _asked(where: model.Where) -> Iterator[str]:
    for field in where.__struct_fields__:
        value: Any = getattr(where, field)
        if field not in {"true", "within_years"} and value not in ((), None, False):
            yield field


def _allowed(name: str, item: tuple[str, ...]) -> set[str]:
    found: set[str] = {field for field in ("rank", "owner_rank", "ceded", "acquired") if field in item}
    if "kind" in item:
        found.add("kinds")
    if "level" in item or name == "accidents":
        found.add("levels")
    if name == "titles":
        found.add("valid")
    if name == "rights":
        found |= {"since_transfer", "held", "held_kinds", "high_value"}
    return found
