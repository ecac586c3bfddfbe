"""Two questions about the graphs of a scenario: does an order run in a circle, and can the customer come to every act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from alula.coach.scenario.model import Act, Condition, Customer, Level

Reason = tuple[str, str]
LEVELS: tuple[Level, ...] = ("easy", "normal", "hard")


def circle(before: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The first circle in "comes after" relations, as ids in order; empty when there is none. Unknown ids are passed over."""
    done: set[str] = set()
    for start in before:
        if start in done:
            continue
        trail = {start: iter(before[start])}  # the way from `start`, in order
        while trail:
            node = next(reversed(trail))
            following = next(trail[node], None)
            if following is None:
                del trail[node]
                done.add(node)
            elif following in trail:
                names = list(trail)
                return tuple(names[names.index(following) :])
            elif following in before and following not in done:
                trail[following] = iter(before[following])
    return ()


def unreachable(customer: Customer) -> Iterator[tuple[str, str, str]]:
    """The acts that no talk can come to, each with the reason in Chinese and English.

    The opening is said first; every other act stands in the deck, from which edges and conditions choose. So an act is
    out of reach when its own conditions exclude each other, when at none of its levels they can hold, or when it waits
    for acts that are themselves out of reach, never at the same level, or waiting for it in turn.
    """
    led_to = {edge.to for act in customer.acts for edge in act.edges}
    reasons = {act.id: _impossible(act, customer, led_to) for act in customer.acts}
    reached = {name for level in LEVELS for name in _reached(customer, level, reasons)}
    for act in customer.acts:
        if act.id not in reached:
            yield (act.id, *(reasons[act.id] or _why(act, customer)))


def _reached(customer: Customer, level: Level, reasons: Mapping[str, Reason | None]) -> set[str]:
    """The acts that can come up at a level: those that wait for nothing, and then those whose acts have all come."""
    possible = [
        act
        for act in customer.acts
        if level in act.levels and reasons[act.id] is None and _possible_at(act, level, customer)
    ]
    waits = {act.id: set(act.when.after) if act.id != customer.opening else set() for act in possible}
    waiting: dict[str, list[str]] = {}
    for name, needs in waits.items():
        for need in needs:
            waiting.setdefault(need, []).append(name)
    ready = [name for name, needs in waits.items() if not needs]
    reached: set[str] = set()
    while ready:
        name = ready.pop()
        reached.add(name)
        for other in waiting.get(name, ()):
            waits[other].discard(name)
            if not waits[other]:
                ready.append(other)
    return reached


def _why(act: Act, customer: Customer) -> Reason:
    if act.when.after and any(_possible_at(act, level, customer) for level in act.levels):
        names = ", ".join(act.when.after)
        return (
            f"它要等的 {names} 在它的难度下不会都先出现",
            f"at no level of its own do all of {names} come before it",
        )
    return "它的难度下条件都不成立", "at none of its levels can its conditions hold"


def _impossible(act: Act, customer: Customer, led_to: set[str]) -> Reason | None:
    """Why the act's conditions cannot hold whatever happens, if so. The opening is said without asking for conditions."""
    when = act.when
    if not act.levels:
        return "levels 是空的", "its levels are empty"
    if act.id == customer.opening:
        return None
    if act.kind == "open" and act.id not in led_to:
        return (
            "它是开场白，但既不是 opening，也没有 edges 指向它",
            "it opens a talk, but is neither the opening nor led to",
        )
    if customer.opening in when.not_after:
        return "它要求不在开场之后", "it must not come after the opening"
    return _contradictory(when)


def _contradictory(when: Condition) -> Reason | None:
    for one, other in (("after", "not_after"), ("said", "not_said")):
        if both := set(getattr(when, one)) & set(getattr(when, other)):
            name = min(both)
            return f"{name} 同时写在 {one} 和 {other} 里", f"{name} stands in both {one} and {other}"
    for name in ("interest", "trust"):
        low, high = getattr(when, f"min_{name}"), getattr(when, f"max_{name}")
        if low is not None and high is not None and low > high:
            return f"min_{name} 大于 max_{name}", f"min_{name} is above max_{name}"
        if (low is not None and low > 100) or (high is not None and high < 0):
            return f"{name} 只在 0 到 100 之间", f"{name} stays between 0 and 100"
    return None


def _possible_at(act: Act, level: str, customer: Customer) -> bool:
    start = next((one for name, one in customer.levels.items() if name == level), None)
    if start is None or act.id == customer.opening:
        return True
    enough_turns = act.when.min_turn is None or act.when.min_turn <= start.max_turns
    return enough_turns and (act.kind != "objection" or start.objections > 0)
