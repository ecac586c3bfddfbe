"""Evidence that an actor may see: one's own, and that of firms which released theirs."""

from __future__ import annotations

from typing import BinaryIO
from uuid import UUID

from django.db.models import QuerySet

from alula.engines.files import chosen_files
from alula.growth.models import Evidence
from alula.growth.permissions import Release
from alula.growth.queries.firms import firm_visible_to
from alula.kernel.actor import Actor
from alula.kernel.errors import not_found


def evidence_of(actor: Actor, firm_id: UUID) -> QuerySet[Evidence]:
    """The evidence of a firm, oldest first.

    Raises:
        Refusal: kernel.not_found, also when the firm did not release its evidence.
    """
    firm = firm_visible_to(actor, firm_id, Release.EVIDENCE)
    return Evidence.objects.filter(firm=firm).order_by("added_at", "id")


def evidence_visible_to(actor: Actor, firm_id: UUID, evidence_id: UUID) -> Evidence:
    """One piece of it.

    Raises:
        Refusal: kernel.not_found.
    """
    found = evidence_of(actor, firm_id).filter(id=evidence_id).first()
    if found is None:
        raise not_found()
    return found


def open_evidence(one: Evidence) -> BinaryIO:
    """Its bytes, to be read and closed.

    Raises:
        Refusal: kernel.not_found, when the file is gone.
    """
    return chosen_files().open(one.key)
