"""Settings: every ALULA_* variable is declared where it is used, typed, with its default and one line of help.

`alula settings` prints all of them with their values and where each came from; a test compares docs/settings.md with them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

declared: dict[str, Setting[object]] = {}


class InvalidSettingError(ValueError):
    """An environment variable holds a value that its type does not admit."""


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One environment variable. `value` reads the environment each time, so tests and reloads see changes."""

    name: str
    default: T
    help: str
    parse: Callable[[str], T]
    secret: bool = False

    @property
    def value(self) -> T:
        """The value in force.

        Raises:
            InvalidSettingError: the variable is set to something its type does not admit.
        """
        raw = os.environ.get(self.name)
        if raw is None or raw == "":
            return self.default
        try:
            return self.parse(raw)
        except ValueError as error:
            raise InvalidSettingError(f"{self.name}={raw!r}: {error}") from error

    @property
    def source(self) -> str:
        return "environment" if os.environ.get(self.name) else "default"


def parse_bool(raw: str) -> bool:
    """Read 1/0, true/false, yes/no, on/off.

    Raises:
        ValueError: anything else.
    """
    lowered = raw.strip().lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off"}:
        return False
    raise ValueError("expected one of 1, 0, true, false, yes, no, on, off")


def setting(
    name: str,
    default: T,
    help: str,  # noqa: A002 - "help" is the word that readers of settings expect
    parse: Callable[[str], T] | None = None,
    *,
    secret: bool = False,
) -> Setting[T]:
    """Declare a setting. The parser defaults to the default's own type."""
    if parse is None:
        parse = parse_bool if isinstance(default, bool) else type(default)  # type: ignore[assignment]
    assert parse is not None
    one = Setting(name=name, default=default, help=help, parse=parse, secret=secret)
    declared[name] = one  # type: ignore[assignment]
    return one
