"""docs/coach/delivery.md shows the weights and plateaus that are in force."""

import re
from pathlib import Path

import pytest
from small_talk import Talk, scenario

from alula.coach.delivery import dimensions
from alula.coach.delivery.manners import manners
from alula.coach.delivery.parts import Heard
from alula.coach.delivery.plateaus import ENGLISH, MANDARIN, Plateaus
from alula.coach.delivery.talk import replies

PAGE = Path(__file__).parents[5] / "docs" / "coach" / "delivery.md"


@pytest.fixture(scope="module")
def rows():
    if not PAGE.exists():
        pytest.skip("the documentation is not beside an installed package")
    table = PAGE.read_text("utf-8").partition("<!-- plateaus:")[2].split("\n\n")[0].splitlines()[3:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def zero(plateau):
    edges = [edge for edge in (plateau.zero_below, plateau.zero_above) if edge is not None]
    shown = [f"{edge:.{plateau.decimals}f}" for edge in edges]
    return f"{', '.join(shown)} {plateau.unit}".rstrip()


def test_every_plateau_stands_there_with_its_figures(rows):
    seen = set()
    for _, part, _, full, nothing, english in rows:
        found = re.match(r"`(\w+)`", part)
        if not found or not full:
            continue
        name = found[1]
        seen.add(name)
        plateau = getattr(MANDARIN, name)
        assert (full, nothing) == (plateau.expected, zero(plateau)), name
        other = getattr(ENGLISH, name).expected
        assert english == ("" if other == plateau.expected else other), name
    assert seen == set(Plateaus.__dataclass_fields__)


def test_every_weight_stands_there(rows):
    talk = Talk()
    heard = Heard(replies(talk.turns()), manners(scenario(), talk.turns(), talk.readings()), MANDARIN, "zh")
    shown, title = {}, ""
    for row in rows:
        title = row[0] or title
        shown.setdefault(title.split(" ")[0], []).append(float(row[2]))
    names = ("response_speed", "tone", "infectiousness", "affinity", "attitude", "fluency")
    for name in names:
        weights = [part.weight for part in getattr(dimensions, name)(heard)]
        assert shown[name.split("_")[0]] == weights
        assert sum(weights) == pytest.approx(1)
