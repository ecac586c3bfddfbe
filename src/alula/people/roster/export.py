"""The people of a tenant as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from alula.kernel.texts import pick
from alula.people.models import Person
from alula.people.roles import name_of
from alula.people.roster.importing import unit_names
from alula.people.roster.reading import FORMULA

HEADINGS = {
    "zh": ["姓名", "邮箱", "部门", "角色", "工号", "状态"],
    "en": ["Name", "Email", "Unit", "Role", "Number", "Status"],
}
ACTIVE = {True: {"zh": "在用", "en": "Active"}, False: {"zh": "已停用", "en": "Deactivated"}}
AT_ONCE = 1000


class _Echo:
    """A file that hands back what is written, so that rows leave one by one."""

    def write(self, text: str) -> str:
        return text


def safe(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def lines(tenant_id: UUID, people: QuerySet[Person], language: str) -> Iterator[str]:
    """The file, line by line; it begins with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Echo())
    paths = {id_: "/".join(names) for names, id_ in unit_names(tenant_id).items()}
    yield "\ufeff" + writer.writerow(HEADINGS["en" if language.startswith("en") else "zh"])
    for person in people.iterator(chunk_size=AT_ONCE):
        roles = dict.fromkeys(name_of(held.role, language) for held in person.memberships.all())
        cells = [
            person.name,
            person.user.email,
            paths.get(person.unit_id, ""),
            ";".join(roles),
            person.number,
            pick(ACTIVE[person.active], language),
        ]
        yield writer.writerow([safe(cell) for cell in cells])
