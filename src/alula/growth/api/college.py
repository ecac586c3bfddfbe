"""The industry college over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import AwareDatetime, Field

from alula.growth.api.words import BothTexts
from alula.growth.models import Programme
from alula.growth.permissions import require_owner
from alula.growth.queries import college as queries
from alula.growth.services import college as services
from alula.growth.support import college
from alula.growth.support.gaps import known
from alula.kernel.actor import Actor
from alula.people import facade as people

router = Router()
Level = Literal["master", "doctor", "digital", "craft", "management"]
MOST_PEOPLE = 200


class ProgrammeIn(Schema):
    """A programme; firms see it while `open`."""

    title: Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S")]
    level: Level
    about: Annotated[str, Field(max_length=5000)] = ""
    partner: Annotated[str, Field(max_length=200)] = ""
    gaps: Annotated[
        list[Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_]+$")]], Field(max_length=30)
    ] = []
    places: Annotated[int, Field(ge=1, le=5000)] = 40
    open: bool = False


class ProgrammeRow(Schema):
    """A programme in a list."""

    id: UUID
    title: str
    level: str
    level_name: BothTexts
    partner: str
    gaps: list[str]
    gap_names: list[BothTexts]
    open: bool
    places: int
    taken: int


class LessonIn(Schema):
    """A sitting."""

    title: Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S")]
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    where: Annotated[str, Field(max_length=200)] = ""


class LessonOut(Schema):
    """A sitting."""

    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    where: str


class EnrolmentOut(Schema):
    """Somebody who takes part; `present` by sitting, without those where nothing was written down."""

    id: UUID
    person_id: UUID
    name: str
    firm: str
    present: dict[str, bool]


class CourseOut(Schema):
    """A course that helps with the programme's gaps."""

    title: str
    address: str
    hours: float | None


class ProgrammeOut(ProgrammeRow):
    """A programme with everything that the reader may see. `connected`: whether anybody here keeps courses."""

    about: str
    lessons: list[LessonOut]
    enrolments: list[EnrolmentOut]
    courses: list[CourseOut]
    connected: bool


class CollegePerson(Schema):
    """Somebody of one's firm."""

    id: UUID
    name: str


class EnrolIn(Schema):
    """Who is to take part."""

    people: Annotated[list[UUID], Field(min_length=1, max_length=MOST_PEOPLE)]


class AttendanceIn(Schema):
    """Who was there, by enrolment."""

    present: Annotated[dict[UUID, bool], Field(max_length=5000)]


class CollegeGap(Schema):
    """A kind of gap that a programme may be tied to."""

    id: str
    name: BothTexts


def _gap_name(gap: str) -> BothTexts:
    one = known().get(gap)
    return BothTexts(**(one.name if one else {"zh": gap, "en": gap}))


def _row(one: Programme) -> ProgrammeRow:
    return ProgrammeRow(
        id=one.id,
        title=one.title,
        level=one.level,
        level_name=BothTexts(**college.LEVELS[one.level]),
        partner=one.partner,
        gaps=one.gaps,
        gap_names=[_gap_name(gap) for gap in one.gaps],
        open=one.open,
        places=one.places,
        taken=one.taken,
    )


def _whole(actor: Actor, programme_id: UUID) -> ProgrammeOut:
    one = queries.programme_visible_to(actor, programme_id)
    enrolments = list(queries.enrolments_visible_to(actor, one))
    names = queries.names_of(enrolments)
    return ProgrammeOut(
        **_row(one).dict(),
        about=one.about,
        lessons=[LessonOut.from_orm(lesson) for lesson in one.lessons.all()],
        enrolments=[
            EnrolmentOut(
                id=enrolled.id,
                person_id=enrolled.person_id,
                name=names.get(enrolled.person_id, ""),
                firm=enrolled.firm.name,
                present={str(seen.lesson_id): seen.present for seen in enrolled.attendance.all()},
            )
            for enrolled in enrolments
        ],
        courses=[
            CourseOut(**card._asdict())
            for card in college.courses_for(actor.tenant_id, one.gaps, actor.language)
        ],
        connected=college.connected(),
    )


@router.get("/college-gaps", response=list[CollegeGap])
def list_gaps(request: HttpRequest) -> list[CollegeGap]:  # noqa: ARG001 - ninja hands it to every route
    """The kinds of gap that a programme may be tied to."""
    return [CollegeGap(id=gap, name=_gap_name(gap)) for gap in known()]


@router.get("/programmes", response=list[ProgrammeRow])
def list_programmes(request: HttpRequest) -> list[ProgrammeRow]:
    """The programmes that one may see, the newest first; 200 at most."""
    rows = queries.programmes_visible_to(request.auth).order_by("-created_at", "id")[:200]
    return [_row(one) for one in rows]


@router.post("/programmes", response={201: ProgrammeOut})
def plan_programme(request: HttpRequest, payload: ProgrammeIn) -> Status[ProgrammeOut]:
    """Begin a programme."""
    one = services.plan_programme(request.auth, open_=payload.open, **payload.dict(exclude={"open"}))
    return Status(201, _whole(request.auth, one.id))


@router.get("/programmes/{uuid:programme_id}", response=ProgrammeOut)
def read_programme(request: HttpRequest, programme_id: UUID) -> ProgrammeOut:
    """One programme."""
    return _whole(request.auth, programme_id)


@router.put("/programmes/{uuid:programme_id}", response=ProgrammeOut)
def change_programme(request: HttpRequest, programme_id: UUID, payload: ProgrammeIn) -> ProgrammeOut:
    """Change it, open it or take it back."""
    fields = payload.dict(exclude={"open"})
    services.plan_programme(request.auth, id_=programme_id, open_=payload.open, **fields)
    return _whole(request.auth, programme_id)


@router.post("/programmes/{uuid:programme_id}/lessons", response={201: ProgrammeOut})
def add_lesson(request: HttpRequest, programme_id: UUID, payload: LessonIn) -> Status[ProgrammeOut]:
    """Add a sitting."""
    services.add_lesson(request.auth, programme_id, **payload.dict())
    return Status(201, _whole(request.auth, programme_id))


@router.get("/college-people", response=list[CollegePerson])
def list_people(request: HttpRequest, q: str = "") -> list[CollegePerson]:
    """People of one's firm by name, 200 at most, for the owner to enrol."""
    actor = request.auth
    require_owner(actor)
    ids = people.person_ids_visible(actor, text=q.strip())[:MOST_PEOPLE]
    names = people.names_of(actor.tenant_id, [one["id"] for one in ids])
    return [CollegePerson(id=id_, name=name) for id_, name in sorted(names.items(), key=lambda one: one[1])]


@router.post("/programmes/{uuid:programme_id}/enrolments", response=ProgrammeOut)
def enrol(request: HttpRequest, programme_id: UUID, payload: EnrolIn) -> ProgrammeOut:
    """Enrol people of one's firm."""
    services.enrol(request.auth, programme_id, payload.people)
    return _whole(request.auth, programme_id)


@router.delete("/programmes/{uuid:programme_id}/enrolments/{uuid:enrolment_id}", response=ProgrammeOut)
def leave(request: HttpRequest, programme_id: UUID, enrolment_id: UUID) -> ProgrammeOut:
    """Take somebody out again."""
    services.leave(request.auth, programme_id, enrolment_id)
    return _whole(request.auth, programme_id)


@router.put("/programmes/{uuid:programme_id}/lessons/{uuid:lesson_id}/attendance", response=ProgrammeOut)
def record_attendance(
    request: HttpRequest, programme_id: UUID, lesson_id: UUID, payload: AttendanceIn
) -> ProgrammeOut:
    """Say who was there."""
    services.record_attendance(request.auth, programme_id, lesson_id, payload.present)
    return _whole(request.auth, programme_id)
