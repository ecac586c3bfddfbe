"""The how-to works as written: its rule is read, laid over the base, and its cases go as they say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from alula.growth.facade import assess, load_facts, report
from alula.growth.rulebook import casebook, load
from alula.growth.rulebook.choose import choose

ROOT = Path(__file__).parents[4]
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def test_the_how_to_adds_a_rule_that_works(tmp_path, monkeypatch):
    overlay_text, cases_text = BLOCK.findall((ROOT / "docs/how-to/add-a-policy-rule.md").read_text("utf-8"))
    overlay = load.parse(overlay_text, "SRDI-2022-HN.yaml")
    book = {**load.shipped(), overlay.id: overlay}
    (tmp_path / "SRDI-2022.yaml").write_text(cases_text, "utf-8")
    monkeypatch.setattr(casebook, "FOLDER", tmp_path)
    casebook.all_cases.cache_clear()
    try:
        results = casebook.run_cases(book)
    finally:
        casebook.all_cases.cache_clear()
    assert len(results) == 3
    assert not [one for one in results if one.failure]
    monkeypatch.setattr(load, "overlays", lambda: (overlay,))
    assert choose("provincial", date(2025, 1, 1), place="4301").score.bound == 65
    assert choose("provincial", date(2025, 1, 1), place="44").score.bound == 60


def test_the_facts_on_the_page_are_facts():
    (text,) = BLOCK.findall((ROOT / "docs/growth.md").read_text("utf-8"))
    found = report(assess(load_facts(text), "provincial", date(2026, 5, 8)))
    assert found["outcome"] == "unknown"
    assert found["to_judge"] == ["market_standing"]


def test_every_rule_is_named_on_the_page():
    page = (ROOT / "docs/growth.md").read_text("utf-8")
    for name in load.shipped():
        assert name in page or name.startswith("SRDI-2022-"), name


def test_the_how_to_checks_a_policy():
    (code,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs/how-to/add-a-policy-rule.md").read_text("utf-8"), re.DOTALL
    )
    exec(compile(code, "add-a-policy-rule.md", "exec"), {})


def test_every_statement_of_policies_and_finance_is_on_the_page():
    page = (ROOT / "docs/growth.md").read_text("utf-8")
    for part in ("policies", "finance"):
        text = (ROOT / f"src/alula/growth/statements/{part}.py").read_text("utf-8")
        for name in re.findall(r'verb\(\s*"([a-z-]+)"', text):
            assert f"`{name}`" in page, name


def test_every_source_key_that_a_policy_names_has_its_address():
    from alula.growth.certainty import sources
    from alula.growth.facade import library

    assert {key for one in library() for key in one.sources} <= sources().keys()
