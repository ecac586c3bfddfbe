"""The report on paper says where each advice comes from, in the reader's language."""

from dataclasses import replace

import pytest
from reportlab.platypus import KeepTogether, Paragraph

from alula.coach import report_pdf
from alula.coach.catalogue import scenario_of
from alula.coach.models import Session
from alula.coach.services import finish_session, say, start_session
from alula.kernel import jobs

SAID = ["我是晴川人寿的小林，这是市面上最好的重疾险，保费八千八百六十元。", "等待期是三十天。"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def printed(world, monkeypatch):
    """Gives the lines of a scored talk's report in a language."""
    session = start_session(world.lin, "critical_illness_insurance", "normal", 3)
    for n, text in enumerate(SAID):
        say(world.lin, session.id, f"k{n}", text, typed=True)
    finish_session(world.lin, session.id)
    while jobs.run_next():
        pass
    session = Session.objects.get(id=session.id)
    build = report_pdf._build

    def lines(language):
        sheets = []
        monkeypatch.setattr(
            report_pdf, "_build", lambda sheet, title: sheets.append(list(sheet.parts)) or build(sheet, title)
        )
        actor = replace(world.lin, language=language)
        document = report_pdf.render_pdf(session, scenario_of(session.scenario), actor)
        assert document.startswith(b"%PDF")
        return [one.text for part in sheets[0] for one in _paragraphs(part)]

    return lines


def _paragraphs(part):
    return [one for one in getattr(part, "_content", [part]) if isinstance(one, Paragraph | KeepTogether)]


def test_each_advice_is_followed_by_the_words_that_it_rests_on(printed):
    chinese, english = printed("zh"), printed("en")
    first = next(at for at, line in enumerate(chinese) if line.startswith("1. "))
    assert "最好" in chinese[first]
    assert chinese[first + 1] == "(第 2 句，“这是市面上最好的重疾险”)"
    assert "(turn 2, “这是市面上最好的重疾险”)" in english
    assert any(line.startswith("Completeness -") for line in english)


def test_no_letter_is_used_that_a_reader_s_font_may_lack(printed):
    assert "·" not in "".join([*printed("zh"), *printed("en")])


def test_a_model_sentence_stands_once(printed):
    text = "\n".join(printed("zh"))
    assert text.count("健康告知要如实填") <= 2, (
        "once where it was missed, once among the three things to practise"
    )
