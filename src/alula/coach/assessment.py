"""Content and delivery together: the one way in which a talk is scored, live or recorded."""

from __future__ import annotations

from functools import partial

from alula.coach.conversation import Conversation
from alula.coach.delivery.baseline import Baseline
from alula.coach.delivery.score import score_delivery, versions
from alula.coach.scenario.model import Scenario
from alula.coach.scoring.report import Report
from alula.coach.scoring.score import score


def assess(scenario: Scenario, conversation: Conversation, baseline: Baseline | None = None) -> Report:
    """Score a talk whole.

    Args:
        scenario: what it is scored by.
        conversation: the talk; turns with prosody let the delivery be scored.
        baseline: the trainee's own voice, where enough earlier talks are known.

    Returns:
        The report; the same arguments give the same one, byte for byte.
    """
    return score(
        scenario,
        conversation,
        delivery=partial(score_delivery, baseline=baseline),
        versions=versions(),
    )
