"""The tree of units."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status

from alula.people import queries, services
from alula.people.models import Unit
from alula.people.schemas import NewUnit, UnitChange, UnitRow
from alula.people.sign_in import SignedIn

router = Router(auth=SignedIn(), tags=["units"])


def _row(unit: Unit, people: int) -> UnitRow:
    return UnitRow(id=unit.id, parent_id=unit.parent_id, name=unit.name, path=unit.path, people=people)


@router.get("/units", response=list[UnitRow])
def list_units(request: HttpRequest) -> HttpResponse:
    """The units that the caller may see, each before those below it."""
    counts = queries.headcounts(request.actor)
    units = queries.units_visible_to(request.actor).order_by("path").values("id", "parent_id", "name", "path")
    # Encoded here: through the schema, row by row, a tree of 50,000 units takes twice as long.
    rows = [unit | {"people": counts.get(unit["path"], 0)} for unit in units.iterator()]
    return HttpResponse(msgspec.json.encode(rows), content_type="application/json; charset=utf-8")


@router.post("/units", response={201: UnitRow})
def add_unit(request: HttpRequest, payload: NewUnit) -> Status[UnitRow]:
    """Add a unit."""
    unit = services.add_unit(request.actor, name=payload.name, parent_id=payload.parent_id)
    return Status(201, _row(unit, 0))


@router.patch("/units/{unit_id}", response=UnitRow)
def change_unit(request: HttpRequest, unit_id: UUID, payload: UnitChange) -> UnitRow:
    """Rename a unit, or move it with everything below it."""
    unit = queries.unit_visible_to(request.actor, unit_id)
    with transaction.atomic():
        if payload.name is not None:
            unit = services.rename_unit(request.actor, unit_id, payload.name)
        if "parent_id" in payload.model_fields_set:
            unit = services.move_unit(request.actor, unit_id, payload.parent_id)
    return _row(unit, queries.headcounts(request.actor).get(unit.path, 0))
