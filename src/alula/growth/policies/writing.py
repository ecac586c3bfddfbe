"""A policy as plain data and as YAML text, and back: what the form edits, what experts edit, what is stored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import yaml

from alula.growth.policies.checking import check
from alula.growth.policies.model import Policy
from alula.growth.presenting import number
from alula.growth.reading import FileProblems, Problem, read

NAME = "policy.yaml"


def policy_from(text: str) -> Policy:
    """The policy in a YAML text, shape and meaning checked.

    Raises:
        FileProblems: with every mistake at its line.
    """
    policy, sheet = read(text, Policy, NAME)
    check(policy, sheet)
    sheet.refuse()
    return policy


def problems_of(text: str) -> tuple[Problem, ...]:
    """What keeps a text from being a policy; nothing when it is one."""
    try:
        policy_from(text)
    except FileProblems as found:
        return found.problems
    return ()


def plain(policy: Policy) -> dict[str, Any]:
    """The policy as the form has it: texts, numbers, lists and dates as `2026-04-01`; what is not stated is left out."""
    return {"id": policy.id, **_plain(msgspec.to_builtins(policy, builtin_types=(Decimal, date)))}


def plain_from(text: str) -> dict[str, Any] | None:
    """A draft as the form has it, also while it is not yet a policy; None for what is no YAML of fields at all."""
    try:
        data = msgspec.convert(read(text, dict[str, Any], NAME)[0], dict[str, Any])
    except (FileProblems, msgspec.ValidationError):
        return None
    return {str(key): _plain(value) for key, value in data.items()}


def text_of(data: dict[str, Any]) -> str:
    """YAML of plain data, empty fields left out, fields in the order of the model."""
    order = {name: place for place, name in enumerate(Policy.__struct_fields__)}
    kept = {key: value for key, value in data.items() if value not in (None, "", [], {}) or key == "number"}
    ordered = dict(sorted(kept.items(), key=lambda pair: order.get(pair[0], len(order))))
    return yaml.dump(ordered, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        shown = number(value) if value.is_finite() else value
        return shown if isinstance(shown, int) else str(shown)
    return value.isoformat() if isinstance(value, date) else value


class _Dumper(yaml.SafeDumper):
    """Decimals and dates come as texts that need no quotes: they are read back by their field's type."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - no anchors: our reader refuses them
        return True
