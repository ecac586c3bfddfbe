"""What a question looks like, as types: fields in the words of who answers, and lists of alike things."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from alula.growth.rulebook.model import Words

FieldKind = Literal[
    "amount", "percent", "score", "persons", "rank", "yes_no", "date", "since", "choice", "text"
]


class Choice(Struct, frozen=True):
    """One of the answers of a field."""

    value: str
    words: Words


class Field(Struct, frozen=True):
    """One thing to enter. `path` is where it stands in the facts; in a list, the name of the item's attribute.

    Attributes:
        instead: a percentage for who does not know the amounts; it counts and is marked as self-stated.
        most: the largest number that makes sense, where there is one.
        only: shown when the named field of the same item has one of these values.
    """

    path: str
    kind: FieldKind
    words: Words
    choices: tuple[Choice, ...] = ()
    instead: bool = False
    most: str | None = None
    only: tuple[str, tuple[str, ...]] | None = None


class ListPart(Struct, frozen=True):
    """A list: each item has the same columns. No items is an answer: there are none."""

    path: str
    item: Words
    columns: tuple[Field, ...]


class Question(Struct, frozen=True):
    """One screen: what a person thinks of together. `none` is the answer that says "nothing of this" in one touch."""

    id: str
    words: Words
    help: Words
    fields: tuple[Field, ...] = ()
    list: ListPart | None = None
    none: Words | None = None
