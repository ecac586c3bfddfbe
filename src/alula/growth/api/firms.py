"""The firm that one keeps, and who may see it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from alula.growth.models import Firm, Relation
from alula.growth.permissions import Release
from alula.growth.services import claims
from alula.growth.services import firms as services
from alula.people import facade as people

router = Router()


class RelationOut(Schema):
    """An agency that accompanies the firm, and what it may see."""

    agency_id: UUID
    name: str
    released: list[Release]
    since: datetime


class FirmOut(Schema):
    """A firm as its owner sees it."""

    id: UUID
    name: str
    credit_code: str
    place: str
    industry: str
    contact: str
    phone: str
    facts_version: int
    facts_at: datetime | None
    relations: list[RelationOut]


class FirmIn(Schema):
    """What a firm is called and how it is reached."""

    name: str
    credit_code: str = ""
    contact: str = ""
    phone: str = ""


class ReleaseIn(Schema):
    """Everything that the agency may see from now on."""

    released: list[Release]


def firm_out(firm: Firm) -> FirmOut:
    """The firm with its living relations."""
    relations = list(Relation.objects.filter(firm=firm, ended_at=None).order_by("since"))
    names = people.tenant_names(one.agency_id for one in relations)
    return FirmOut(
        id=firm.tenant_id,
        name=firm.name,
        credit_code=firm.credit_code,
        place=firm.place,
        industry=firm.industry,
        contact=firm.contact,
        phone=firm.phone,
        facts_version=firm.facts_version,
        facts_at=firm.facts_at,
        relations=[
            RelationOut(
                agency_id=one.agency_id,
                name=names.get(one.agency_id, ""),
                released=one.released,
                since=one.since,
            )
            for one in relations
        ],
    )


@router.get("/firm", response=FirmOut)
def read_own_firm(request: HttpRequest) -> FirmOut:
    """The firm that one keeps."""
    return firm_out(services.own_firm(request.auth))


@router.put("/firm", response=FirmOut)
def change_own_firm(request: HttpRequest, payload: FirmIn) -> FirmOut:
    """Correct its details."""
    firm = services.own_firm(request.auth)
    return firm_out(services.change_firm(request.auth, firm.tenant_id, **payload.dict()))


@router.put("/firm/relations/{agency_id}", response=FirmOut)
def release_to_agency(request: HttpRequest, agency_id: UUID, payload: ReleaseIn) -> FirmOut:
    """Say what an agency may see."""
    services.release(request.auth, agency_id, payload.released)
    return firm_out(services.own_firm(request.auth))


@router.delete("/firm/relations/{agency_id}", response=FirmOut)
def end_relation(request: HttpRequest, agency_id: UUID) -> FirmOut:
    """End what an agency sees."""
    claims.end_relation(request.auth, agency_id)
    return firm_out(services.own_firm(request.auth))
