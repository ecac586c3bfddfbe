"""An assessment as it is stored and shown: the report."""

from __future__ import annotations

from typing import Any

from alula.growth.engine.assess import Assessment
from alula.growth.presenting import report


def told(found: Assessment) -> dict[str, Any]:
    """The report of an assessment."""
    return report(found)
