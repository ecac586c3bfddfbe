"""What a caller was promised of the intent model: right answers, an honest "none", and the same for ever."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from msgspec import structs

from alula.coach.scenario.load import builtin
from alula.coach.scenario.model import Bilingual, Intent
from alula.coach.understanding import intents
from alula.coach.understanding.intents import IntentModel, model_for
from alula.coach.understanding.ngrams import fold, grams, sentences
from alula.coach.understanding.ridge import gram_matrix, inverse_factor, solve

SHIPPED = builtin()
PHARMACY = next(one for one in SHIPPED if one.id == "pharmacy_chain")
SOFTWARE = next(one for one in SHIPPED if one.id == "software_price_objection")
each_shipped = pytest.mark.parametrize(
    "scenario",
    [pytest.param(one, id=one.id, marks=() if one is PHARMACY else pytest.mark.slow) for one in SHIPPED],
)

# Said by nobody in the files: neither examples nor seeds.
HEARD_IN_THE_PHARMACY = {
    "刘师傅您好，我是小周，今天由我来接待您": "greet",
    "请问这嗓子难受有几天了": "ask_symptom",
    "您体温大概多少度": "ask_symptom",
    "有没有什么药是您一吃就过敏的": "ask_history",
    "现在长期在服用哪些药物呢": "ask_history",
    "头孢按规定是要凭处方的，没有处方我们不能卖": "explain_rule",
    "我帮您连线一位医生，视频问诊就行": "explain_consult",
    "对乙酰氨基酚这种非处方药可以先止疼": "advise_otc",
    "每次吃一片，中间隔四到六小时": "guide_use",
    "降压药千万不要自己随便停": "guide_pressure",
    "量血压前先坐五分钟": "guide_pressure",
    "这一盒卖十五块八": "explain_price",
    "我替您建一份慢病档案吧": "explain_service",
    "我不能替医生下诊断": "refuse_improper",
    "没有处方我真不能卖给您": "refuse_improper",
    "那我现在就帮您连线医生好吗": "close_next",
    "您慢走，祝您早点好": "farewell",
    "我理解您着急的心情": "acknowledge",
    "嫌贵你别来买": "rude",
    "今天不买明天就涨价了": "pressure",
}
HEARD_ON_THE_CALL = {
    "Hello Helen, Sam here, good to meet you": "greet",
    "Could you tell me what you are comparing our price with": "ask_criteria",
    "How many tickets does your team deal with in a month": "ask_situation",
    "I understand that finance has to accept the price": "acknowledge",
    "The list price is forty-two pounds per user and month": "present_price",
    "If you commit to three years, I can take eighteen percent off": "trade",
    "The renewal is capped at four percent": "explain_terms",
    "You could go live within six weeks": "explain_delivery",
    "I can put you in touch with a reference customer": "prove",
    "I can't promise you that feature": "refuse",
    "Let us compare the total cost over three years": "quantify",
    "Shall we meet your finance director on Tuesday": "close_next",
    "Goodbye Helen, speak to you next week": "farewell",
    "Sign today or you can forget about the discount": "pressure",
}
NONSENSE = {
    "zh": [
        "量子纠缠的相干时间有多长", "帮我订一张去三亚的机票", "乌龟和兔子赛跑", "氢氦锂铍硼", "把灯关上", "咔嚓咔嚓轰隆隆",
        "写一首七言绝句", "一百乘以八等于几", "月亮上有没有兔子", "喵喵喵喵喵", "切换到英文键盘", "扫地机器人又卡住了",
    ],
    "en": [
        "how tall is the eiffel tower", "play some jazz in the kitchen", "the tortoise and the hare", "zzz zzz zzz",
        "what is seven times eight", "turn the volume down", "there is a bird on the roof", "hydrogen helium lithium",
        "my socks do not match", "draw a picture of a castle", "when was the moon landing", "knock knock who is there",
    ],
}  # fmt: skip


@each_shipped
def test_examples_left_out_of_training_are_still_recognised(scenario, capsys):
    check = model_for(scenario).check
    with capsys.disabled():
        print(
            f"\n  {scenario.id}: leave-one-out on {check.examples} examples: right {check.accuracy:.1%}, "
            f"ranked first {check.ranked_first:.1%}; {check.refused:.1%} of {check.out_of_scope} out-of-scope refused"
        )
    assert check.ranked_first >= 0.65
    assert check.accuracy >= 0.55
    assert check.refused >= 0.85
    assert len(check.mistakes) == round((1 - check.accuracy) * check.examples)


@pytest.mark.parametrize(
    ("scenario", "heard"), [(PHARMACY, HEARD_IN_THE_PHARMACY), (SOFTWARE, HEARD_ON_THE_CALL)]
)
def test_turns_that_nobody_wrote_down_are_understood(scenario, heard):
    known = {text for intent in scenario.intents for text in intent.examples}
    assert not known & set(heard)
    answers = {text: model_for(scenario).classify(text) for text in heard}
    wrong = {
        text: (answers[text].intent, meant) for text, meant in heard.items() if answers[text].intent != meant
    }
    assert len(wrong) <= len(heard) // 5, wrong


@each_shipped
def test_nonsense_is_out_of_scope(scenario):
    off_topic = {intent.id for intent in scenario.intents if intent.kind == "off_topic"}
    answers = [model_for(scenario).classify(text).intent for text in NONSENSE[scenario.language]]
    refused = sum(answer is None or answer in off_topic for answer in answers)
    assert refused >= 10, list(zip(NONSENSE[scenario.language], answers, strict=True))


@each_shipped
def test_an_example_is_answered_with_its_intent(scenario):
    model = model_for(scenario)
    pairs = [(text, intent.id) for intent in scenario.intents for text in intent.examples]
    right = sum(model.classify(text).intent == meant for text, meant in pairs)
    assert right >= 0.9 * len(pairs)


@each_shipped
def test_training_takes_less_than_two_seconds(scenario):
    started = time.process_time()
    IntentModel(scenario)
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize("text", ["", "   ", "。。。！？", "\n\t", "\U0001f600\U0001f600", "，"])
def test_nothing_said_is_no_intent_for_certain(text):
    answer = model_for(PHARMACY).classify(text)
    assert (answer.intent, answer.confidence, answer.runner_up) == (None, 1.0, None)
    assert model_for(PHARMACY).explain(text).ngrams == ()


def test_the_longest_turn_is_answered_at_once():
    text = ("您对什么药过敏吗？现在每天都在吃什么药？" * 200)[:4000]
    started = time.process_time()
    answer = model_for(PHARMACY).classify(text)
    assert answer.intent == "ask_history"
    assert time.process_time() - started < 1.0
    assert model_for(PHARMACY).classify("头孢" * 2000).confidence >= 0.5


def test_other_languages_in_a_turn_do_no_harm():
    model = model_for(PHARMACY)
    assert model.classify("OK，您对什么药 allergic，过敏吗").intent == "ask_history"
    assert model.classify("what a lovely day for a walk in the park").intent in {None, "off_topic"}
    assert model_for(SOFTWARE).classify("今天我们先看看这个方案").intent is None


def test_width_case_digits_and_punctuation_change_nothing():
    model = model_for(SOFTWARE)
    plain = model.classify("the list price is 42 pounds per user")
    assert model.classify("The LIST price is 4,200 pounds -- per user!").intent == plain.intent
    assert fold("ＡＢＣ　１２３．５０，您好！") == "abc 0 您好"


def test_a_turn_of_several_sentences_names_all_that_was_done():
    text = "刘师傅早上好，我是店里的药学专员小周。您对什么药过敏吗，以前打青霉素有没有起过疹子？头孢是处方药，要凭医生的处方才能卖。"
    answer = model_for(PHARMACY).classify(text)
    assert {answer.intent, *answer.also} >= {"greet", "ask_history", "explain_rule"}
    assert answer.intent not in answer.also


def test_sentences_are_found_without_spaces_and_long_ones_fall_into_clauses():
    assert sentences("您好。多少钱？好的！") == ["您好。", "多少钱？", "好的！"]
    assert sentences("I see. It costs 4.50 a month. Shall we?") == [
        "I see。",
        " It costs 4.50 a month。",
        " Shall we?",
    ]
    long = "我先给您讲一下这个药怎么吃，每次一片，一天不超过四次，然后我再帮您量一下血压"
    assert len(sentences(long)) >= 3
    assert "".join(sentences(long)) == long
    assert sentences("，。！ ？") == []


def test_confidence_is_the_chance_of_being_right():
    model = model_for(SOFTWARE)
    answers = [model.classify(text) for text in [*HEARD_ON_THE_CALL, *NONSENSE["en"]]]
    assert all(0.5 <= one.confidence <= 1.0 for one in answers)
    sure = model.classify("Hello Helen, this is Sam from Quillmere, good to meet you")
    assert sure.confidence > 0.95


def test_the_explanation_names_what_decided():
    told = model_for(PHARMACY).explain("您对什么药过敏吗")
    assert told.best == "ask_history"
    assert told.intention == model_for(PHARMACY).classify("您对什么药过敏吗")
    assert any("过敏" in part.ngram for part in told.ngrams)
    weights = [abs(part.weight) for part in told.ngrams]
    assert weights == sorted(weights, reverse=True)
    assert len(model_for(PHARMACY).explain("您对什么药过敏吗", limit=3).ngrams) == 3


def test_one_intent_is_enough_for_a_model():
    alone = structs.replace(
        PHARMACY,
        intents=(
            Intent(
                id="only",
                kind="present",
                title=Bilingual(zh="讲", en="Say"),
                examples=("头孢要处方", "要凭处方", "没有处方不卖"),
            ),
        ),
    )
    model = IntentModel(alone)
    assert model.classify("头孢要处方").intent == "only"
    assert model.classify("头孢要处方").runner_up is None
    assert model.classify("床前明月光").intent is None


def test_a_model_is_trained_once_for_all_threads_and_forgotten_when_many_came_after(monkeypatch):
    monkeypatch.setattr(intents, "KEPT_MODELS", 2)
    monkeypatch.setattr(intents, "_models", type(intents._models)())
    trained = []
    real = IntentModel

    def counting(scenario):
        trained.append(scenario.version)
        return real(scenario)

    monkeypatch.setattr(intents, "IntentModel", counting)
    small = structs.replace(PHARMACY, intents=PHARMACY.intents[:2])
    with ThreadPoolExecutor(8) as pool:
        models = list(pool.map(lambda _: model_for(structs.replace(small)), range(16)))
    assert len({id(model) for model in models}) == 1
    assert trained == [1]
    for version in (2, 3):
        model_for(structs.replace(small, version=version))
    assert len(intents._models) == 2
    model_for(small)
    assert trained == [1, 2, 3, 1]


def test_a_failed_training_is_told_to_the_caller_and_tried_again(monkeypatch):
    monkeypatch.setattr(intents, "_models", type(intents._models)())

    def broken(_):
        raise ArithmeticError("no")

    with monkeypatch.context() as patch:
        patch.setattr(intents, "IntentModel", broken)
        with pytest.raises(ArithmeticError):
            model_for(PHARMACY)
    assert model_for(structs.replace(PHARMACY, intents=PHARMACY.intents[:2])).intents == ("greet", "courtesy")


PRINT_MODEL = """
import hashlib
from alula.coach.scenario.load import builtin
from alula.coach.understanding.intents import IntentModel
scenario = builtin()[0]
model = IntentModel(scenario)
digest = hashlib.sha256(model._weights.tobytes() + repr(model._calibration).encode() + repr(model.check).encode())
digest.update(repr([model.classify(text) for i in scenario.intents for text in i.examples]).encode())
print(digest.hexdigest())
"""


@pytest.mark.slow
def test_every_process_trains_the_same_model_to_the_last_bit():
    digests = set()
    for hash_seed, threads in (("0", "1"), ("12345", "2")):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "OPENBLAS_NUM_THREADS": threads}
        ran = subprocess.run(
            [sys.executable, "-c", PRINT_MODEL], env=environment, capture_output=True, text=True, check=True
        )
        digests.add(ran.stdout.strip())
    assert len(digests) == 1
    assert len(digests.pop()) == 64


def test_grams_are_counted_in_one_order():
    assert list(grams("药药")) == ["药", " 药", "药药", "药 ", " 药药", "药药 ", " 药药 "]
    assert grams("药药")["药"] == 2
    assert grams("a cat")["w=a cat"] == 1
    assert "a" not in grams("a cat")
    assert grams("") == {}


def test_leave_one_out_is_what_training_without_the_row_gives():
    rows = [[(0, 1.0)], [(0, 0.6), (1, 0.8)], [(1, 1.0)], [(2, 1.0)], [(1, 0.8), (2, 0.6)]]
    kernel = gram_matrix(rows, 3)
    dense = np.array([[dict(row).get(column, 0.0) for column in range(3)] for row in rows])
    assert np.allclose(kernel, dense @ dense.T, atol=1e-15)
    targets = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 1.0]])
    dual, left_out = solve(kernel, targets, 0.3)
    assert np.allclose(dual, np.linalg.solve(kernel + 0.3 * np.eye(5), targets))
    for row in range(5):
        others = [at for at in range(5) if at != row]
        alone, _ = solve(kernel[np.ix_(others, others)], targets[others], 0.3)
        assert np.allclose(kernel[row, others] @ alone, left_out[row])


def test_a_matrix_that_has_no_inverse_is_refused():
    with pytest.raises(ArithmeticError):
        inverse_factor(np.array([[1.0, 2.0], [2.0, 1.0]]))
