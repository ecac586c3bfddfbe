"""What is said of the product against its sheet: right, wrong with both values, or unverified; never wrong by guess."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from alula.coach.scenario.load import load_file
from alula.coach.scenario.model import Bilingual, Fact, Product
from alula.coach.understanding.claims import claims
from alula.coach.understanding.normalise import clauses, normalise

SCENARIO = load_file(Path(__file__).parents[2] / "scenario/tests/broadband.yaml")


def fact(id_: str, kind: str, subjects: tuple[str, ...], **values) -> Fact:
    return Fact(id=id_, kind=kind, label=Bilingual(zh=id_, en=id_), subjects=subjects, **values)


ENGLISH = msgspec.structs.replace(
    SCENARIO,
    language="en",
    product=Product(
        name="Relay",
        facts=(
            fact("price", "money", ("per seat", "price", "the fee"), value=Decimal(49), unit="USD per month"),
            fact("trial", "duration", ("trial", "trial period"), value=Decimal(30), unit="days"),
            fact("uptime", "percent", ("uptime",), value=Decimal("99.9")),
            fact("minimum", "number", ("minimum",), value=Decimal(5), unit="seats"),
            fact("launch", "date", ("launch", "available"), on=date(2026, 3, 15)),
            fact("setup", "yes_no", ("charge for setup", "setup fee"), holds=False),
            fact("export", "yes_no", ("export your data", "data export"), holds=True),
        ),
    ),
)


LOAN = msgspec.structs.replace(
    SCENARIO,
    product=Product(
        name="快贷",
        facts=(
            fact(
                "limit", "money", ("额度", "最高", "封顶"), low=Decimal(10), high=Decimal(1000), unit="万元"
            ),
            fact("rate", "percent", ("年利率", "利率"), value=Decimal("3.65"), unit="%/年"),
            fact("lent", "money", ("已放款",), value=Decimal(1250000), unit="元"),
            fact("visits", "number", ("一个月最多", "每月可以"), value=Decimal(4), unit="次"),
            fact("down", "money", ("首付",), value=Decimal(38000), unit="元"),
            fact("fee", "money", ("账户费",), value=Decimal(50), unit="GBP"),
        ),
    ),
)


def judged(text: str, scenario=SCENARIO, asked=()) -> list[tuple[str | None, str]]:
    normal = normalise(text)
    return [(one.fact, one.verdict) for one in claims(scenario, normal, clauses(normal), asked=asked)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # each kind, right and wrong
        ("月费是129元。", ("monthly_fee", "right")),
        ("月费一百二十九块。", ("monthly_fee", "right")),
        ("月费是159元。", ("monthly_fee", "wrong")),
        ("押金两百块。", ("deposit", "right")),
        ("押金100到300元。", ("deposit", "right")),
        ("押金五百元。", ("deposit", "wrong")),
        ("押金200到500元。", ("deposit", "wrong")),
        ("合约期是二十四个月。", ("contract", "right")),
        ("合约期两年。", ("contract", "right")),
        ("合约期一年半。", ("contract", "wrong")),
        ("师傅48小时内上门。", ("visit", "right")),
        ("师傅两天内上门。", ("visit", "right")),
        ("师傅三天内上门。", ("visit", "unverified")),
        ("师傅一天内上门。", ("visit", "wrong")),
        ("可用率百分之九十九点九五。", ("uptime", "right")),
        ("可用率99.99%。", ("uptime", "wrong")),
        ("老用户优惠三成。", ("discount", "right")),
        ("老用户优惠五成。", ("discount", "wrong")),
        ("下行一千兆。", ("speed", "right")),
        ("网速五百兆。", ("speed", "wrong")),
        ("送两台路由器。", ("rooms", "right")),
        ("送三台路由器。", ("rooms", "wrong")),
        ("活动到2026年12月31日。", ("until", "right")),
        ("活动到12月31号。", ("until", "right")),
        ("活动到11月30号。", ("until", "wrong")),
        ("搬家可以移机。", ("move", "right")),
        ("不能移机。", ("move", "wrong")),
        ("移机是不行的。", ("move", "wrong")),
        ("住着不合适可以移机。", ("move", "right")),
        ("提前退不收违约金。", ("penalty", "right")),
        ("提前退要收违约金。", ("penalty", "wrong")),
        ("没有收违约金的说法。", ("penalty", "right")),
        # per year, per day: compared after conversion
        ("一年1548元的月费。", ("monthly_fee", "right")),
        ("月费一年两千元。", ("monthly_fee", "wrong")),
        ("月费每天四块三。", ("monthly_fee", "right")),
        # bounds and roundings
        ("月费不到一百三。", ("monthly_fee", "right")),
        ("月费不超过100元。", ("monthly_fee", "wrong")),
        ("月费不到一千元。", ("monthly_fee", "unverified")),
        ("月费一百多块。", ("monthly_fee", "right")),
        ("月费两百多块。", ("monthly_fee", "wrong")),
        ("月费至少129元。", ("monthly_fee", "right")),
    ],
)
def test_every_kind_of_fact(text, expected):
    assert expected in judged(text), judged(text)
    assert len([one for one in judged(text) if one[0] == expected[0]]) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is $49 per seat per month.", ("price", "right")),
        ("The price is forty-nine dollars a month.", ("price", "right")),
        ("The price is $59 a month.", ("price", "wrong")),
        ("The price is $588 a year.", ("price", "right")),
        ("The price is 49 euros.", (None, "unverified")),
        ("There is a 30-day trial.", ("trial", "right")),
        ("The trial is two weeks.", ("trial", "wrong")),
        ("The trial period is one month.", ("trial", "right")),
        ("Uptime is 99.9 percent.", ("uptime", "right")),
        ("Uptime is 99.99%.", ("uptime", "wrong")),
        ("The minimum is five seats.", ("minimum", "right")),
        ("The minimum is 10 seats.", ("minimum", "wrong")),
        ("It is available from March 15, 2026.", ("launch", "right")),
        ("The launch is on April 2.", ("launch", "wrong")),
        ("We don't charge for setup.", ("setup", "right")),
        ("We never charge for setup.", ("setup", "right")),
        ("We charge for setup.", ("setup", "wrong")),
        ("You can export your data.", ("export", "right")),
        ("You cannot export your data.", ("export", "wrong")),
        ("The trial isn't 30 days.", ("trial", "wrong")),
        ("No doubt the trial is 30 days.", ("trial", "right")),
        ("Not only is the trial 30 days.", ("trial", "right")),
    ],
)
def test_english(text, expected):
    assert expected in judged(text, ENGLISH), judged(text, ENGLISH)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("利率是百分之三点六五一年。", ("rate", "right")),
        ("利率是百分之三点八五一年。", ("rate", "wrong")),
        ("首付三万八。", ("down", "right")),
        ("首付三万八，一分不少。", ("down", "right")),
        # the most there is, where the sheet holds a range: its upper end alone is right
        ("额度最高一千万。", ("limit", "right")),
        ("额度上限一千万。", ("limit", "right")),
        ("额度一千万封顶。", ("limit", "right")),
        ("额度最高两千万。", ("limit", "wrong")),
        ("额度最高一千一百万。", ("limit", "wrong")),
        ("额度最高三百万。", ("limit", "unverified")),
        ("额度最低十万。", ("limit", "right")),
        ("额度最低五万。", ("limit", "wrong")),
        ("额度三百万。", ("limit", "right")),
        # so is what the sheet itself calls the most there is
        ("一个月最多四次。", ("visits", "right")),
        ("一个月最多八次。", ("visits", "wrong")),
        ("一个月最多五次。", ("visits", "wrong")),
        # about so much: right when it is the sheet's own, wrong when it is far from it, else nobody can tell
        ("已放款一百二十来万。", ("lent", "unverified")),
        ("已放款一百二十万左右。", ("lent", "unverified")),
        ("已放款大概一百二十五万。", ("lent", "right")),
        ("已放款五百来万。", ("lent", "wrong")),
        ("已放款三百万左右。", ("lent", "wrong")),
        ("账户费50英镑。", ("fee", "right")),
        ("账户费50 pounds。", ("fee", "right")),
        ("账户费60英镑。", ("fee", "wrong")),
        ("账户费50元。", (None, "unverified")),
    ],
)
def test_ceilings_roundings_and_figures_said_in_one_breath(text, expected):
    assert judged(text, LOAN) == [expected]


@pytest.mark.parametrize("before", ["不是", "并不是", "不会是", "没有", "并非"])
def test_a_negation_before_a_value_flips_it(before):
    assert judged(f"合约期{before}24个月。") == [("contract", "wrong")]
    assert judged(f"合约期{before}36个月。") == [("contract", "right")]


@pytest.mark.parametrize(
    "text",
    [
        "合约期并非不是24个月。",
        "不但合约期24个月，还送路由器。",
        "不错，合约期24个月。",
        "没问题，合约期24个月。",
        "不过合约期是24个月。",
        "合约期不是36个月，而是24个月。",
        "合约期不是36个月是24个月。",
        "您放心没问题合约期24个月。",
    ],
)
def test_two_negations_cancel_and_idioms_deny_nothing(text):
    assert judged(text)[-1] == ("contract", "right")
    assert all(verdict == "right" for _, verdict in judged(text))


@pytest.mark.parametrize(
    "text",
    [
        "合约期是36个月吗？",
        "合约期是不是36个月？",
        "您之前的合约期是36个月，对吗？",
        "合约期36个月？",
        "您预算10万吗？",
        "您刚才说合约期是36个月。",
        "听说合约期36个月。",
        "别家的合约期是36个月。",
        "您说月费要159元。",
        "其他公司月费159元。",
    ],
)
def test_questions_and_what_others_say_are_no_claims(text):
    assert judged(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "我跟您说合约期是36个月。",
        "您说得对，合约期是36个月。",
        "合约期是36个月，您看可以吗？",
        "合约期36个月，好吗？",
    ],
)
def test_but_a_claim_is_one_however_it_is_wrapped(text):
    assert judged(text) == [("contract", "wrong")]


@pytest.mark.parametrize(
    "text",
    [
        "月费不贵，另外送您价值500元的音箱。",
        "合约期内，每周三师傅都在。",
        "我们有五十万用户。",
        "网速快，两个孩子上课都够。",
        "移机的问题我等下讲。",
        "关于移机，我查一下。",
        "合约期里一年检修一次。",
    ],
)
def test_what_cannot_be_judged_is_never_wrong(text):
    assert "wrong" not in [verdict for _, verdict in judged(text)]


def test_an_amount_that_the_sheet_does_not_hold_is_unverified():
    assert judged("另外赠送价值500元的音箱。") == [(None, "unverified")]


def test_the_nearest_subject_takes_the_number():
    assert judged("月费129元，合约期24个月，押金200元。") == [
        ("monthly_fee", "right"),
        ("contract", "right"),
        ("deposit", "right"),
    ]
    assert judged("月费129元押金200元合约期24个月") == [
        ("monthly_fee", "right"),
        ("deposit", "right"),
        ("contract", "right"),
    ]
    assert judged("129元的月费和200元的押金。") == [("monthly_fee", "right"), ("deposit", "right")]


@pytest.mark.parametrize(
    "text", ["合约期呢，您放心，只要24个月。", "合约期，24个月。", "关于合约期，我们都是统一的24个月。"]
)
def test_a_number_alone_in_its_clause_belongs_to_the_subject_before(text):
    assert judged(text) == [("contract", "right")]


def test_a_bare_answer_belongs_to_what_the_customer_asked():
    assert judged("24个月。", asked=("contract",)) == [("contract", "right")]
    assert judged("就36个月。", asked=("contract",)) == [("contract", "wrong")]
    assert judged("24个月。") == []
    assert ("contract", "wrong") not in judged("月费129元，隔12个月。", asked=("contract",))
    assert judged("隔12个月看一次，合约期24个月。", asked=("contract",)) == [("contract", "right")]


def test_a_large_bare_number_is_no_percentage():
    assert judged("三十。", asked=("discount",)) == [("discount", "right")]
    assert judged("一百万用一天。", asked=("discount",)) == [(None, "unverified")]


def test_a_negation_reaches_six_characters_or_three_words_and_no_further():
    assert judged("我不会跟您绕来绕去合约期24个月。") == [("contract", "right")]
    assert judged("我们不签那种合约期24个月。") == [("contract", "wrong")]
    assert judged("I do not want to bore you with all the details of the trial of 30 days.", ENGLISH) == [
        ("trial", "right")
    ]
    assert judged("It is not a trial of 30 days.", ENGLISH) == [("trial", "wrong")]


def test_a_subject_that_names_several_facts_accuses_none():
    twice = msgspec.structs.replace(
        SCENARIO,
        product=Product(
            name="x",
            facts=(
                fact("a", "money", ("费用",), value=Decimal(100)),
                fact("b", "money", ("费用",), value=Decimal(200)),
            ),
        ),
    )
    assert judged("费用200元。", twice) == [("b", "right")]
    assert judged("费用300元。", twice)[0][1] == "unverified"


def test_both_values_are_shown_and_the_words_quoted():
    text = "您好，　月费是　一百五十九　块。"
    normal = normalise(text)
    (one,) = claims(SCENARIO, normal, clauses(normal))
    assert (one.said, one.sheet, one.span.quote) == ("159 元", "129 元/月", "月费是　一百五十九　块")
    assert text[one.span.start : one.span.end] == one.span.quote


def test_a_working_day_is_not_a_day():
    fee = msgspec.structs.replace(
        SCENARIO,
        product=Product(name="x", facts=(fact("a", "duration", ("审批",), value=Decimal(3), unit="工作日"),)),
    )
    assert judged("审批3个工作日。", fee) == [("a", "right")]
    assert judged("审批5个工作日。", fee) == [("a", "wrong")]
    assert judged("审批3天。", fee) == []
