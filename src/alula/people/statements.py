"""The statements that people writes: every administrative act, and every answer about a consent.

Actor: who did it (a person; the installation itself is the person with the nil id). Object: a tenant, a unit
or a consent as an activity, another person as an agent. What others may rely on is listed in docs/people.md.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from alula.kernel.actor import Actor, Role
from alula.kernel.texts import Texts
from alula.people.consents import kind_of
from alula.people.models import Person, Tenant, Unit
from alula.record import facade as record


def _verb(word: str, name: Texts, sentence: Texts) -> record.Verb:
    return record.define_verb(record.vocabulary("verbs", word), name=name, sentence=sentence)


CREATED = _verb(
    "created-tenant",
    {"zh": "创建组织", "en": "created"},
    {"zh": "{actor}创建了组织“{activity}”", "en": "{actor} created the organisation “{activity}”"},
)
ADDED_UNIT = _verb(
    "added-unit",
    {"zh": "新增部门", "en": "added"},
    {"zh": "{actor}新增了部门“{activity}”", "en": "{actor} added the unit “{activity}”"},
)
RENAMED_UNIT = _verb(
    "renamed-unit",
    {"zh": "更名部门", "en": "renamed"},
    {"zh": "{actor}把部门更名为“{activity}”", "en": "{actor} renamed a unit to “{activity}”"},
)
MOVED_UNIT = _verb(
    "moved-unit",
    {"zh": "移动部门", "en": "moved"},
    {"zh": "{actor}移动了部门“{activity}”", "en": "{actor} moved the unit “{activity}”"},
)
ADDED_PERSON = _verb(
    "added-person",
    {"zh": "加入组织", "en": "added"},
    {"zh": "{actor}把{activity}加入了组织", "en": "{actor} added {activity} to the organisation"},
)
CHANGED_PERSON = _verb(
    "changed-person",
    {"zh": "更正资料", "en": "changed"},
    {"zh": "{actor}更正了{activity}的资料", "en": "{actor} corrected the details of {activity}"},
)
MOVED_PERSON = _verb(
    "moved-person",
    {"zh": "调动", "en": "moved"},
    {"zh": "{actor}调动了{activity}", "en": "{actor} moved {activity} to another unit"},
)
DEACTIVATED = _verb(
    "deactivated-person",
    {"zh": "停用", "en": "deactivated"},
    {"zh": "{actor}停用了{activity}的账号", "en": "{actor} deactivated {activity}"},
)
ACTIVATED = _verb(
    "activated-person",
    {"zh": "启用", "en": "activated"},
    {"zh": "{actor}启用了{activity}的账号", "en": "{actor} activated {activity}"},
)
ISSUED_PASSWORD = _verb(
    "issued-password",
    {"zh": "生成初始密码", "en": "issued a password"},
    {"zh": "{actor}为{activity}生成了初始密码", "en": "{actor} issued an initial password for {activity}"},
)
GRANTED = _verb(
    "granted-role",
    {"zh": "授予角色", "en": "granted"},
    {"zh": "{actor}授予{activity}一个角色", "en": "{actor} granted a role to {activity}"},
)
REVOKED = _verb(
    "revoked-role",
    {"zh": "收回角色", "en": "revoked"},
    {"zh": "{actor}收回了{activity}的一个角色", "en": "{actor} revoked a role of {activity}"},
)
IMPORTED = _verb(
    "imported-people",
    {"zh": "导入人员", "en": "imported"},
    {
        "zh": "{actor}导入了“{activity}”的人员名单",
        "en": "{actor} imported a list of people into “{activity}”",
    },
)
CONSENTED = _verb(
    "consented",
    {"zh": "同意", "en": "consented"},
    {"zh": "{actor}同意了“{activity}”", "en": "{actor} consented to “{activity}”"},
)
WITHDREW = _verb(
    "withdrew-consent",
    {"zh": "不同意", "en": "withdrew"},
    {"zh": "{actor}不同意“{activity}”", "en": "{actor} withheld or withdrew the consent to “{activity}”"},
)


def tenant_activity(tenant: Tenant) -> record.Activity:
    """A tenant as the object of a statement."""
    return _activity("tenant", "tenants", tenant.id, {"und": tenant.name})


def unit_activity(unit: Unit) -> record.Activity:
    """A unit as the object of a statement."""
    return _activity("unit", "units", unit.id, {"und": unit.name})


def _activity(kind: str, collection: str, id_: Any, name: dict[str, str]) -> record.Activity:
    definition = record.ActivityDefinition(type=record.vocabulary("activities", kind), name=name)
    return record.Activity(id=record.iri(collection, id_), definition=definition)


def _say(
    actor: Actor,
    verb: record.Verb,
    thing: record.Activity | record.Agent,
    *,
    tenant_id: UUID | None = None,
    **extensions: Any,
) -> None:
    said = {record.vocabulary("extensions", key): value for key, value in extensions.items()}
    statement = record.Statement(
        actor=record.person(actor.tenant_id, actor.person_id),
        verb=verb,
        object=thing,
        context=record.Context(extensions=said) if said else None,
    )
    record.append(tenant_id or actor.tenant_id, [statement])


def _agent(person: Person) -> record.Agent:
    return record.person(person.tenant_id, person.id)


def _unit_id(unit_id: Any) -> str | None:
    return str(unit_id) if unit_id else None


def tenant_created(actor: Actor, tenant: Tenant) -> None:
    """The first statement in the new tenant's own record."""
    _say(actor, CREATED, tenant_activity(tenant), tenant_id=tenant.id, kind=str(tenant.kind))


def unit_added(actor: Actor, unit: Unit) -> None:
    _say(actor, ADDED_UNIT, unit_activity(unit), parent=_unit_id(unit.parent_id))


def unit_renamed(actor: Actor, unit: Unit, before: str) -> None:
    _say(actor, RENAMED_UNIT, unit_activity(unit), before=before)


def unit_moved(actor: Actor, unit: Unit, before: Any) -> None:
    _say(actor, MOVED_UNIT, unit_activity(unit), parent=_unit_id(unit.parent_id), before=_unit_id(before))


def person_added(actor: Actor, person: Person) -> None:
    _say(actor, ADDED_PERSON, _agent(person), unit=_unit_id(person.unit_id))


def person_changed(actor: Actor, person: Person, what: list[str]) -> None:
    _say(actor, CHANGED_PERSON, _agent(person), what=what)


def person_moved(actor: Actor, person: Person, before: Any) -> None:
    _say(actor, MOVED_PERSON, _agent(person), unit=_unit_id(person.unit_id), before=_unit_id(before))


def person_deactivated(actor: Actor, person: Person) -> None:
    _say(actor, DEACTIVATED, _agent(person))


def person_activated(actor: Actor, person: Person) -> None:
    _say(actor, ACTIVATED, _agent(person))


def password_issued(actor: Actor, person: Person) -> None:
    _say(actor, ISSUED_PASSWORD, _agent(person))


def role_granted(actor: Actor, person: Person, role: Role, unit: Unit | None) -> None:
    _say(actor, GRANTED, _agent(person), role=str(role), unit=_unit_id(unit and unit.id))


def role_revoked(actor: Actor, person: Person, role: Role, unit: Unit | None) -> None:
    _say(actor, REVOKED, _agent(person), role=str(role), unit=_unit_id(unit and unit.id))


def people_imported(actor: Actor, tenant: Tenant, *, added: int, changed: int, refused: int) -> None:
    """One statement for a whole file: an import of 50,000 rows is one act."""
    _say(actor, IMPORTED, tenant_activity(tenant), added=added, changed=changed, refused=refused)


def consent_answered(actor: Actor, kind: str, *, granted: bool) -> None:
    one = kind_of(kind)
    thing = _activity("consent", "consents", kind, dict(one.title))
    _say(actor, CONSENTED if granted else WITHDREW, thing, wording=one.wording)
