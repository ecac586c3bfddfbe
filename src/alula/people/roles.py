"""The roles in people's words, and how a role is read from a file."""

from __future__ import annotations

import re

from alula.kernel.actor import Role
from alula.kernel.texts import Texts, pick

NAMES: dict[Role, Texts] = {
    Role.LEARNER: {"zh": "学员", "en": "Learner"},
    Role.AUTHOR: {"zh": "作者", "en": "Author"},
    Role.TRAINER: {"zh": "培训师", "en": "Trainer"},
    Role.MANAGER: {"zh": "主管", "en": "Manager"},
    Role.TENANT_ADMIN: {"zh": "组织管理员", "en": "Tenant admin"},
    Role.OFFICER: {"zh": "专员", "en": "Officer"},
    Role.OPERATOR: {"zh": "平台运营", "en": "Operator"},
}
_BY_WORD = {
    word.casefold(): role for role, names in NAMES.items() for word in (role.value, names["zh"], names["en"])
}


def name_of(role: str, language: str) -> str:
    """The role's name in `language`."""
    return pick(NAMES[Role(role)], language)


def read_roles(text: str) -> list[Role] | None:
    """The roles that a cell names, by code or by name in either language, separated by ; ； or 、.

    An empty cell is a learner; None when a word is no role.
    """
    words = [word.strip().casefold() for word in re.split(r"[;；、]", text) if word.strip()]
    if not all(word in _BY_WORD for word in words):
        return None
    return [_BY_WORD[word] for word in words] or [Role.LEARNER]
