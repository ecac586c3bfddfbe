"""The draft of a firm, and its assessments as they were stored."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from alula.growth.models import Assessment, Draft, FactsVersion, Firm
from alula.growth.rulebook.model import Tier
from alula.kernel.errors import not_found
from alula.kernel.http import wrong_cursor

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


def draft_of(firm: Firm) -> Draft | None:
    """The draft that goes on; None when there is none, or when it was discarded."""
    return Draft.objects.filter(firm=firm, discarded_at=None).first()


def has_discarded(firm: Firm) -> bool:
    """Whether a discarded draft could be taken back."""
    return Draft.objects.filter(firm=firm).exclude(discarded_at=None).exists()


def history_of(firm: Firm) -> QuerySet[Assessment]:
    """Every assessment of a firm, newest first. The caller decides who may see it."""
    return Assessment.objects.filter(firm=firm).order_by("-made_at", "-id")


def before(rows: QuerySet[Assessment], key: list[Any]) -> QuerySet[Assessment]:
    """The rows that come after the one with this sort key (made_at as ISO text, id).

    Raises:
        Refusal: kernel.invalid (422), when it is no key of this list.
    """
    try:
        moment, row = datetime.fromisoformat(key[0]), UUID(key[1])
    except (TypeError, ValueError) as error:
        raise wrong_cursor() from error
    return rows.filter(Q(made_at__lt=moment) | Q(made_at=moment, id__lt=row))


def assessment_of(firm: Firm, assessment_id: UUID) -> Assessment:
    """That assessment of the firm.

    Raises:
        Refusal: kernel.not_found.
    """
    found = Assessment.objects.filter(firm=firm, id=assessment_id).first()
    if found is None:
        raise not_found()
    return found


def versions_of(firm: Firm) -> QuerySet[FactsVersion]:
    """What the firm stated earlier, newest first. The caller decides who may see it."""
    return FactsVersion.objects.filter(tenant_id=firm.tenant_id).order_by("-version")


def encode_report(report: dict[str, Any]) -> str:
    """The text that is stored: every number exactly as it was shown."""
    return _ENCODER.encode(report).decode()


def report_of(made: Assessment) -> dict[str, Any]:
    """The report as it was made, with its `id`, `made_at` and `facts_version`. Numbers are int or Decimal."""
    report: dict[str, Any] = _DECODER.decode(made.report)
    return {"id": made.id, "made_at": made.made_at, "facts_version": made.facts_version, **report}


def latest_assessments(firm: Firm) -> dict[Tier, dict[str, Any]]:
    """By tier, the newest stored report of a firm; tiers never assessed are left out. The caller decides who may see it."""
    newest = Assessment.objects.filter(firm=firm, id__in=newest_ids([firm.tenant_id]))
    return {made.tier: report_of(made) for made in newest}


def newest_ids(firm_ids: Any) -> list[Any]:
    """The ids of the newest assessment of each firm and tier; `firm_ids` is a list or a subquery."""
    newest: dict[tuple[Any, str], Any] = {}
    rows = Assessment.objects.filter(firm_id__in=firm_ids).order_by("made_at", "id")
    for firm_id, tier, row in rows.values_list("firm_id", "tier", "id"):
        newest[firm_id, tier] = row
    return list(newest.values())
