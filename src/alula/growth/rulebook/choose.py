"""Which rule an application is judged by: by its day, its kind (new or review), its batch and its place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from alula.growth.rulebook import load
from alula.growth.rulebook.model import AnyOf, Change, Clause, Effective, Kind, Overlay, Rule, Tier
from alula.kernel.errors import Refusal, register


def choose(
    tier: Tier, as_of: date, *, kind: Kind = "new", batch: int | None = None, place: str | None = None
) -> Rule:
    """The rule in force with every overlay that applies laid over it.

    `place` is an administrative code; an overlay of 44 applies in 4401. A notice applies in its window, or to the batch
    that it names when a batch is given.

    Raises:
        Refusal: no rule of this tier takes applications of this kind on that day.
    """
    base = [one for one in load.rules() if one.tier == tier and in_force(one.effective, as_of, kind)]
    if not base:
        raise Refusal("growth.no_rule", status=404, tier=tier, day=as_of.isoformat(), kind=kind)
    latest = max(base, key=lambda one: max(span.since for span in one.effective))
    return lay(latest, chosen_overlays(latest.id, as_of, kind=kind, batch=batch, place=place), kind)


def chosen_overlays(
    rule: str, as_of: date, *, kind: Kind, batch: int | None, place: str | None
) -> tuple[Overlay, ...]:
    """The overlays of a rule that apply, national notices first."""
    found = [
        one
        for one in load.overlays()
        if rule in one.over and covers(one.place, place) and _called(one, as_of, kind, batch)
    ]
    return tuple(sorted(found, key=lambda one: (len(one.place), one.id)))


def _called(overlay: Overlay, as_of: date, kind: Kind, batch: int | None) -> bool:
    if batch is not None and overlay.batches:
        return batch in overlay.batches.get(kind, ())
    return in_force(overlay.effective, as_of, kind)


def in_force(spans: Iterable[Effective], as_of: date, kind: Kind) -> bool:
    """Whether one of the spans takes applications of the kind on that day; both ends are inside."""
    return any(
        span.kind == kind and span.since <= as_of and (span.until is None or as_of <= span.until)
        for span in spans
    )


def covers(of: str, place: str | None) -> bool:
    """Whether what holds in `of` holds in `place`: CN everywhere, 44 in 44 and in 4401."""
    return of == "CN" or (place is not None and place.startswith(of))


def lay(rule: Rule, over: Iterable[Overlay], kind: Kind) -> Rule:
    """The rule with the overlays laid over it; `overlays` then names them."""
    for overlay in over:
        rule = _one(rule, overlay, kind)
    return rule


def _one(rule: Rule, overlay: Overlay, kind: Kind) -> Rule:
    changes = {one.clause: one for one in overlay.changes if kind in one.kinds}
    added = {clause.id for clause in (*overlay.entry, *overlay.needs)}
    score = rule.score
    if score:
        items = {item.id: item for item in overlay.items}
        score = replace(
            score,
            bound=score.bound if overlay.bound is None else overlay.bound,
            items=tuple(items.get(item.id, item) for item in score.items),
        )
    return replace(
        rule,
        entry=(*(c for c in rule.entry if c.id not in added), *overlay.entry),
        needs=tuple(
            _changed(c, changes, overlay)
            for c in (*(c for c in rule.needs if c.id not in added), *overlay.needs)
        ),
        score=score,
        notes=(*rule.notes, *overlay.notes),
        overlays=(*rule.overlays, overlay.id),
    )


def _changed(clause: Clause, changes: dict[str, Change], overlay: Overlay) -> Clause:
    change = changes.get(clause.id)
    if change is None:
        return clause
    if change.waive:
        return replace(clause, waived_by=overlay.id)
    both = [test for test in (clause.unless, change.unless) if test is not None]
    return replace(clause, unless=AnyOf(of=tuple(both))) if both else clause


register(
    "growth",
    {
        "no_rule": {
            "zh": "规则库里没有 {day} 可用于“{tier}”（{kind}）的规则。",
            "en": "The rulebook has no rule for “{tier}” ({kind}) on {day}.",
        },
        "no_such_rule": {
            "zh": "没有名为“{name}”的规则。可以是：{known}。",
            "en": "There is no rule “{name}”. There are: {known}.",
        },
    },
)
