"""What docs/record.md shows runs, and prints what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alula.record import facade, reading
from alula.record.generator.habits import forget_habit

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "record.md"


@pytest.mark.django_db
def test_the_samples_run_and_print_what_is_said(capsys):
    text = GUIDE.read_text()
    samples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(samples) == 3
    try:
        exec("\n".join(samples), {"__name__": "sample"})
    finally:
        reading.forget("sample.tally")
        forget_habit("tea")
    printed = capsys.readouterr().out.strip()
    assert f"This prints {printed}\n" in text


def test_every_name_of_the_public_door_is_there():
    assert [name for name in facade.__all__ if not hasattr(facade, name)] == []
