"""What travels about service requests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from alula.growth.api.words import BothTexts
from alula.growth.support.kinds import Expertise, ServiceKind, Urgency


class ServiceRequestIn(Schema):
    """What a firm writes in a request; a draft may lack almost everything."""

    kind: ServiceKind
    title: Annotated[str, Field(max_length=120)] = ""
    need: Annotated[str, Field(max_length=5000)] = ""
    agency_id: UUID | None = None
    expertise: Annotated[list[Expertise], Field(max_length=22)] = []
    urgency: Urgency = Urgency.NORMAL
    wished_on: date | None = None
    confidential: bool = False
    keep_from: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=20)] = []
    gap: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_]*$")] = ""


class ServiceRequestRow(Schema):
    """A request in a list."""

    id: UUID
    kind: str
    title: str
    state: str
    urgency: str
    confidential: bool
    firm: str
    agency: str
    expert: str
    officer: str
    wished_on: date | None
    due_on: date | None
    overdue: bool
    rating: int | None
    sent_at: datetime | None
    changed_at: datetime


class RequestFileOut(Schema):
    """A file at a request or a message."""

    id: UUID
    name: str
    size: int


class RequestMoveOut(Schema):
    """A move in the history."""

    move: str
    to: str
    words: str
    expert: str
    by: str
    side: str
    at: datetime


class RequestMessageOut(Schema):
    """Plain words from one side to the other."""

    text: str
    by: str
    side: str
    at: datetime
    files: list[RequestFileOut]


class ServiceRequestOut(ServiceRequestRow):
    """A request with everything that the reader may see of it. `note` is the agency's alone."""

    need: str
    expertise: list[str]
    keep_from: list[str]
    gap: str
    agency_id: UUID | None
    firm_id: UUID
    expert_id: UUID | None
    expert_contact: str
    mine: bool
    note: str
    moves_possible: list[str]
    changeable: bool
    history: list[RequestMoveOut]
    messages: list[RequestMessageOut]
    files: list[RequestFileOut]


class ExpertForRequest(Schema):
    """An expert for a request: points, reasons, or why it cannot be chosen."""

    id: UUID
    name: str
    organisation: str
    form: str
    points: int
    busy: int
    capacity: int
    reasons: list[BothTexts]
    excluded: BothTexts | None


class RequestPrefill(Schema):
    """What a request about a gap begins with."""

    kind: ServiceKind
    title: str
    need: str
    expertise: list[str]


class RequestWords(Schema):
    """Words that go with a move."""

    words: Annotated[str, Field(max_length=5000)] = ""


class RequestAccept(Schema):
    """Until when the agency means to answer."""

    due_on: date | None = None


class RequestAssign(RequestAccept):
    """Whom the request goes to."""

    expert_id: UUID


class RequestRating(RequestWords):
    """1 to 5, and why."""

    rating: int


class RequestPlan(RequestAccept):
    """What the agency keeps for itself; `mine` takes the request over."""

    note: Annotated[str, Field(max_length=5000)] = ""
    mine: bool = False


class RequestNarrowing(Schema):
    """What a list is narrowed to."""

    q: Annotated[str, Field(max_length=100)] = ""
    state: str = ""
    kind: str = ""
    urgency: str = ""
    officer: str = ""
    overdue: bool = False
