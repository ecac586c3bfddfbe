"""The industry college: programmes, their sittings, who takes part and who was there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from alula.growth.models import Enrolment, Lesson, LessonAttendance, Programme
from alula.growth.permissions import require_officer, require_owner
from alula.growth.queries.college import enrolments_visible_to, programme_visible_to
from alula.growth.services.firms import own_firm
from alula.growth.statements import support as statements
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register
from alula.people import facade as people

register(
    "growth",
    {
        "programme_full": {
            "zh": "名额不足：共 {places} 个，还剩 {left} 个。",
            "en": "Not enough places: {left} of {places} are left.",
        },
        "lesson_turned": {"zh": "结束不能早于开始。", "en": "It cannot end before it begins."},
    },
)


@transaction.atomic
def plan_programme(
    actor: Actor,
    *,
    title: str,
    level: str,
    about: str = "",
    partner: str = "",
    gaps: Iterable[str] = (),
    places: int = 40,
    open_: bool = False,
    id_: UUID | None = None,
) -> Programme:
    """Begin a programme, or change one (`id_`); firms see it while it is open.

    Raises:
        Refusal: kernel.not_found.
    """
    require_officer(actor)
    programme = programme_visible_to(actor, id_) if id_ else Programme(agency_id=actor.tenant_id)
    programme.title, programme.level, programme.about = title.strip(), level, about
    programme.partner, programme.gaps, programme.places, programme.open = partner, list(gaps), places, open_
    programme.save()
    return programme


@transaction.atomic
def add_lesson(
    actor: Actor, programme_id: UUID, *, title: str, starts_at: datetime, ends_at: datetime, where: str = ""
) -> Lesson:
    """Add a sitting.

    Raises:
        Refusal: kernel.not_found; growth.lesson_turned (422).
    """
    require_officer(actor)
    if ends_at <= starts_at:
        raise Refusal("growth.lesson_turned", status=422, field="ends_at")
    programme = programme_visible_to(actor, programme_id)
    lesson: Lesson = programme.lessons.create(
        title=title.strip(), starts_at=starts_at, ends_at=ends_at, where=where
    )
    return lesson


@transaction.atomic
def enrol(actor: Actor, programme_id: UUID, person_ids: Iterable[UUID]) -> int:
    """Enrol people of one's firm; who takes part already is left as they are. How many are new.

    The programme's row is locked while its places are counted: two firms cannot both take the last.

    Raises:
        Refusal: kernel.not_found, also for somebody who is not of the firm; growth.programme_full (409).
    """
    require_owner(actor)
    firm = own_firm(actor)
    programme = programme_visible_to(actor, programme_id)
    Programme.objects.select_for_update().get(id=programme.id)
    wanted = set(person_ids)
    if people.names_of(actor.tenant_id, wanted).keys() != wanted:
        raise not_found()
    new = wanted - set(programme.enrolments.filter(person_id__in=wanted).values_list("person_id", flat=True))
    left = programme.places - programme.enrolments.count()
    if len(new) > left:
        raise Refusal("growth.programme_full", status=409, places=programme.places, left=max(left, 0))
    Enrolment.objects.bulk_create(
        Enrolment(programme=programme, firm=firm, person_id=one) for one in sorted(new)
    )
    if new:
        statements.programme(actor, programme, firm, statements.ENROLLED)
    return len(new)


@transaction.atomic
def leave(actor: Actor, programme_id: UUID, enrolment_id: UUID) -> None:
    """Take somebody of one's firm out again.

    Raises:
        Refusal: kernel.not_found.
    """
    require_owner(actor)
    found = enrolments_visible_to(actor, programme_visible_to(actor, programme_id)).filter(id=enrolment_id)
    if not found.delete()[0]:
        raise not_found()


@transaction.atomic
def record_attendance(actor: Actor, programme_id: UUID, lesson_id: UUID, present: dict[UUID, bool]) -> None:
    """Say who was at a sitting and who was not; who is not named stays as they were.

    Raises:
        Refusal: kernel.not_found, also for somebody who does not take part.
    """
    require_officer(actor)
    programme = programme_visible_to(actor, programme_id)
    lesson = programme.lessons.filter(id=lesson_id).first()
    enrolments = {one.id: one for one in programme.enrolments.filter(id__in=present).select_related("firm")}
    if lesson is None or enrolments.keys() != present.keys():
        raise not_found()
    for id_, was_there in present.items():
        LessonAttendance.objects.update_or_create(
            lesson=lesson, enrolment_id=id_, defaults={"present": was_there}
        )
    for firm in {one.firm_id: one.firm for one in enrolments.values()}.values():
        statements.programme(actor, programme, firm, statements.ATTENDED)
