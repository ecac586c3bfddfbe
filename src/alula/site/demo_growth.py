"""What the demo's small firms state about themselves, and the agency that accompanies them."""

from __future__ import annotations

from importlib.resources import files

from alula.growth import facade as growth
from alula.kernel.actor import Actor

FIRMS = {"owner@yunshan.example": "valve_maker_giant", "owner@qingfan.example": None}
"""Who keeps a firm, and the example whose facts it states. The second has stated nothing yet."""
OFFICER = "officer@linjiang.example"


def make_growth_demo(actors: dict[str, Actor]) -> None:
    """Make what is missing: facts of the demo's firms, assessed, and released to the city's service centre."""
    for owner, example in FIRMS.items():
        facts = growth.load_facts(_text(example)) if example else None
        growth.found_firm(actors[owner], facts, agency=actors[OFFICER])
        if facts is not None:
            growth.finish_self_test(actors[owner], actors[owner].tenant_id)


def _text(example: str) -> str:
    return files("alula.growth.examples").joinpath(f"{example}.yaml").read_text("utf-8")
