"""The size class of a firm (micro, small, medium, large) by its industry, staff, revenue and assets of the last full year."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from alula.growth.engine.measures import Firm, measure
from alula.growth.engine.quantity import Quantity, compare
from alula.growth.reading import nearest
from alula.growth.rulebook import model
from alula.growth.rulebook.load import size_rule

CLASSES = ("micro", "small", "medium", "large")


class LimitFinding(NamedTuple):
    """One bound of a size class: what the firm has against it."""

    of: str
    quantity: Quantity
    op: str
    bound: Decimal
    holds: bool | None


class Sized(NamedTuple):
    """The class, or the classes that are still possible, with the limits that were looked at."""

    rule: str
    version: str
    industry: str | None
    size: str | None
    possible: tuple[str, ...]
    limits: dict[str, tuple[LimitFinding, ...]]
    missing: tuple[str, ...]
    meant: str = ""


def size(firm: Firm, rule: model.SizeRule | None = None) -> Sized:
    """The size of a firm. Below any bound of `sme` it is no large firm; `medium` and `small` need all of theirs."""
    rule = rule or size_rule()
    industry = find_industry(rule, firm.facts.industry)
    if industry is None:
        known = [name for one in rule.industries for name in one.names]
        meant = nearest(firm.facts.industry, known) if firm.facts.industry else ""
        return Sized(rule.id, rule.version, None, None, CLASSES, {}, ("industry",), meant)
    limits = {
        "sme": _limits(firm, industry.sme),
        "medium": _limits(firm, industry.medium),
        "small": _limits(firm, industry.small),
    }
    possible = _possible(any_of(limits["sme"]), all_of(limits["medium"]), all_of(limits["small"]))
    missing = (
        tuple(
            dict.fromkeys(
                f
                for part in limits.values()
                for one in part
                if one.holds is None
                for f in one.quantity.missing
            )
        )
        if len(possible) > 1
        else ()
    )
    only = possible[0] if len(possible) == 1 else None
    return Sized(rule.id, rule.version, industry.id, only, possible, limits, missing)


def find_industry(rule: model.SizeRule, name: str | None) -> model.Industry | None:
    """The industry of an id or of one of its names in either language."""
    if name is None:
        return None
    wanted = name.strip().lower()
    return next(
        (
            one
            for one in rule.industries
            if wanted == one.id or wanted in {known.lower() for known in one.names}
        ),
        None,
    )


def _limits(firm: Firm, limits: tuple[model.Limit, ...]) -> tuple[LimitFinding, ...]:
    found = []
    for limit in limits:
        quantity = measure(firm, model.Amount(of=limit.of))
        found.append(
            LimitFinding(limit.of, quantity, limit.op, limit.bound, compare(quantity, limit.op, limit.bound))
        )
    return tuple(found)


def any_of(limits: tuple[LimitFinding, ...]) -> bool | None:
    """Whether one of the limits holds."""
    verdicts = [one.holds for one in limits]
    return True if True in verdicts else None if None in verdicts else False


def all_of(limits: tuple[LimitFinding, ...]) -> bool | None:
    """Whether all of the limits hold."""
    verdicts = [one.holds for one in limits]
    return False if False in verdicts else None if None in verdicts else True


def _possible(sme: bool | None, medium: bool | None, small: bool | None) -> tuple[str, ...]:  # noqa: FBT001 - verdicts
    """The classes that the three verdicts leave open. A firm that has both lines of medium is medium, whatever of small."""
    found = []
    if sme is not True:
        found.append("large")
    if sme is not False:
        if medium is not False:
            found.append("medium")
        if medium is not True and small is not False:
            found.append("small")
        if medium is not True and small is not True:
            found.append("micro")
    return tuple(one for one in CLASSES if one in found)
