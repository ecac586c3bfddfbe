"""Self-checks of the coach for `alula doctor`."""

from __future__ import annotations

from alula.coach.catalogue import shipped
from alula.coach.scenario.problems import ScenarioErrors
from alula.kernel.checks import Check


def check() -> list[Check]:
    """The shipped scenarios load."""
    try:
        count = len(shipped())
    except ScenarioErrors as errors:
        lines = {
            "zh": "\n".join(f"{errors.name}:{one.line}: {one.message.zh}" for one in errors.problems),
            "en": "\n".join(f"{errors.name}:{one.line}: {one.message.en}" for one in errors.problems),
        }
        return [Check("scenarios", ok=False, detail=lines)]
    return [
        Check(
            "scenarios",
            ok=count > 0,
            detail={"zh": f"{count} 个场景可用。", "en": f"{count} scenarios can be used."},
        )
    ]
