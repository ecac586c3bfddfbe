"""A condition of a policy read out in plain words, in both languages, from its nodes alone."""

from __future__ import annotations

from decimal import Decimal

from alula.growth.policies import vocabulary as v
from alula.growth.presenting import number
from alula.growth.rulebook import model
from alula.growth.rulebook.model import Words
from alula.growth.wording import question

Pair = tuple[str, str]


def say_test(test: model.Test) -> Words:
    """The condition as a sentence."""
    zh, en = _test(test)
    return Words(zh=_cut(zh), en=_cut(en))


def say_amount(test: model.Test, shown: str) -> Words:
    """A number found for the test, with the unit in which the test compares it."""
    if not isinstance(test, model.Compare | model.PerYearAll):
        return Words(zh=shown, en=shown)
    zh, en = _unit(test.measure)
    return Words(zh=f"{shown}{zh}", en=f"{shown}{en}")


def _cut(text: str) -> str:
    return text if len(text) <= 600 else text[:599] + "…"


def _test(test: model.Test) -> Pair:  # noqa: PLR0911 - one answer per kind of test
    if isinstance(test, model.Compare):
        if isinstance(test.measure, model.Count) and test.op == ">=" and test.bound == 1:
            zh, en = _listed(test.measure.of, test.measure.where, ("", "at least one"))
            return f"有{zh}", f"has {en}"
        return _compared(_measure(test.measure), test.op, test.bound, _unit(test.measure))
    if isinstance(test, model.PerYearAll):
        zh, en = _compared(_measure(test.measure, dated=False), test.op, test.bound, _unit(test.measure))
        years = len(test.years)
        return f"近 {years} 年每年{zh}", f"{en}, in each of {years} years"
    if isinstance(test, model.Holds):
        asked = question(test.fact)
        yes = ("是", "yes") if test.wanted else ("否", "no")
        return f"{asked['zh']}：{yes[0]}", f"{asked['en']} {yes[1]}"
    if isinstance(test, model.SizeIs):
        return _one_of("企业规模为", "the firm is ", [v.SIZE_NAMES[one] for one in test.among])
    if isinstance(test, model.Human):
        return "由人对照原文判断", "a person reads the source and decides"
    inner = [_test(part) for part in test.of]
    if isinstance(test, model.All):
        return "；并且".join(zh for zh, _ in inner), "; and ".join(en for _, en in inner)
    return "；或者".join(zh for zh, _ in inner), "; or ".join(en for _, en in inner)


def _compared(measured: Pair, op: str, bound: Decimal, unit: Pair) -> Pair:
    zh, en = v.SIGNS[op]
    return f"{measured[0]}{zh} {number(bound)}{unit[0]}", f"{measured[1]} {en} {number(bound)}{unit[1]}"


def _unit(what: model.Measure) -> Pair:
    if isinstance(what, model.Ratio | model.Growth) or (
        isinstance(what, model.Number) and "share" in what.of
    ):
        return "%", "%"
    if isinstance(what, model.Raised):
        return " 万元", " (10,000 yuan)"
    if isinstance(what, model.Amount | model.Total | model.Mean):
        return (" 人", " persons") if what.of in {"staff", "rd_staff"} else (" 万元", " (10,000 yuan)")
    if isinstance(what, model.Age):
        return " 年", " years"
    return (" 项", "") if isinstance(what, model.Count) else ("", "")


def _year(back: int) -> Pair:
    return {0: ("本年", "this year"), 1: ("上年", "last year")}.get(
        back, (f"{back} 年前", f"{back} years ago")
    )


def _measure(what: model.Measure, *, dated: bool = True) -> Pair:  # noqa: PLR0911 - one answer per kind of measure
    if isinstance(what, model.Amount | model.Ratio):
        zh, en = v.FIGURES[what.of]
        if isinstance(what, model.Ratio):
            zh, en = f"{zh}占{v.FIGURES[what.to][0]}的比重", f"{en} as a share of {v.FIGURES[what.to][1]}"
        year = _year(what.year)
        return (f"{year[0]}{zh}", f"{en} {year[1]}") if dated else (zh, en)
    if isinstance(what, model.Growth):
        zh, en = v.FIGURES[what.of]
        return f"{zh}{v.GROWTH[what.how][0]}", f"{en}, {v.GROWTH[what.how][1]}"
    if isinstance(what, model.Total | model.Mean):
        zh, en = v.FIGURES[what.of]
        how = ("合计", "together") if isinstance(what, model.Total) else ("均值", "on average")
        return f"近 {what.years} 年{zh}{how[0]}", f"{en} of {what.years} years {how[1]}"
    if isinstance(what, model.Age):
        return "从事细分市场的年限", "years in the market segment"
    if isinstance(what, model.Raised):
        return _listed("equity", what.where, ("累计金额", "in all"))
    if isinstance(what, model.Count):
        return _listed(what.of, what.where, ("数量", ""))
    if isinstance(what, model.Yearly):
        year = _year(what.year)
        return f"{year[0]}发展评价得分", f"development score of {year[1]}"
    asked = question(what.of)
    return asked["zh"].removesuffix("（%）"), asked["en"].removesuffix(" (%)")


def _one_of(zh: str, en: str, names: list[Pair]) -> Pair:
    return zh + "、".join(one for one, _ in names), en + ", ".join(one for _, one in names[:-1]) + (
        (" or " if len(names) > 1 else "") + names[-1][1] if names else ""
    )


def _listed(name: str, where: model.Where, tail: Pair) -> Pair:
    zh, en = v.LISTS[name]
    said = _where(where)
    shown = f"（{'，'.join(one for one, _ in said)}）" if said else ""
    shown_en = f" ({', '.join(one for _, one in said)})" if said else ""
    if tail[1] == "at least one":
        return f"{zh}{shown}", f"at least one of its {en}{shown_en}"
    return f"{zh}{shown}{tail[0]}", f"number of {en}{shown_en}" if not tail[
        1
    ] else f"{en}{shown_en} {tail[1]}"


def _where(where: model.Where) -> list[Pair]:
    found: list[Pair] = []
    for names, table in ((where.kinds, v.KIND_NAMES), (where.levels, v.LEVEL_NAMES)):
        if names:
            found.append(_one_of("", "", [table.get(one, (one, one)) for one in names]))
    found += [v.TRUE_NAMES.get(one, (one, one)) for one in where.true]
    if where.valid:
        found.append(("在有效期内", "in validity"))
    if where.within_years is not None:
        found.append((f"近 {where.within_years} 年", f"within {where.within_years} years"))
    if where.high_value:
        found.append(("高价值", "high-value"))
    if where.acquired:
        found.append(
            ("自主取得", "not bought") if where.acquired == ("own",) else ("、".join(where.acquired),) * 2
        )
    for bound, zh, en in (
        (where.rank, "排名", "rank"),
        (where.owner_rank, "权利人排名", "owner rank"),
        (where.ceded, "让渡股权 %", "share ceded %"),
        (where.since_transfer, "受让月数", "months since bought"),
        (where.held, "授权年数", "years since grant"),
    ):
        if bound is not None:
            sign = v.SIGNS[bound.op]
            found.append((f"{zh}{sign[0]} {number(bound.value)}", f"{en} {sign[1]} {number(bound.value)}"))
    return found
