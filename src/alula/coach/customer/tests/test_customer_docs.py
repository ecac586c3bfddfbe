"""The author's page cannot say other numbers than the code has."""

from __future__ import annotations

import re
from pathlib import Path

from alula.coach.customer import deck, engine, hearing, mood
from alula.coach.scenario.model import Move

PAGE = (Path(__file__).parents[5] / "docs" / "coach" / "customer.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)`[^|]*\| (-?\d+) \| (-?\d+) \| (-?\d+) \|$", re.MULTILINE)


def test_every_move_stands_in_the_table_with_its_numbers():
    written = {
        name: Move(interest=int(i), trust=int(t), patience=int(p)) for name, i, t, p in ROW.findall(PAGE)
    }
    named = {name: value for name, value in vars(mood).items() if name.isupper() and isinstance(value, Move)}
    assert written == {**named, **mood.KINDS}


def test_the_limits_in_the_text_are_those_of_the_code():
    text = " ".join(PAGE.split())
    gains = mood.GAIN_LIMIT
    assert f"{gains['easy']} (easy), {gains['normal']} (normal) or {gains['hard']} (hard) in a turn" in text
    assert f"Kindness alone lifts trust no higher than {mood.KIND_LIMIT}" in text
    assert f"at most {mood.POINT_LIMIT} in a turn" in text
    assert f"Each turn costs {mood.DECAY} patience, {mood.DECAY + 1} with the trait `rushed`" in text
    assert f"below {hearing.DOUBTFUL}" in text
    assert f"from turn {deck.MISSING_FROM} a main topic" in text
    assert f"interest is at most {deck.SIGNAL_BELOW} below `buy_at`" in text
    assert f"within {engine.UNDECIDED_WITHIN} of `buy_at`" in text
    assert {"product", "price", "cooperation"} == set(deck.TOPICS)
    assert (hearing.ECHO_LENGTH, deck.BREATH, engine.FAREWELL_FROM) == (8, 3, 3)
