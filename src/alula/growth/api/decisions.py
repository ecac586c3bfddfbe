"""What no number decides: judged by who keeps the firm, or by the agency that checks its application."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from alula.growth.services import decisions as services

router = Router()


class DecisionIn(Schema):
    """Whether the condition holds; null takes back what was decided. An officer says why."""

    holds: bool | None
    note: str = Field("", max_length=2000)


@router.put("/firms/{firm_id}/judgements/{judgement}", response={204: None})
def judge_condition(request: HttpRequest, firm_id: UUID, judgement: str, payload: DecisionIn) -> Status[None]:
    """Judge a condition that no number decides, or take the judgement back."""
    services.decide(request.auth, firm_id, judgement, holds=payload.holds, note=payload.note)
    return Status(204, None)
