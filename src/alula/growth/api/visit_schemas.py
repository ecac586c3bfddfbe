"""What travels about visits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from alula.growth.api.words import BothTexts

Tier = Literal["innovative", "provincial", "giant"]
Title = Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S")]
Long = Annotated[str, Field(max_length=5000)]


class CampaignIn(Schema):
    """A round of visits; `tier` is the step of the ladder that it helps to."""

    title: Title
    tier: Tier = "giant"
    starts_on: date
    ends_on: date
    agenda: Long = ""


class AccompaniedFirm(Schema):
    """A firm that may be visited."""

    id: Annotated[UUID, Field(alias="tenant_id")]
    name: str


class VisitExpert(Schema):
    """An expert of a group."""

    id: UUID
    name: str


class VisitGroupOut(Schema):
    """Experts who visit together."""

    id: UUID
    name: str
    experts: list[VisitExpert]


class VisitRow(Schema):
    """A visit in a calendar."""

    id: UUID
    campaign_id: UUID
    campaign: str
    group: str
    group_id: UUID
    firm: str
    firm_id: UUID
    starts_at: datetime
    ends_at: datetime
    state: str
    firm_words: str


class CampaignRow(Schema):
    """A campaign in a list."""

    id: UUID
    title: str
    tier: str
    starts_on: date
    ends_on: date
    visits: int


class CampaignOut(Schema):
    """A campaign with its groups and visits."""

    id: UUID
    title: str
    tier: str
    starts_on: date
    ends_on: date
    agenda: str
    groups: list[VisitGroupOut]
    visits: list[VisitRow]


class VisitGroupIn(Schema):
    """Who visits together."""

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S")]
    experts: Annotated[list[UUID], Field(max_length=20)] = []


class VisitTimes(Schema):
    """When, with whom and in which order."""

    group_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    agenda: Long = ""


class VisitIn(VisitTimes):
    """And where."""

    firm_id: UUID


class VisitAnswer(Schema):
    """What the firm says to the time."""

    confirmed: bool
    words: Annotated[str, Field(max_length=1000)] = ""


class VisitCheckOut(Schema):
    """One thing to look at."""

    id: UUID
    clause: str
    words: BothTexts
    state: str
    remark: str


class VisitCheckIn(Schema):
    """What was seen of it."""

    state: Literal["open", "seen", "problem"]
    remark: Annotated[str, Field(max_length=2000)] = ""


class VisitFindingIn(Schema):
    """What was found, and what is proposed."""

    severity: Literal["low", "medium", "high"]
    words: Annotated[str, Field(min_length=1, max_length=5000, pattern=r"\S")]
    proposal: Long = ""


class VisitFindingOut(Schema):
    """A finding; `released_at` is empty while the firm does not see it."""

    id: UUID
    severity: str
    words: str
    proposal: str
    released_at: datetime | None


class VisitTaskIn(Schema):
    """What is to follow, and whose it is."""

    what: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    side: Literal["firm", "agency"]
    who: Annotated[str, Field(max_length=60)] = ""
    due_on: date | None = None
    finding_id: UUID | None = None


class VisitTaskOut(Schema):
    """A task after a visit."""

    id: UUID
    what: str
    side: str
    who: str
    due_on: date | None
    done_at: datetime | None
    mine: bool


class VisitTaskDone(Schema):
    """Whether it is done."""

    done: bool


class VisitOut(VisitRow):
    """A visit with everything that the reader may see of it. `facts_seen`: the firm shows the agency its facts."""

    agenda: str
    tier: str
    experts: list[VisitExpert]
    facts_seen: bool
    checklist: list[VisitCheckOut]
    findings: list[VisitFindingOut]
    tasks: list[VisitTaskOut]
