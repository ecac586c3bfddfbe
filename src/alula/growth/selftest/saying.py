"""A measured number against its bound in a sentence: “主营占比 78.4 %，需要 80 % 以上，还差 1.6 个百分点”."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from alula.growth.engine.logic import Finding
from alula.growth.engine.quantity import Quantity
from alula.growth.rulebook import model
from alula.growth.rulebook.model import Words
from alula.growth.wording import question

_MOST_DIGITS = 6
_FIGURES = {
    "revenue": ("营业收入", "revenue"),
    "main_revenue": ("主营业务收入", "main-business revenue"),
    "rd_expense": ("研发费用", "R&D expense"),
    "cost": ("成本费用", "costs"),
    "net_profit": ("净利润", "net profit"),
    "assets": ("资产总计", "assets"),
    "liabilities": ("负债合计", "liabilities"),
    "staff": ("从业人员", "staff"),
    "rd_staff": ("研发人员", "R&D staff"),
}
_RATIOS = {
    ("rd_expense", "revenue"): ("研发费用占营业收入", "R&D to revenue"),
    ("main_revenue", "revenue"): ("主营占营业收入", "main business to revenue"),
    ("liabilities", "assets"): ("资产负债率", "liabilities to assets"),
    ("net_profit", "revenue"): ("净利润率", "net margin"),
    ("rd_staff", "staff"): ("研发人员占比", "R&D staff of all staff"),
    ("rd_expense", "cost"): ("研发费用占成本费用", "R&D to costs"),
}
_GROWTH = {
    "last": ("增长率", "growth of {}"),
    "mean": ("两年平均增长率", "mean growth of {} in two years"),
    "compound": ("两年复合增长率", "compound growth of {} in two years"),
}
_LISTS = {
    "rights": ("符合要求的知识产权", "rights that count"),
    "equity": ("符合要求的股权融资", "equity rounds that count"),
    "honours": ("符合要求的奖项", "awards that count"),
    "institutions": ("符合要求的研发机构", "institutions that count"),
    "titles": ("符合要求的有效称号", "valid titles that count"),
    "accidents": ("事故和违法", "accidents and offences"),
}
_NUMBERS = {
    "market.share_national": ("全国占有率", "national share"),
    "market.share_international": ("国际占有率", "international share"),
    "market.rank_national": ("全国排名", "national rank"),
    "market.rank_provincial": ("省内排名", "provincial rank"),
    "digital.level": ("数字化等级", "digital level"),
    "speciality.innovation_acts": ("创新活动项数", "acts of innovation"),
}
_SIZES = {
    "micro": ("微型", "micro"),
    "small": ("小型", "small"),
    "medium": ("中型", "medium"),
    "large": ("大型", "large"),
}


class Unit(NamedTuple):
    """How a number is written: `zh` and `en` stand after it; a difference of percentages is in points."""

    zh: str
    en: str
    gap_zh: str = ""
    gap_en: str = ""


_MONEY = Unit(" 万元", "0,000 yuan")
_PERCENT = Unit(" %", "%", " 个百分点", " percentage points")
_PERSONS = Unit(" 人", " people")
_YEARS = Unit(" 年", " years")
_ITEMS = Unit(" 项", "")
_POINTS = Unit(" 分", " points")
_RANK = Unit(" 名", "")


def say(test: model.Test, finding: Finding) -> Words | None:
    """The finding of a test in a sentence; None where the clause's own words say all (yes or no, a person's judgement)."""
    if finding.state == "unknown":
        return _perhaps(test, finding)
    sentences = _sentences(test, finding)
    if not sentences:
        return None
    enough = isinstance(test, model.AnyOf) and finding.state != "unmet"
    zh, en = ("；或", "; or ") if enough else ("；", "; ")
    return Words(zh=zh.join(one.zh for one in sentences)[:600], en=en.join(one.en for one in sentences)[:600])


def _perhaps(test: model.Test, finding: Finding) -> Words | None:
    """What is not known; of several ways to the same, first what the others lack."""
    open_ = _not_known(finding)
    if not isinstance(test, model.AnyOf) or open_ is None:
        return open_
    pairs = zip(test.of, finding.parts, strict=True)
    short = [one for part, below in pairs if below.state == "unmet" for one in _sentences(part, below)]
    return Words(
        zh="；或".join([*(one.zh for one in short), open_.zh])[:600],
        en="; or ".join([*(one.en for one in short), open_.en])[:600],
    )


def _not_known(finding: Finding) -> Words | None:
    """Which facts are missing: three by name, the rest by number."""
    asked = [question(fact) for fact in finding.missing[:3]]
    more = len(finding.missing) - len(asked)
    if not asked:
        return None
    zh = "、".join(one["zh"].partition("（")[0] for one in asked) + (
        f"等 {len(finding.missing)} 项" if more else ""
    )
    en = ", ".join(one["en"].replace(" (10,000 yuan)", "").replace(" ([] for none)", "") for one in asked)
    return Words(zh=f"还不知道：{zh}", en=f"Not known: {en}" + (f" and {more} more" if more else ""))


def _sentences(test: model.Test, finding: Finding) -> list[Words]:
    """One sentence for each comparison that tells: of what failed, else of all that is needed, or of what is enough."""
    if isinstance(test, model.All | model.AnyOf):
        pairs = [(part, below) for part, below in zip(test.of, finding.parts, strict=True)]
        telling = [(part, below) for part, below in pairs if below.state == finding.state] or pairs
        chosen = pairs if isinstance(test, model.All) and finding.state == "met" else telling
        return list(dict.fromkeys(one for part, below in chosen for one in _sentences(part, below)))
    if isinstance(test, model.PerYearAll):
        parts = [part for part in finding.parts if part.state == finding.state]
        return [one for part in parts if (one := _compared(test.measure, part))]
    if isinstance(test, model.Compare):
        one = _compared(test.measure, finding)
        return [one] if one else []
    if isinstance(test, model.SizeIs) and isinstance(finding.value, str):
        names = [_SIZES[name] for name in finding.value.split("–")]
        return [
            Words(
                zh=f"企业规模：{'、'.join(zh for zh, _ in names)}",
                en=f"Size: {', '.join(en for _, en in names)}",
            )
        ]
    return []


def _compared(what: model.Measure, finding: Finding) -> Words | None:
    quantity, bound = finding.quantity, finding.bound
    if quantity is None or bound is None:
        return None
    zh, en = name(what)
    unit = unit_of(what)
    period = "" if quantity.period[4:5] == "-" or not quantity.period else quantity.period
    if period and not period.endswith("年"):
        zh, en = f"{period} 年{zh}", f"{en} {period}"
    en = en[0].upper() + en[1:]
    need_zh, need_en = needed(finding.op, bound, unit, what)
    if quantity.undefined:
        return Words(
            zh=f"{zh}无法计算（基数为零），{need_zh}", en=f"{en} has no value (from zero); {need_en}"
        )
    value = quantity.value
    if value is None:
        return _between(zh, en, quantity, unit, (need_zh, need_en))
    if isinstance(what, model.Count) and what.of == "accidents":
        return _recorded(value)
    shown = exactly(value, bound)
    tail_zh = tail_en = ""
    if finding.state == "unmet":
        tail_zh, tail_en = _missing(abs(value - bound), unit, what, over=finding.op in {"<=", "<"})
    stated_zh, stated_en = ("（自述比例）", " (self-stated)") if quantity.self_stated else ("", "")
    return Words(
        zh=f"{zh} {_with(shown, unit.zh)}{stated_zh}，{need_zh}{tail_zh}",
        en=f"{en} {_with_en(shown, unit)}{stated_en}; {need_en}{tail_en}",
    )


def _missing(gap: Decimal, unit: Unit, what: model.Measure, *, over: bool) -> tuple[str, str]:
    """What is missing to the bound, in the unit of a difference; nothing where a difference has no meaning."""
    if isinstance(what, model.Number) and "rank" in what.of:
        return "", ""
    if not gap:
        return "，正好在线上，不算达到", ", exactly on the line, which does not count"
    return (
        f"，{'高出' if over else '还差'} {_with(written(gap), unit.gap_zh or unit.zh)}",
        f"; {_with_en(written(gap), Unit('', unit.gap_en or unit.en))} {'too much' if over else 'missing'}",
    )


def _between(zh: str, en: str, quantity: Quantity, unit: Unit, need: tuple[str, str]) -> Words | None:
    """A number of which only a limit is known, and the limit is enough: a firm of 2009 is at least 15 years in its segment."""
    if quantity.low is not None:
        low = written(quantity.low)
        return Words(
            zh=f"{zh}至少 {_with(low, unit.zh)}，{need[0]}",
            en=f"{en} at least {_with_en(low, unit)}; {need[1]}",
        )
    if quantity.high is None:
        return None
    high = written(quantity.high)
    return Words(
        zh=f"{zh}最多 {_with(high, unit.zh)}，{need[0]}", en=f"{en} at most {_with_en(high, unit)}; {need[1]}"
    )


def _recorded(count: Decimal) -> Words:
    if not count:
        return Words(zh="没有记录", en="None on record")
    return Words(zh=f"有 {written(count)} 项记录", en=f"On record: {written(count)}")


def needed(op: str, bound: Decimal, unit: Unit, what: model.Measure | None = None) -> tuple[str, str]:
    """What a bound asks for, in words that say whether the number itself counts."""
    zh, en = _with(written(bound), unit.zh), _with_en(written(bound), unit)
    if isinstance(what, model.Number) and "rank" in what.of:
        return f"需要前 {written(bound)} 名", f"needs the first {written(bound)}"
    return {
        ">=": (f"需要 {zh}{' ' if zh.endswith('%') else ''}以上", f"needs {en} or more"),
        ">": (f"需要超过 {zh}", f"needs more than {en}"),
        "<=": (f"需要不高于 {zh}", f"needs {en} or less"),
        "<": (f"需要低于 {zh}", f"needs less than {en}"),
    }[op]


def name(what: model.Measure) -> tuple[str, str]:
    """What is measured, in both languages."""
    if isinstance(what, model.Ratio):
        return _RATIOS[what.of, what.to]
    if isinstance(what, model.Growth):
        zh, en = _FIGURES[what.of]
        return zh + _GROWTH[what.how][0], _GROWTH[what.how][1].format(en)
    if isinstance(what, model.Total | model.Mean):
        zh, en = _FIGURES[what.of]
        return (
            (f"{zh}合计", f"{en} together") if isinstance(what, model.Total) else (f"{zh}平均", f"mean {en}")
        )
    return _plain_name(what)


def _plain_name(what: model.Measure) -> tuple[str, str]:
    if isinstance(what, model.Amount):
        return _FIGURES[what.of]
    if isinstance(what, model.Age):
        return "从事细分市场", "time in the segment"
    if isinstance(what, model.Count):
        return _LISTS[what.of]
    if isinstance(what, model.Raised):
        return "机构投资者实缴股权融资", "equity paid in by institutions"
    if isinstance(what, model.Yearly):
        return "发展评价得分", "development score"
    if isinstance(what, model.Number):
        return _NUMBERS.get(what.of, (what.of, what.of))
    raise TypeError(f"no name for a {type(what).__name__}")


def unit_of(what: model.Measure) -> Unit:
    """The unit of a measure."""
    if isinstance(what, model.Ratio | model.Growth):
        return _PERCENT
    if isinstance(what, model.Amount | model.Total | model.Mean):
        return _PERSONS if what.of in {"staff", "rd_staff"} else _MONEY
    if isinstance(what, model.Number):
        return _PERCENT if "share" in what.of else _RANK if "rank" in what.of else Unit("", "")
    return {model.Raised: _MONEY, model.Age: _YEARS, model.Count: _ITEMS, model.Yearly: _POINTS}[type(what)]


def exactly(value: Decimal, bound: Decimal) -> str:
    """One decimal, or as many as tell the value from its bound: 79.96 against 80 is not shown as 80."""
    for digits in range(1, _MOST_DIGITS + 1):
        shown = _rounded(value, digits)
        if shown != bound or value == bound:
            return _text(shown)
    return _text(value)


def written(value: Decimal) -> str:
    """With thousands, without trailing zeros, one decimal unless more are needed to be exact."""
    short = _rounded(value, 1)
    shown = short if abs(value) >= 1 or short == value else _rounded(value, 2)
    if value and not shown:
        shown = _rounded(value, _MOST_DIGITS)
    return _text(shown)


def _text(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _with(number: str, unit: str) -> str:
    return f"{number}{unit}"


def _with_en(number: str, unit: Unit) -> str:
    """English counts yuan in tens of thousands: 5,200 becomes 52,000,000 yuan."""
    if unit.en.endswith("yuan"):
        value = Decimal(number.replace(",", "")) * 10000
        return f"{value:,f}".rstrip("0").rstrip(".") + " yuan" if value % 1 else f"{value:,.0f} yuan"
    return f"{number}{unit.en}"


__all__ = ["Unit", "exactly", "name", "needed", "say", "unit_of", "written"]
