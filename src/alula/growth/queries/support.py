"""Service requests that an actor may see."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, DateField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from alula.growth.models import Relation, RequestFile, ServiceRequest
from alula.growth.permissions import is_officer, is_owner
from alula.growth.queries.paging import LAST_DAY
from alula.growth.support.kinds import Urgency
from alula.growth.support.workflow import WAITING
from alula.kernel import clock
from alula.kernel.actor import Actor, Role
from alula.kernel.errors import not_found

ORDERS = {
    "due": ("due", "-sent_at", "id"),
    "-due": ("-due", "-sent_at", "id"),
    "-sent": ("-changed_at", "id"),
    "sent": ("changed_at", "id"),
    "-urgency": ("-hurry", "due", "id"),
    "firm": ("firm_name", "id"),
    "-firm": ("-firm_name", "id"),
}
"""Orders of the queue by the name under which a page asks for them."""


class Narrowing(NamedTuple):
    """What a list is narrowed to; empty: not narrowed. `officer` "me" is the actor, "none" nobody."""

    q: str = ""
    state: str = ""
    kind: str = ""
    urgency: str = ""
    officer: str = ""
    overdue: bool = False


def today_of(actor: Actor) -> date:
    """The day that it is where the actor is."""
    return clock.now().astimezone(ZoneInfo(actor.timezone)).date()


def requests_visible_to(actor: Actor) -> QuerySet[ServiceRequest]:
    """The firm's own requests for its owner; for an officer those sent to the agency by firms that it accompanies.

    Of the confidential ones an officer sees those that are theirs, those of firms that they look after, and those for
    which nobody is responsible yet; the agency's administrators see all.
    """
    requests = ServiceRequest.objects.select_related("firm", "expert")
    if is_owner(actor):
        return requests.filter(firm_id=actor.tenant_id)
    if not is_officer(actor):
        return requests.none()
    ours = Relation.objects.filter(agency_id=actor.tenant_id, ended_at=None)
    seen = requests.filter(
        agency_id=actor.tenant_id, firm_id__in=ours.values("firm_id"), sent_at__isnull=False
    )
    if actor.has(Role.TENANT_ADMIN):
        return seen
    mine = ours.filter(officer_id=actor.person_id)
    unkept = ours.filter(officer_id=None)
    return seen.filter(
        Q(confidential=False)
        | Q(officer_id=actor.person_id)
        | Q(firm_id__in=mine.values("firm_id"))
        | Q(officer_id=None, firm_id__in=unkept.values("firm_id"))
    )


def request_visible_to(actor: Actor, request_id: UUID) -> ServiceRequest:
    """That request.

    Raises:
        Refusal: kernel.not_found.
    """
    found = requests_visible_to(actor).filter(id=request_id).first()
    if found is None:
        raise not_found()
    return found


def file_visible_to(actor: Actor, request_id: UUID, file_id: UUID) -> RequestFile:
    """A file of a request that the actor sees.

    Raises:
        Refusal: kernel.not_found.
    """
    found = request_visible_to(actor, request_id).files.filter(id=file_id).first()
    if found is None:
        raise not_found()
    return found


def narrowed(actor: Actor, narrow: Narrowing) -> QuerySet[ServiceRequest]:
    """The visible requests narrowed, with what a list is ordered by: `due`, `hurry`, `firm_name`."""
    rows = requests_visible_to(actor)
    if narrow.q.strip():
        word = narrow.q.strip()
        rows = rows.filter(Q(title__icontains=word) | Q(need__icontains=word) | Q(firm__name__icontains=word))
    if narrow.state == "waiting":
        rows = rows.filter(state__in=WAITING)
    elif narrow.state:
        rows = rows.filter(state=narrow.state)
    if narrow.kind:
        rows = rows.filter(kind=narrow.kind)
    if narrow.urgency:
        rows = rows.filter(urgency=narrow.urgency)
    if narrow.officer:
        rows = rows.filter(officer_id={"me": actor.person_id, "none": None}.get(narrow.officer))
    if narrow.overdue:
        rows = rows.filter(due_on__lt=today_of(actor), state__in=WAITING)
    hurry = Case(
        *(When(urgency=one.value, then=Value(order)) for order, one in enumerate(Urgency)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return rows.annotate(
        due=Coalesce(F("due_on"), Value(LAST_DAY, DateField())), hurry=hurry, firm_name=F("firm__name")
    )


def is_overdue(request: ServiceRequest, today: date) -> bool:
    """Whether the agency owes an answer whose day has passed."""
    return request.state in WAITING and request.due_on is not None and request.due_on < today
