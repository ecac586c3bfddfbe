"""What the report says of a talk: each dimension's rules, the total, the advice, the sentence at its head."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from alula.coach.conversation import Conversation, Turn
from alula.coach.scenario.load import builtin, load_file
from alula.coach.scenario.model import Bilingual, Rubric
from alula.coach.scoring.report import Delivery, Evidence, Finding, Report
from alula.coach.scoring.score import score

SCENARIO = load_file(Path(__file__).parents[2] / "scenario/tests/broadband.yaml")
TALKS = sorted((Path(__file__).parents[2] / "scenarios/talks").glob("*.json"))


def talk(*turns: str | tuple[str, str]) -> Conversation:
    """Trainee turns as strings; a customer's turn as (act, text)."""
    made = [
        Turn(speaker="trainee", text=one)
        if isinstance(one, str)
        else Turn(speaker="customer", text=one[1], act=one[0] or None)
        for one in turns
    ]
    return Conversation(turns=tuple(made))


def scored(*turns: str | tuple[str, str], **kwargs) -> Report:
    return score(SCENARIO, talk(*turns), **kwargs)


def rules(report: Report, prefix: str) -> dict[str, Finding]:
    return {one.rule: one for one in report.findings if one.rule.startswith(prefix)}


GOOD = ("您好，我是蓝讯的客服小林。", "请问您家里几个人用网？", "千兆套餐的月费是一百二十九元，合约期是二十四个月。", "下行是一千兆。",
        "搬家的话可以移机，提前退是不收违约金的。", "我帮您约师傅四十八小时内上门。")  # fmt: skip


class TestCompleteness:
    def test_the_weighted_share_of_the_points(self):
        report = scored("您好，我是蓝讯的客服小林。", "月费是129元。")
        assert report.content.completeness == 24.0  # weights 1 + 5 of 25

    def test_a_point_without_its_figure_counts_half_and_shows_the_sheet(self):
        report = scored("月费是159元。")
        half = rules(report, "completeness.half")["completeness.half:state_fee"]
        assert report.content.completeness == 10.0
        assert half.points == -10.0
        assert half.values == {"sheet": "月费 129 元/月", "said": "159 元"}
        assert half.evidence == Evidence(turn=0, quote="月费是159元")

    def test_said_better_later_counts_whole(self):
        assert scored("月费是159元。", "更正一下，月费是129元。").content.completeness == 20.0

    def test_said_worse_later_still_counts_whole(self):
        assert scored("月费是129元。", "月费是159元。").content.completeness == 20.0

    def test_a_missed_point_gives_its_model_sentence(self):
        missed = rules(scored("您好"), "completeness.missed")["completeness.missed:book_visit"]
        assert "我帮您约师傅四十八小时内上门" in missed.advice.zh
        assert missed.evidence == Evidence()


class TestAccuracy:
    def test_nothing_claimed_is_none_and_not_zero(self):
        assert scored("您好，请问有什么可以帮您？").content.accuracy is None

    def test_right_against_wrong_by_weight(self):
        report = scored("月费是129元。", "合约期是36个月。")
        assert report.content.accuracy == 55.6  # 5 / (5 + 4)
        wrong = rules(report, "accuracy.wrong")["accuracy.wrong:contract"]
        assert wrong.values == {"said": "36 个月", "sheet": "24 月"}
        assert "36 个月" in wrong.advice.zh
        assert "24 月" in wrong.advice.zh

    def test_repeating_a_right_claim_does_not_dilute_a_wrong_one(self):
        once = scored("月费是129元。", "合约期是36个月。").content.accuracy
        assert scored("月费是129元。", *["月费就是129元。"] * 5, "合约期是36个月。").content.accuracy == once

    def test_what_the_sheet_does_not_know_is_listed_and_costs_nothing(self):
        report = scored("月费是129元。", "另外赠送价值500元的音箱。")
        assert report.content.accuracy == 100.0
        (remark,) = rules(report, "accuracy.unverified").values()
        assert (remark.points, remark.values["said"]) == (0.0, "500 元")


class TestLogic:
    def test_the_stages_in_their_order(self):
        assert scored(*GOOD).content.logic == 100.0

    def test_too_early(self):
        report = scored(GOOD[0], GOOD[2], GOOD[1], *GOOD[3:])
        early = rules(report, "logic.early")
        assert {"logic.early:needs>offer", "logic.early:ask_devices>state_fee"} <= set(early)
        assert early["logic.early:needs>offer"].evidence.turn == 1
        assert report.content.logic < 100.0

    def test_skipping_the_need_says_so(self):
        report = scored(GOOD[0], *GOOD[2:])
        assert "没有问她需要什么" in rules(report, "logic.skipped")["logic.skipped:needs>offer"].title.zh
        assert "what she needs" in rules(report, "logic.skipped")["logic.skipped:needs>offer"].title.en

    def test_a_stage_that_only_answers_doubts_may_never_come(self):
        points = tuple(one for one in SCENARIO.key_points if one.stage != "objections")
        free = msgspec.structs.replace(SCENARIO, key_points=points)
        assert "logic.skipped:objections>close" not in rules(score(free, talk(*GOOD[:4], GOOD[5])), "logic")
        assert "logic.skipped:objections>close" in rules(score(SCENARIO, talk(*GOOD[:4], GOOD[5])), "logic")

    def test_following_the_customers_question_is_not_too_early(self):
        led = scored(
            ("hello", "你好，续约怎么弄？"),
            GOOD[0],
            ("ask_price", "一个月多少钱？"),
            "月费是129元。",
            ("", "嗯"),
            GOOD[1],
        )
        unled = scored(GOOD[0], "月费是129元。", GOOD[1])
        assert not rules(led, "logic.early")
        assert rules(unled, "logic.early")

    def test_answering_past_the_question_is_not_following(self):
        report = scored(
            ("hello", "你好，续约怎么弄？"), "月费是129元。", ("ask_price", "多少钱？"), GOOD[0], GOOD[1]
        )
        assert "logic.early:needs>offer" in rules(report, "logic.early")

    def test_questions_answered_when_asked_later_or_never(self):
        ask = ("ask_term", "要签多久？")
        other = ("ask_price", "一个月多少钱？")
        at_once = scored(ask, "合约期是24个月。")
        late = scored(ask, "这个您放心。", other, "月费129元，合约期是24个月。")
        never = scored(ask, "这个您放心。")
        assert rules(at_once, "logic.answered")["logic.answered"].points > 0
        assert rules(late, "logic.answered_late")["logic.answered_late:ask_term"].points < 0
        assert (
            rules(never, "logic.unanswered")["logic.unanswered:ask_term"].title.zh == "没有回答：“要签多久？”"
        )

    def test_a_wrong_answer_is_an_answer(self):
        assert not rules(scored(("ask_term", "要签多久？"), "合约期是36个月。"), "logic.unanswered")

    def test_without_acts_the_part_is_left_out_and_said_so(self):
        report = scored(("", "要签多久？"), "这个您放心。")
        (remark,) = rules(report, "logic.answers_unknown").values()
        assert remark.points == 0.0
        assert not rules(report, "logic.unanswered")

    def test_two_values_for_one_fact_contradict(self):
        report = scored(*GOOD, "合约期是36个月。")
        contradiction = rules(report, "logic.contradiction")["logic.contradiction:contract"]
        assert contradiction.values == {"first": "24 个月", "then": "36 个月"}
        assert contradiction.points == -15.0
        assert report.content.logic == 85.0

    @pytest.mark.parametrize(
        "later", ["合约期就是两年。", "抱歉，刚才说错了，合约期是24个月。", "合约期不是36个月。"]
    )
    def test_saying_the_same_again_or_correcting_openly_does_not(self, later):
        first = "合约期是36个月。" if "说错" in later else "合约期是24个月。"
        assert not rules(scored(first, later), "logic.contradiction")

    def test_leaving_the_subject(self):
        report = scored(*GOOD, "今天天气真好啊。", "您看昨晚的球赛了吗？")
        assert [one.evidence.turn for one in report.findings if one.rule == "logic.off_topic"] == [6, 7]
        assert report.content.logic == 92.9  # focus weighs 0.2 of 0.7 without questions; 2 of 8 turns

    def test_nothing_said_is_zero(self):
        assert scored().content.logic == 0.0
        assert scored("", "   ").content.logic == 0.0

    def test_one_greeting_is_no_well_ordered_talk(self):
        report = scored("您好，我是蓝讯的客服小林。")
        assert report.content.logic < 50
        assert "logic.one_stage" in rules(report, "logic")


class TestBlockers:
    def test_a_forbidden_claim_blocks_and_comes_first_in_the_advice(self):
        report = scored(*GOOD, "我们的网永不断网。")
        assert report.total >= SCENARIO.rubric.pass_at
        assert not report.passed
        assert [(one.id, one.evidence.turn, one.evidence.quote) for one in report.blockers] == [
            ("never_breaks", 6, "我们的网永不断网")
        ]
        assert report.advice[0].zh == "不要说“我们的网永不断网”。改说可用率百分之九十九点九五。"
        assert "不合规" in report.headline.zh


def said_well(*values: float | None) -> Delivery:
    return Delivery(*values)


def deliver(delivery: Delivery | None, findings: tuple[Finding, ...] = (), fluency: float | None = None):
    return lambda _scenario, _turns, _readings: (delivery, fluency, findings)


class TestTotal:
    def test_without_delivery_it_is_the_content(self):
        report = scored(*GOOD)
        assert (report.total, report.delivery, report.fluency) == (100.0, None, None)
        assert report.passed

    def test_content_and_delivery_by_the_rubric(self):
        report = scored(*GOOD, delivery=deliver(said_well(50.0, 50.0, 50.0, 50.0, 50.0), fluency=80.0))
        assert report.total == 85.0  # 0.7 * 100 + 0.3 * 50
        assert report.fluency == 80.0

    def test_what_could_not_be_measured_leaves_its_weight_to_the_others(self):
        some = scored(*GOOD, delivery=deliver(said_well(None, 40.0, None, 60.0, None)))
        assert some.total == 85.0
        none = scored(*GOOD, delivery=deliver(said_well(None, None, None, None, None)))
        assert none.total == 100.0
        unclaimed = scored("请问您家里几个人用网？", "您家里有几台设备？")
        assert unclaimed.content.accuracy is None
        expected = (40 * unclaimed.content.completeness + 25 * unclaimed.content.logic) / 65
        assert unclaimed.total == pytest.approx(expected, abs=0.05)

    def test_it_can_be_computed_again_from_the_figures_shown(self):
        report = scored("月费是129元。", "合约期是36个月。", "请问您家里几个人用网？")
        content = report.content
        assert report.total == pytest.approx(
            0.4 * content.completeness + 0.25 * content.logic + 0.35 * content.accuracy, abs=0.0501
        )

    def test_a_total_of_nothing(self):
        nothing = msgspec.structs.replace(SCENARIO, rubric=Rubric(content=0, delivery=100))
        assert score(nothing, talk("您好")).total == 0.0

    def test_versions_name_every_engine(self):
        report = scored("您好", delivery=deliver(None), versions={"delivery": "7", "pitch": "2"})
        assert report.engine_versions == {
            "scoring": "1", "understanding": "2", "intents": "1", "delivery": "7", "pitch": "2", "scenario": "broadband@3",
        }  # fmt: skip


class TestAdvice:
    def test_what_is_so_or_not_is_said_in_the_reader_s_language(self):
        report = scored("您好，我是蓝讯的客服小林。", "搬家不能移机。", "提前退要收违约金。")
        wrong = {one.rule: one.advice for one in report.findings if one.rule.startswith("accuracy.wrong")}
        assert "“可以移机”是 是（" in wrong["accuracy.wrong:move"].zh
        assert "“Can be moved” as yes (" in wrong["accuracy.wrong:move"].en
        assert "“收违约金”是 否（" in wrong["accuracy.wrong:penalty"].zh
        assert "“Charges a penalty” as no (" in wrong["accuracy.wrong:penalty"].en

    def test_at_most_three_by_what_they_cost(self):
        report = scored("您好，我是蓝讯的客服小林。", "合约期是36个月。")
        assert len(report.advice) == 3
        assert "36 个月" in report.advice[0].zh  # all of accuracy, 35 of 100
        assert report.advice[1].zh.startswith("先问清她的情况和需要")  # a skipped stage, 18 of the total

    def test_a_finding_in_the_voice_names_its_second(self):
        slow = Finding(
            dimension="response_speed", rule="response_speed.latency", points=-90.0, title=Bilingual(zh="慢", en="Slow"),
            evidence=Evidence(turn=3, seconds=(83.4, 86.0)), advice=Bilingual(zh="早一点开口。", en="Speak sooner."),
        )  # fmt: skip
        report = scored(*GOOD, delivery=deliver(said_well(10.0, 90.0, 90.0, 90.0, 90.0), (slow,)))
        assert report.advice == (Bilingual(zh="1:23 处：早一点开口。", en="At 1:23: Speak sooner."),)
        assert report.headline.zh.endswith("响应速度可以更好。")

    def test_each_names_the_finding_that_it_rests_on(self):
        report = scored("您好，我是蓝讯的客服小林。", "合约期是36个月。", "合约期是48个月。")
        grounds = [report.findings[index] for index in report.advice_findings]
        assert len(grounds) == len(report.advice) == 3
        for text, ground in zip(report.advice, grounds, strict=True):
            assert ground.points < 0
            assert ground.advice == text
        assert grounds[0].rule == "accuracy.wrong:contract"
        assert grounds[0].evidence.turn is not None

    def test_of_a_rule_s_findings_the_worst_is_named(self):
        slow = [
            Finding(
                dimension="response_speed", rule="response_speed.latency", points=points, title=Bilingual(zh="慢", en="Slow"),
                evidence=Evidence(turn=3, seconds=(second, second + 1)), advice=Bilingual(zh="早一点。", en="Sooner."),
            )
            for points, second in ((-10.0, 5.0), (-60.0, 83.0), (-20.0, 90.0))
        ]  # fmt: skip
        report = scored(*GOOD, delivery=deliver(said_well(10.0, 90.0, 90.0, 90.0, 90.0), tuple(slow)))
        (index,) = report.advice_findings
        assert index is not None
        assert report.findings[index] == slow[1]
        assert report.advice[0].zh == "1:23 处：早一点。"

    def test_what_is_not_allowed_rests_on_its_blocker(self):
        report = scored("您好，我是蓝讯的客服小林。", "我们的网永不断网。")
        assert report.blockers
        assert report.advice_findings[0] is None
        assert report.blockers[0].evidence.quote in report.advice[0].zh
        assert all(index is not None for index in report.advice_findings[1:])

    def test_a_report_of_before_can_be_read(self):
        whole = msgspec.to_builtins(scored(*GOOD))
        del whole["advice_findings"]
        assert msgspec.convert(whole, Report).advice_findings == ()

    def test_a_perfect_talk_needs_none(self):
        report = scored(*GOOD)
        assert (report.advice, report.advice_findings) == ((), ())
        assert report.headline == Bilingual(
            zh="“月费”说得准，没有明显的缺漏。", en="You got “Monthly fee” right, and nothing was amiss."
        )


class TestHeadline:
    def test_what_was_good_and_what_was_lacking_in_one_sentence(self):
        report = scored(GOOD[0], GOOD[2], GOOD[3], GOOD[4], GOOD[5])
        assert report.headline == Bilingual(
            zh="“月费”说得准；没有讲到“问用网情况”。",
            en="You got “Monthly fee” right; you left out “Ask how the line is used”.",
        )

    def test_an_empty_talk(self):
        assert scored().headline == Bilingual(zh="没有讲到“报月费”。", en="You left out “State the fee”.")


def test_the_margin_of_the_transcript():
    report = scored(
        ("hello", "你好"), "您好，这里是蓝讯客服。", ("ask_price", "多少钱？"), "月费129元，合约期24个月。"
    )
    assert [(one.turn, one.intent, one.points, one.stage) for one in report.readings] == [
        (1, "greet", (), "opening"), (3, "present_plan", ("state_fee", "state_contract"), "offer"),
    ]  # fmt: skip


def test_an_unknown_act_and_a_talk_of_the_customer_alone():
    assert scored(("no_such_act", "喂？")).content == scored().content
    assert scored(("no_such_act", "喂？"), "月费是129元。").content.completeness == 20.0


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_recorded_talks_score_as_their_names_say(path):
    recorded = msgspec.json.decode(path.read_bytes(), type=Conversation)
    scenario = next(one for one in builtin() if one.id == recorded.scenario)
    report = score(scenario, recorded)
    kind = path.stem.rpartition(".")[2]
    if kind == "good":
        assert report.passed
        assert report.total >= 90
        assert not rules(report, "accuracy.wrong")
    elif kind == "middling":
        assert not report.passed
        assert 45 <= report.total <= 80
        assert rules(report, "accuracy.wrong")
    else:
        assert not report.passed
        assert report.total <= 40
        assert report.blockers
        assert report.advice[0].zh.startswith("不要说")
