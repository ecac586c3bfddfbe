"""A rule's tests in words, derived from the nodes: `revenue 2 years ≥ 1500 or …`. Used where two rules are compared."""

from __future__ import annotations

from decimal import Decimal

from alula.growth.rulebook import model
from alula.growth.rulebook.model import Clause, Item, Words

_SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
_NAMES = {
    "revenue": ("营业收入", "revenue"),
    "main_revenue": ("主营业务收入", "main-business revenue"),
    "rd_expense": ("研发费用", "R&D"),
    "cost": ("成本费用", "cost"),
    "net_profit": ("净利润", "net profit"),
    "assets": ("资产", "assets"),
    "liabilities": ("负债", "liabilities"),
    "staff": ("职工", "staff"),
    "rd_staff": ("研发人员", "R&D staff"),
    "rights": ("知识产权", "rights"),
    "honours": ("奖项", "awards"),
    "institutions": ("研发机构", "institutions"),
    "titles": ("称号", "titles"),
    "accidents": ("事故", "accidents"),
    "equity": ("股权融资", "equity"),
}
_HOW = {
    "last": ("上年增长率", "growth last year"),
    "mean": ("两年平均增长率", "mean growth of 2 years"),
    "compound": ("两年复合增长率", "compound growth of 2 years"),
}

Pair = tuple[str, str]


def say_clause(clause: Clause) -> Words:
    """The clause's test, and when it is not asked."""
    zh, en = _test(clause.test)
    if clause.unless:
        un_zh, un_en = _test(clause.unless)
        zh, en = f"{zh}；{un_zh}时不考察", f"{en}; not asked if {un_en}"
    if clause.kinds == ("new",):
        zh, en = f"{zh}（复核不考察）", f"{en} (not at review)"
    return Words(zh=zh[:600], en=en[:600])


def say_item(item: Item) -> Words:
    """An item only gives points: the most that it can give."""
    return Words(zh=f"只计分，最高 {item.most} 分", en=f"points only, at most {item.most}")


def _test(test: model.Test) -> Pair:
    if isinstance(test, model.Compare):
        return _compared(_measure(test.measure), test.op, test.bound, _unit(test.measure))
    if isinstance(test, model.PerYearAll):
        zh, en = _compared(_measure(test.measure, dated=False), test.op, test.bound, _unit(test.measure))
        return f"近 {len(test.years)} 年每年{zh}", f"{en} in each of {len(test.years)} years"
    if isinstance(test, model.Holds):
        name = test.fact.partition(".")[2]
        return (name if test.wanted else f"非 {name}"), (name if test.wanted else f"not {name}")
    if isinstance(test, model.SizeIs):
        return "中小微企业", "small or medium"
    if isinstance(test, model.Human):
        return "人工判断", "human judgement"
    between = ("；且", " and ") if isinstance(test, model.All) else ("，或", ", or ")
    parts = [_test(part) for part in test.of]
    return between[0].join(zh for zh, _ in parts), between[1].join(en for _, en in parts)


def _compared(measured: Pair, op: str, bound: Decimal, unit: str) -> Pair:
    return f"{measured[0]} {_SIGNS[op]} {bound}{unit}", f"{measured[1]} {_SIGNS[op]} {bound}{unit}"


def _unit(what: model.Measure) -> str:
    percent = isinstance(what, model.Ratio | model.Growth) or (
        isinstance(what, model.Number) and "share" in what.of
    )
    return "%" if percent else ""


def _measure(what: model.Measure, *, dated: bool = True) -> Pair:  # noqa: PLR0911 - one answer per kind of measure
    if isinstance(what, model.Amount | model.Ratio):
        zh, en = _NAMES[what.of]
        if isinstance(what, model.Ratio):
            zh, en = f"{zh}/{_NAMES[what.to][0]}", f"{en}/{_NAMES[what.to][1]}"
        return (f"上年{zh}", f"{en} last year") if dated else (zh, en)
    if isinstance(what, model.Growth):
        return _NAMES[what.of][0] + _HOW[what.how][0], f"{_NAMES[what.of][1]} {_HOW[what.how][1]}"
    if isinstance(what, model.Total | model.Mean):
        zh, en = ("合计", "together") if isinstance(what, model.Total) else ("均值", "mean")
        return f"{what.years} 年{_NAMES[what.of][0]}{zh}", f"{_NAMES[what.of][1]} of {what.years} years {en}"
    if isinstance(what, model.Age):
        return "细分市场年限", "years in segment"
    if isinstance(what, model.Count | model.Raised):
        return _listed(what)
    if isinstance(what, model.Yearly):
        return ("当年得分", "score this year") if what.year == 0 else ("上年得分", "score last year")
    name = what.of.partition(".")[2] or what.of
    return name, name


def _listed(what: model.Count | model.Raised) -> Pair:
    """A list with the conditions that set one version of a rule apart from another."""
    zh, en = _NAMES["equity" if isinstance(what, model.Raised) else what.of]
    where = what.where
    signs_zh, signs_en = [], []
    if where.kinds and (isinstance(what, model.Raised) or what.of in {"titles", "accidents"}):
        signs_zh.append("/".join(where.kinds))
        signs_en.append("/".join(where.kinds))
    if where.levels:
        signs_zh.append("/".join(where.levels))
        signs_en.append("/".join(where.levels))
    if where.within_years:
        signs_zh.append(f"近 {where.within_years} 年")
        signs_en.append(f"{where.within_years} years")
    if where.since_transfer:
        signs_zh.append(f"受让满 {where.since_transfer.value} 个月可计")
        signs_en.append(f"bought counts after {where.since_transfer.value} months")
    if where.acquired == ("own",):
        signs_zh.append("受让不计")
        signs_en.append("bought never counts")
    for bound, name_zh, name_en in (
        (where.rank, "排名", "rank"),
        (where.owner_rank, "权利人排名", "owner rank"),
    ):
        if bound:
            signs_zh.append(f"{name_zh} {_SIGNS[bound.op]} {bound.value}")
            signs_en.append(f"{name_en} {_SIGNS[bound.op]} {bound.value}")
    return (f"{zh}（{'，'.join(signs_zh)}）" if signs_zh else zh), (
        f"{en} ({', '.join(signs_en)})" if signs_en else en
    )
