"""People of a file, taken in by one transaction: new ones are added, known ones brought up to date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction

from alula.kernel.actor import Actor, Role
from alula.kernel.db import on_postgres
from alula.kernel.errors import Refusal
from alula.people import statements
from alula.people.founding import unit_of_role
from alula.people.models import Membership, Person, Tenant, Unit, User
from alula.people.permissions import require_administration, require_grantable
from alula.people.roster.reading import Bad, Row, Rows
from alula.people.schemas import BadRow, ImportReport
from alula.people.services.tenants import locked

AT_ONCE = 1000
"""Rows in one statement: below every limit of parameters of SQLite."""
SHOWN = 1000
"""Refused rows in the report."""

T = TypeVar("T")


@dataclass
class _Plan:
    """What an import would do."""

    users: list[User] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    changed: list[Person] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    granted_to: set[UUID] = field(default_factory=set)
    bad: list[Bad] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """What the tenant holds already, as far as the file touches it."""

    tenant: Tenant
    units: dict[tuple[str, ...], UUID]
    persons: dict[str, Person]
    strangers: set[str]
    numbers: dict[str, UUID]
    held: set[tuple[UUID, str]]


def take(actor: Actor, rows: Rows, *, keep_good: bool) -> ImportReport:
    """Take the good rows; without `keep_good`, nothing is written when any row is refused.

    A role is granted for the row's unit where it can be limited to one (founding.unit_of_role), unless the
    person holds it already, for whatever unit.

    New people get no password: an administrator issues one each, or they use the tenant's own sign-in.

    Raises:
        Refusal: kernel.forbidden.
    """
    require_administration(actor)
    with transaction.atomic():
        known = _known(locked(actor.tenant_id), rows.good)
        plan = _planned(actor, known, rows.good)
        bad = sorted(rows.bad + plan.bad, key=lambda one: one.line)
        written = keep_good or not bad
        if written:
            _write(plan)
        touched = {person.id for person in plan.changed} | plan.granted_to
        added = len(plan.persons)
        changed = len(touched - {person.id for person in plan.persons})
        if written and (added or changed):
            statements.people_imported(actor, known.tenant, added=added, changed=changed, refused=len(bad))
    return ImportReport(
        rows=rows.count,
        added=added,
        changed=changed,
        unchanged=rows.count - added - changed - len(bad),
        refused=len(bad),
        written=written,
        bad=[_bad_row(actor, one) for one in bad[:SHOWN]],
    )


def _bad_row(actor: Actor, bad: Bad) -> BadRow:
    return BadRow(
        line=bad.line, column=bad.column, code=bad.refusal.code, message=bad.refusal.sentence(actor.language)
    )


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, AT_ONCE)):
        yield chunk


def _known(tenant: Tenant, rows: Sequence[Row]) -> _Known:
    persons: dict[str, Person] = {}
    strangers: set[str] = set()
    numbers: dict[str, UUID] = {}
    held: set[tuple[UUID, str]] = set()
    ours = Person.objects.filter(tenant=tenant)
    for chunk in _chunks(rows):
        # Users first, then their persons: joined, PostgreSQL reads all persons once for each user of a tenant
        # that is too new to have statistics.
        users = dict(User.objects.filter(email__in=[row.email for row in chunk]).values_list("id", "email"))
        here = {users[one.user_id]: one for one in ours.filter(user_id__in=list(users))}
        persons |= here
        strangers |= set(users.values()) - here.keys()
        numbers |= dict(
            ours.filter(number__in=[r.number for r in chunk if r.number]).values_list("number", "id")
        )
        ids = [one.id for one in here.values()]
        memberships = Membership.objects.filter(tenant=tenant, person_id__in=ids)
        held |= set(memberships.values_list("person_id", "role"))
    return _Known(tenant, unit_names(tenant.id), persons, strangers, numbers, held)


def unit_names(tenant_id: UUID) -> dict[tuple[str, ...], UUID]:
    """Each unit of a tenant by the names from the top of the tree down to it."""
    names: dict[UUID | None, tuple[str, ...]] = {None: ()}
    units = Unit.objects.filter(tenant_id=tenant_id).order_by("depth")
    for id_, parent_id, name in units.values_list("id", "parent_id", "name").iterator():
        names[id_] = (*names[parent_id], name)
    return {path: id_ for id_, path in names.items() if id_ is not None}


def _planned(actor: Actor, known: _Known, rows: Sequence[Row]) -> _Plan:
    plan = _Plan()
    for row in rows:
        try:
            _plan_row(actor, known, row, plan)
        except Refusal as refusal:
            plan.bad.append(Bad(row.line, refusal.field or "", refusal))
    return plan


def _plan_row(actor: Actor, known: _Known, row: Row, plan: _Plan) -> None:
    """Add to the plan what a row asks for.

    Raises:
        Refusal: why the row cannot be taken; nothing of it is planned then.
    """
    if row.unit and row.unit not in known.units:
        raise Refusal("people.unit_unknown", field="unit", unit="/".join(row.unit))
    unit_id = known.units[row.unit] if row.unit else None
    for role in row.roles:
        require_grantable(actor, known.tenant.kind, role, for_unit=False)
    person = known.persons.get(row.email)
    if person is None and row.email in known.strangers and not actor.has(Role.OPERATOR):
        raise Refusal("people.email_elsewhere", field="email", email=row.email)
    owner = known.numbers.get(row.number) if row.number else None
    if owner is not None and (person is None or owner != person.id):
        raise Refusal("people.number_taken", field="number", number=row.number)
    if person is None:
        person = _new(known, row, unit_id, plan)
    elif _update(person, row, unit_id):
        plan.changed.append(person)
    for role in row.roles:
        if (person.id, role) not in known.held:
            for_unit = unit_of_role(role, unit_id)
            plan.memberships.append(
                Membership(tenant=known.tenant, person=person, role=role, unit_id=for_unit)
            )
            plan.granted_to.add(person.id)


def _new(known: _Known, row: Row, unit_id: UUID | None, plan: _Plan) -> Person:
    if row.email in known.strangers:
        user = User.objects.get(email=row.email)
    else:
        user = User(email=row.email, password=make_password(None))
        plan.users.append(user)
    person = Person(tenant=known.tenant, user=user, unit_id=unit_id, name=row.name, number=row.number)
    plan.persons.append(person)
    return person


def _update(person: Person, row: Row, unit_id: UUID | None) -> bool:
    """Bring a person up to date; an empty cell leaves what is there. Whether anything differs."""
    wanted: dict[str, str | UUID] = {"name": row.name}
    if row.number:
        wanted["number"] = row.number
    if unit_id:
        wanted["unit_id"] = unit_id
    differs = {name: value for name, value in wanted.items() if getattr(person, name) != value}
    for name, value in differs.items():
        setattr(person, name, value)
    return bool(differs)


def _write(plan: _Plan) -> None:
    """Write the plan.

    Raises:
        Refusal: people.changed_meanwhile, when somebody took one of the addresses since the plan was made.
    """
    try:
        _write_all(plan)
    except IntegrityError as error:
        raise Refusal("people.changed_meanwhile", status=409) from error


def _write_all(plan: _Plan) -> None:
    User.objects.bulk_create(plan.users, batch_size=AT_ONCE)
    Person.objects.bulk_create(plan.persons, batch_size=AT_ONCE)
    Person.objects.bulk_update(plan.changed, ["name", "number", "unit"], batch_size=200)
    Membership.objects.bulk_create(plan.memberships, batch_size=AT_ONCE)
    if on_postgres() and len(plan.persons) > AT_ONCE:
        _renew_statistics()


def _renew_statistics() -> None:
    """Let PostgreSQL plan anew.

    A connection that checked a foreign key while the tables were small goes on reading them whole, once for
    each new row: 50,000 of them then take minutes to commit.
    """
    with connection.cursor() as cursor:
        for table in ("people_user", "people_person", "people_membership"):
            cursor.execute(f"ANALYZE {table}")
