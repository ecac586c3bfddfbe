"""What travels in both languages."""

from __future__ import annotations

from ninja import Schema


class BothTexts(Schema):
    """A text in both languages."""

    zh: str
    en: str
