"""The people of the tenant, for its administrators."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from ninja import File, Form, Router, UploadedFile
from ninja.responses import Status
from pydantic import Field

from alula.kernel.actor import Actor, Role
from alula.kernel.clock import now
from alula.kernel.errors import not_found
from alula.kernel.http import PAGE, PAGE_MAX, Page, decode_cursor, encode_cursor, language_of
from alula.people import queries, services
from alula.people.permissions import require_administration
from alula.people.roster import export, importing, reading
from alula.people.schemas import (
    AddedPerson,
    ImportReport,
    InitialPassword,
    NewPerson,
    PersonChange,
    PersonRow,
)
from alula.people.sign_in import SignedIn

router = Router(auth=SignedIn(), tags=["persons"])


def _row(actor: Actor, person_id: UUID) -> PersonRow:
    person = queries.people_administered(actor).filter(id=person_id).first()
    if person is None:
        raise not_found()
    return PersonRow.of(person)


@router.get("/persons", response=Page[PersonRow])
def list_persons(
    request: HttpRequest,
    *,
    q: str = "",
    unit: UUID | None = None,
    role: Role | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = PAGE,
) -> Page[PersonRow]:
    """The people by name; `q` is looked for in name, e-mail address and employee number."""
    people = queries.people_administered(request.actor, unit_id=unit, text=q, role=role)
    key = decode_cursor(cursor, 2)
    total = people.count() if key is None else None
    if key is not None:
        name, last = str(key[0]), _uuid(key[1])
        people = people.filter(Q(name__gt=name) | Q(name=name, id__gt=last))
    some = list(people[: limit + 1])
    more = len(some) > limit
    return Page[PersonRow](
        items=[PersonRow.of(person) for person in some[:limit]],
        next=encode_cursor(some[limit - 1].name, some[limit - 1].id) if more else None,
        total=total,
    )


def _uuid(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as error:
        raise not_found() from error


@router.post("/persons", response={201: AddedPerson})
def add_person(request: HttpRequest, payload: NewPerson) -> Status[AddedPerson]:
    """Add a person. The answer shows the password to hand over, this once."""
    added = services.add_person(
        request.actor,
        email=payload.email,
        name=payload.name,
        number=payload.number,
        unit_id=payload.unit_id,
        roles=payload.roles,
    )
    person = _row(request.actor, added.person.id)
    return Status(201, AddedPerson(person=person, initial_password=added.initial_password))


@router.get("/persons.csv", response={200: bytes})
def export_persons(
    request: HttpRequest, q: str = "", unit: UUID | None = None, role: Role | None = None
) -> HttpResponseBase:
    """The list as a file that a spreadsheet opens as it is, and that the import takes back."""
    people = queries.people_administered(request.actor, unit_id=unit, text=q, role=role)
    lines = export.lines(request.actor.tenant_id, people, language_of(request))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="people-{now():%Y%m%d}.csv"'
    return response


@router.post("/import", response=ImportReport)
def import_persons(
    request: HttpRequest,
    file: File[UploadedFile],
    mode: Form[Literal["all_or_nothing", "keep_good"]] = "all_or_nothing",
) -> ImportReport:
    """Take people from a CSV file (columns: see alula/people/roster); the same file again changes nothing."""
    require_administration(request.actor)
    rows = reading.read(file.size or 0, file.read)
    return importing.take(request.actor, rows, keep_good=mode == "keep_good")


@router.get("/persons/{uuid:person_id}", response=PersonRow)
def read_person(request: HttpRequest, person_id: UUID) -> PersonRow:
    """One person."""
    return _row(request.actor, person_id)


@router.patch("/persons/{uuid:person_id}", response=PersonRow)
def change_person(request: HttpRequest, person_id: UUID, payload: PersonChange) -> PersonRow:
    """Correct, move, deactivate or activate a person."""
    actor = request.actor
    with transaction.atomic():
        services.change_person(actor, person_id, name=payload.name, number=payload.number)
        if "unit_id" in payload.model_fields_set:
            services.move_person(actor, person_id, payload.unit_id)
        if payload.active is True:
            services.activate_person(actor, person_id)
        elif payload.active is False:
            services.deactivate_person(actor, person_id)
    return _row(actor, person_id)


@router.post("/persons/{uuid:person_id}/initial-password", response=InitialPassword)
def issue_initial_password(request: HttpRequest, person_id: UUID) -> InitialPassword:
    """Make a new password to hand over to a person; the old one ends, and with it their sessions."""
    return InitialPassword(initial_password=services.issue_initial_password(request.actor, person_id))


@router.put("/persons/{uuid:person_id}/roles/{role}", response=PersonRow)
def grant_role(request: HttpRequest, person_id: UUID, role: Role, unit: UUID | None = None) -> PersonRow:
    """Grant a role, for a unit and everything below it or, without a unit, for the whole tenant."""
    services.grant_role(request.actor, person_id, role, unit)
    return _row(request.actor, person_id)


@router.delete("/persons/{uuid:person_id}/roles/{role}", response=PersonRow)
def revoke_role(request: HttpRequest, person_id: UUID, role: Role, unit: UUID | None = None) -> PersonRow:
    """Take a role away, as it was granted (with the same unit)."""
    services.revoke_role(request.actor, person_id, role, unit)
    return _row(request.actor, person_id)
