"""The sheet that a bank gets: who asks, for what, and only those facts that the owner chose. The same input, the same sheet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from alula.growth.facts import FIGURES, Facts
from alula.growth.policies import vocabulary as v
from alula.growth.presenting import number

Line = dict[str, dict[str, str]]
"""`label` and `value`, each in both languages."""
YEARS = 3
"""Years of figures that go along: the span that banks ask small firms for, and the longest that our rules look at."""

PARTS: dict[str, tuple[str, str]] = {
    **{name: v.FIGURES[name] for name in FIGURES},
    "titles": ("称号", "titles"),
    "rights": ("知识产权数量", "number of rights"),
    "equity": ("股权融资", "equity rounds"),
    "industry": ("所属行业", "industry"),
}


class Asked(NamedTuple):
    """What the owner asks for. `amount` in 10,000 yuan, `months` the term; None where left open."""

    amount: Decimal | None
    months: int | None
    purpose: str
    parts: tuple[str, ...]


class Asker(NamedTuple):
    """Who asks, as the bank is told."""

    name: str
    credit_code: str
    place: str
    contact: str
    phone: str


def sheet(
    asker: Asker, product: tuple[str, str, str], branch: str, asked: Asked, facts: Facts
) -> list[dict[str, Any]]:
    """The sections of the sheet. `product` is the bank and the product's title in Chinese and in English."""
    bank, title_zh, title_en = product
    return [
        _section("银行和产品", "Bank and product", [
            _line("银行", "Bank", bank),
            _line("网点", "Branch", branch),
            {"label": _both("产品", "Product"), "value": _both(title_zh, title_en)},
        ]),
        _section("企业", "Firm", [
            _line("名称", "Name", asker.name),
            _line("统一社会信用代码", "Unified social credit code", asker.credit_code),
            {"label": _both("地区", "Place"), "value": _place(asker.place)},
            _line("联系人", "Contact", asker.contact),
            _line("电话", "Phone", asker.phone),
        ]),
        _section("需求", "What is asked", [
            _line("金额（万元）", "Amount (10,000 yuan)", _text(asked.amount)),
            _line("期限（月）", "Term (months)", str(asked.months or "")),
            _line("用途", "Purpose", asked.purpose),
        ]),
        _section("企业选择提供的资料", "Facts that the firm chose to give", list(_facts(facts, asked.parts))),
    ]  # fmt: skip


def digest(sections: list[dict[str, Any]]) -> str:
    """SHA-256 of a sheet: what was agreed to is what goes."""
    said = json.dumps(sections, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def stated(facts: Facts) -> tuple[str, ...]:
    """The parts of which the firm has stated something, and so can give."""
    return tuple(name for name in PARTS if getattr(facts, name))


def _facts(facts: Facts, parts: Iterable[str]) -> Iterable[Line]:
    chosen = set(parts)
    for name, (zh, en) in PARTS.items():
        value = getattr(facts, name)
        if name not in chosen or not value:
            continue
        if name in FIGURES:
            unit = ("人", "persons") if name in {"staff", "rd_staff"} else ("万元", "10,000 yuan")
            for year in sorted(value)[-YEARS:]:
                yield {
                    "label": _both(f"{year} 年{zh}（{unit[0]}）", f"{en}, {year} ({unit[1]})"),
                    "value": _both(_text(value[year])),
                }
        else:
            yield {"label": _both(zh, en), "value": _listed(name, value)}


def _listed(name: str, value: Any) -> dict[str, str]:
    if name == "industry":
        return _both(str(value))
    if name == "titles":
        names = [v.KIND_NAMES[one.kind] for one in value]
        until = [f"（至 {one.until}）" if one.until else "" for one in value]
        until_en = [f" (until {one.until})" if one.until else "" for one in value]
        return _both(
            "、".join(zh + more for (zh, _), more in zip(names, until, strict=True)),
            ", ".join(en + more for (_, en), more in zip(names, until_en, strict=True)),
        )
    if name == "rights":
        counts: dict[str, int] = {}
        for one in value:
            counts[one.kind] = counts.get(one.kind, 0) + 1
        return _both(
            "、".join(f"{v.KIND_NAMES[kind][0]} {count} 项" for kind, count in counts.items()),
            ", ".join(f"{v.KIND_NAMES[kind][1]}: {count}" for kind, count in counts.items()),
        )
    rounds = [(_text(one.amount) or "?", one.on.isoformat() if one.on else "?") for one in value]
    return _both(
        "；".join(f"{on}，{amount} 万元" for amount, on in rounds),
        "; ".join(f"{on}: {amount} (10,000 yuan)" for amount, on in rounds),
    )


def _place(code: str) -> dict[str, str]:
    zh, en = v.PLACES.get(code, (code, code))
    return _both(zh, en)


def _text(amount: Decimal | None) -> str:
    shown = number(amount)
    return "" if shown is None else f"{shown:,}"


def _both(zh: str, en: str | None = None) -> dict[str, str]:
    return {"zh": zh, "en": zh if en is None else en}


def _line(zh: str, en: str, value: str) -> Line:
    return {"label": _both(zh, en), "value": _both(value)}


def _section(zh: str, en: str, lines: list[Line]) -> dict[str, Any]:
    """Empty lines are left out: the bank sees no blank that looks like an answer."""
    return {"title": _both(zh, en), "lines": [line for line in lines if line["value"]["zh"]]}
