"""Self-checks of the coach for `alula doctor`."""

from __future__ import annotations

from alula.coach.catalogue import shipped
from alula.coach.scenario.load import ScenarioErrors
from alula.kernel.checks import Check


def check() -> list[Check]:
    """The shipped scenarios load."""
    try:
        count = len(shipped())
    except ScenarioErrors as errors:
        return [Check("scenarios", ok=False, detail={"zh": errors.text("zh"), "en": errors.text("en")})]
    return [
        Check(
            "scenarios",
            ok=count > 0,
            detail={"zh": f"{count} 个场景可用。", "en": f"{count} scenarios can be used."},
        )
    ]
