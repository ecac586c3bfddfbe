"""Assessments of a firm, as they were stored."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from alula.growth.models import Assessment, Firm
from alula.growth.rulebook.model import Tier

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


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
