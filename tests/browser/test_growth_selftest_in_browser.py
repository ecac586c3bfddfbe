"""The self-test as a firm's owner holds it: on a phone, from nothing to a report on paper, with few answers."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import parse_qs, urlparse
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OWNER, OFFICER = "owner@qingfan.example", "officer@linjiang.example"
PHONE = {"width": 390, "height": 844}
MOST_ANSWERS = 20
LAST = datetime.now(ZoneInfo("Asia/Shanghai")).year - 1
INVENTION = {
    "kind": "invention", "name": "压力传感器芯片", "related": True, "in_use": True, "benefit": True,
    "acquired": "own", "granted": "2021-05-11", "owner_rank": "1", "high_value": "none",
}  # fmt: skip
FIGURES = {
    f"revenue.{LAST - 2}": "5200", f"revenue.{LAST - 1}": "5800", f"revenue.{LAST}": "6,600",
    f"main_revenue.{LAST - 1}": "5300", f"main_revenue.{LAST}": "6100",
    f"rd_expense.{LAST - 1}": "320", f"rd_expense.{LAST}": "400",
    f"assets.{LAST}": "9000", f"liabilities.{LAST}": "3600", f"staff.{LAST}": "120",
    "segment_since": "2016-03-01", f"platform_score.{LAST + 1}": "58", "market.share_national": "12",
    "industry": "industry", "place": "4401",
}  # fmt: skip
LISTS = {
    "rights": [INVENTION],
    "titles": [{"kind": "innovative", "from": f"{LAST}-09-01", "until": f"{LAST + 3}-08-31"}],
}


@pytest.fixture
def window(window):
    """A phone that is touched, or a desk."""
    return lambda email, size=PHONE: window(email, size, touch=size is PHONE)


def current(page):
    return parse_qs(urlparse(page.url).query).get("q", [""])[0]


def enter(scope, path, value):
    """Put a value into the field of that path, whatever it is drawn as."""
    field = scope.locator(f'[data-path="{path}"]')
    if isinstance(value, bool):
        field.get_by_role("button", name="是" if value else "否", exact=True).click()
    elif field.locator("select").count():
        field.locator("select").select_option(value)
    else:
        field.locator("input").fill(value)


def answer(page, question):
    """Answer as the firm of FIGURES and LISTS would; what it does not have is "none", what it does not know is left."""
    none = page.locator("button.none")
    if question in LISTS:
        for item in LISTS[question]:
            page.get_by_role("button", name=re.compile("^添加(知识产权|称号)$")).click()
            for path, value in item.items():
                enter(page.get_by_role("dialog"), path, value)
            page.get_by_role("button", name="保留").click()
            expect(page.get_by_role("dialog")).to_have_count(0)
    elif none.count():
        none.click()
        return
    else:
        for field in page.locator("form.question [data-path]").all():
            path = field.get_attribute("data-path")
            if path in FIGURES and field.is_visible():
                enter(page, path, FIGURES[path])
    page.get_by_role("button", name="下一题").click()


def counts(page, tier):
    row = page.locator(f'.strip [data-tier="{tier}"]')
    return row.get_attribute("data-outcome"), row.inner_text()


def judges_for_itself_and_takes_it_back(page):
    """A condition for a person: the owner's word makes it met and is named as such; taken back it is open again."""
    row, tier = (
        page.locator('[data-judgement="market_standing"]'),
        page.locator('.first [data-tier="provincial"]'),
    )
    row.get_by_role("button", name="符合", exact=True).click()
    row.get_by_role("textbox").fill("全国细分市场第五，客户都认识我们")
    row.get_by_role("button", name="保存判断").click()
    expect(tier).to_have_attribute("data-outcome", "pass")
    expect(row).to_contain_text("自述，待确认")
    expect(page.locator(".sentence")).to_contain_text("还待审核机构确认")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    row.get_by_role("button", name="撤回判断").click()
    expect(tier).to_have_attribute("data-outcome", "unknown")


def test_from_nothing_to_paper_on_a_phone(window):
    page = window(OWNER)
    page.goto("/growth/selftest")
    expect(page.locator(".strip li")).to_have_count(3)
    before = counts(page, "provincial")
    page.get_by_role("button", name="开始自测").click()
    asked = []
    while (question := current(page)) != "stop":
        assert question not in asked, f"{question} was asked twice: {asked}"
        asked.append(question)
        assert len(asked) <= MOST_ANSWERS, asked
        expect(page.locator("form.question")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        answer(page, question)
        page.wait_for_url(lambda url, was=question: parse_qs(urlparse(url).query).get("q") != [was])
    assert counts(page, "provincial") != before
    page.get_by_role("button", name="看结果").click()
    page.wait_for_url("**/selftest/result")
    expect(page.locator('.first [data-tier="innovative"]')).to_have_attribute("data-outcome", "pass")
    expect(page.locator('.first [data-tier="provincial"]')).to_have_attribute("data-outcome", "unknown")
    expect(page.locator('.first [data-tier="giant"]')).to_have_attribute("data-outcome", "fail")
    expect(page.locator(".sentence")).to_contain_text("需要人工判断")
    main = page.locator('[data-clause="main"]').first
    expect(main).to_contain_text("92.4 %，需要 80 % 以上")
    main.locator("summary").click()
    expect(main).to_contain_text("附件1（二）")
    expect(main).to_contain_text("一个来源读到")
    judges_for_itself_and_takes_it_back(page)
    with page.expect_download() as paper:
        page.get_by_role("link", name="下载 PDF").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF-")
    assert page.faults == []
    print(f"\nanswers from nothing to paper: {len(asked)} ({', '.join(asked)})")


def test_moving_a_figure_moves_the_tiers_and_saves_nothing(window, typing_server):
    page = window(OWNER)
    page.goto("/growth/selftest/result")
    firm = page.evaluate("fetch('/api/me').then(r => r.json())")["tenant"]["id"]
    before = typing_server.sign_in(OWNER).get(f"/api/growth/firms/{firm}/selftest").json()["facts_version"]
    slider = page.locator(f'input[data-path="main_revenue.{LAST}"]')
    slider.evaluate("(e) => { e.value = 3000; e.dispatchEvent(new Event('input', {bubbles: true})) }")
    moved = page.locator('[data-part="what-if"]')
    expect(moved.locator('[data-tier="provincial"]')).to_have_attribute("data-outcome", "fail")
    expect(moved).to_contain_text("变为未达到")
    state = typing_server.sign_in(OWNER).get(f"/api/growth/firms/{firm}/selftest").json()
    assert (state["facts_version"], state["draft"]) == (before, None)
    assert page.faults == []


def test_a_second_device_goes_on_where_the_first_ended_even_after_a_power_cut(window, typing_server):
    phone = window(OWNER)
    phone.goto("/growth/selftest?q=honours")
    phone.locator("button.none").click()
    phone.wait_for_url(lambda url: "q=honours" not in url)
    typing_server.kill()
    typing_server.start()
    desk = window(OWNER, size={"width": 1440, "height": 900})
    desk.goto("/growth/selftest")
    expect(desk.locator(".draft").first).to_contain_text("答了 1 题")
    desk.get_by_role("button", name="放弃这次填写").click()
    expect(desk.locator(".draft")).to_have_count(0)
    desk.get_by_role("button", name="撤销").click()
    expect(desk.locator(".draft").first).to_contain_text("答了 1 题")


def test_answers_given_at_the_same_moment_are_all_kept(typing_server):
    """Ten devices answer ten questions at once; with the power cut a moment later nothing is lost."""
    firm = typing_server.sign_in("owner@yunshan.example").get("/api/me").json()["tenant"]["id"]
    path = f"/api/growth/firms/{firm}/selftest"
    answers = {
        "revenue": {f"revenue.{LAST}": "15000"}, "balance": {f"assets.{LAST}": "17000"}, "honours": {"honours": []},
        "equity": {"equity": []}, "institutions": {"institutions": []}, "segment": {"segment_since": "2009"},
        "score": {f"platform_score.{LAST + 1}": "67"}, "market": {"market.rank_national": "3"},
        "about": {"industry": "industry"}, "people": {f"staff.{LAST}": "261"},
    }  # fmt: skip
    clients = [typing_server.sign_in("owner@yunshan.example") for _ in answers]

    def put(client, question, values):
        return client.put(f"{path}/answers/{question}", json={"values": values}).status_code

    with ThreadPoolExecutor(len(answers)) as devices:
        done = list(devices.map(put, clients, answers, answers.values()))
    assert done == [200] * len(answers)
    typing_server.kill()
    typing_server.start()
    state = typing_server.sign_in("owner@yunshan.example").get(path).json()
    assert set(state["answered"]) == set(answers)
    kept = {one["id"]: one["values"] for one in state["questions"]}
    assert kept["revenue"][f"revenue.{LAST}"] == "15000"
    assert kept["people"][f"staff.{LAST}"] == "261"


def test_a_slip_is_told_at_its_field_and_the_keyboard_is_enough(window):
    page = window(OWNER)
    page.goto("/growth/selftest?q=revenue")
    field = page.locator(f'[data-path="revenue.{LAST}"] input')
    field.fill("六千")
    field.press("Enter")
    expect(page.locator(f'[data-path="revenue.{LAST}"]')).to_contain_text("请填写数字")
    expect(field).to_be_focused()
    page.goto("/growth/selftest?q=main_revenue")
    field = page.locator(f'[data-path="main_revenue.{LAST}"] input')
    field.fill("99999")
    field.press("Enter")
    expect(page.locator(f'[data-path="main_revenue.{LAST}"]')).to_contain_text("大于")
    assert current(page) == "main_revenue"


def test_the_officer_reads_the_result_and_changes_nothing(window, typing_server):
    firm = typing_server.sign_in(OWNER).get("/api/me").json()["tenant"]["id"]
    page = window(OFFICER, size={"width": 1440, "height": 900})
    page.goto(f"/growth/firms/{firm}/selftest/result")
    expect(page.locator('.first [data-tier="innovative"]')).to_have_attribute("data-outcome", "pass")
    expect(page.get_by_text("去修改这一项")).to_have_count(0)
    expect(page.get_by_role("link", name="下载 PDF")).to_be_visible()
    page.goto(f"/growth/firms/{firm}/selftest")
    expect(page.get_by_text("这里只能查看")).to_be_visible()


def test_how_certain_the_rules_are_can_be_narrowed(window):
    page = window(OWNER)
    page.goto("/growth/certainty?mark=M")
    expect(page.locator(".row").first).to_contain_text("凭记忆")
    assert page.locator(".row .tag:not(.bad)").count() == 0
    every = window(OWNER)
    every.goto("/growth/certainty")
    expect(every.locator(".row").first).to_be_visible()
    assert every.locator(".row").count() > page.locator(".row").count()
    assert every.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
