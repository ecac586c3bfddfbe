"""Each statement can be read as a sentence, in Chinese and in English."""

from __future__ import annotations

from uuid import UUID

import pytest

from alula.record import verbs
from alula.record.facade import (
    COMPLETED,
    INITIALIZED,
    VOIDED,
    Account,
    Activity,
    ActivityDefinition,
    Agent,
    Group,
    Result,
    Score,
    Statement,
    StatementRef,
    SubStatement,
    Verb,
    define_verb,
    sentence_of,
)

WANG = Agent(account=Account(home_page="https://a.cn", name="7"), name="王芳")
TEA = Activity(id="https://a.cn/tea", definition=ActivityDefinition(name={"zh-CN": "茶艺", "en-US": "Tea"}))

GREETED = define_verb(
    "https://a.cn/verbs/greeted",
    name={"zh": "问好", "en": "greeted"},
    sentence={"zh": "{actor}向{activity}问好", "en": "{actor} greeted {activity}"},
)


def both(statement: Statement, **more) -> tuple[str, str]:
    return sentence_of(statement, "zh", **more), sentence_of(statement, "en", **more)


def test_who_did_what_to_what():
    assert both(Statement(actor=WANG, verb=COMPLETED, object=TEA)) == (
        "王芳完成了“茶艺”。",
        "王芳 completed “Tea”.",
    )


def test_the_caller_may_know_the_name_better():
    nameless = Agent(account=WANG.account)
    assert (
        both(Statement(actor=nameless, verb=INITIALIZED, object=TEA), actor="王小芳")[0]
        == "王小芳开始了“茶艺”。"
    )
    assert both(Statement(actor=nameless, verb=INITIALIZED, object=TEA))[1] == "7 started “Tea”."


def test_han_and_latin_stand_apart():
    lin = Agent(account=Account(home_page="https://a.cn", name="lin"))
    tea = Activity(id="https://a.cn/tea", definition=ActivityDefinition(name={"zh": "Tea 茶"}))

    assert both(Statement(actor=lin, verb=COMPLETED, object=tea))[0] == "lin 完成了“Tea 茶”。"
    assert sentence_of(Statement(actor=WANG, verb=GREETED, object=lin), "zh") == "王芳向 lin 问好。"
    assert sentence_of(Statement(actor=lin, verb=GREETED, object=WANG), "zh") == "lin 向王芳问好。"


@pytest.mark.parametrize(
    ("score", "zh", "en"),
    [
        (Score(scaled=0.855, raw=85.5, min=0.0, max=100.0), "，得分 85.5，满分 100", ", score 85.5 of 100"),
        (Score(scaled=0.8), "，得分率 80%", ", score 80%"),
        (Score(raw=3.0), "，得分 3", ", score 3"),
    ],
)
def test_a_score_is_said(score, zh, en):
    statement = Statement(actor=WANG, verb=COMPLETED, object=TEA, result=Result(score=score))
    assert both(statement) == (f"王芳完成了“茶艺”{zh}。", f"王芳 completed “Tea”{en}.")


def test_a_verb_of_another_system_is_read_by_its_own_words():
    verb = Verb(id="http://example.com/verbs/brewed", display={"en-GB": "brewed"})
    assert both(Statement(actor=WANG, verb=verb, object=TEA))[1] == "王芳 did “brewed” on “Tea”."
    bare = Statement(
        actor=WANG, verb=Verb(id="http://example.com/verbs/brewed"), object=Activity(id="http://e.cn/x")
    )
    assert both(bare)[0] == "王芳对“http://e.cn/x”执行了“brewed”。"


def test_things_that_are_not_activities_are_named():
    planned = SubStatement(actor=WANG, verb=COMPLETED, object=TEA)
    said = both(
        Statement(actor=Group(member=(WANG, Agent(mbox="mailto:a@b.cn"))), verb=INITIALIZED, object=planned)
    )
    assert said == ("2 人小组开始了“王芳完成了“茶艺””。", "A group of 2 started “王芳 completed “Tea””.")
    assert (
        str(UUID(int=3)) in both(Statement(actor=WANG, verb=VOIDED, object=StatementRef(id=UUID(int=3))))[0]
    )


def test_a_name_cannot_play_template():
    sly = Agent(mbox="mailto:a@b.cn", name="{activity}{0}")
    assert both(Statement(actor=sly, verb=COMPLETED, object=TEA))[1] == "{activity}{0} completed “Tea”."


def test_a_verb_is_defined_in_both_languages_and_once(monkeypatch):
    monkeypatch.setattr(verbs, "_sentences", {})
    good = {"zh": "{actor}练习了“{activity}”", "en": "{actor} practised “{activity}”"}
    define_verb("https://a.cn/v/practised", name={"zh": "练习", "en": "practised"}, sentence=good)
    with pytest.raises(ValueError, match="twice"):
        define_verb(
            "https://a.cn/v/practised", name={"zh": "练习", "en": "p"}, sentence={**good, "en": "{actor} p"}
        )
    with pytest.raises(ValueError, match="needed in en"):
        define_verb("https://a.cn/v/x", name={"zh": "x"}, sentence=good)
    with pytest.raises(ValueError, match="names"):
        define_verb("https://a.cn/v/y", name={"zh": "x", "en": "x"}, sentence={**good, "en": "{who} did"})
