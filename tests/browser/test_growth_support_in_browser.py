"""A service request on its whole way, by a firm's owner on a phone and an officer at a desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OWNER, OFFICER = "owner@yunshan.example", "officer@linjiang.example"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
XSS = "<img src=x onerror=\"document.title='broken'\">"
UNTRANSLATED = re.compile(r"\bsupport\.[a-z_]+(?:\.[a-z_]+)*\b")


def state(page, word):
    expect(page.locator("header .tag").first).to_have_text(word)


def test_from_a_gap_to_a_rating(window):
    firm, desk = window(OWNER, PHONE), window(OFFICER)
    firm.goto("/growth/requests/new?gap=ip")
    expect(firm.get_by_text("已按自测中的差距预填")).to_be_visible()
    expect(firm.get_by_label("服务类型")).to_have_value("technology")
    firm.get_by_label("标题").fill("专利布局辅导")
    need = firm.get_by_label("需要什么")
    need.fill(need.input_value() + XSS)
    firm.get_by_role("button", name="提交").click()
    expect(firm).to_have_url(re.compile(r"/growth/requests/[0-9a-f-]{36}$"))
    state(firm, "已提交")
    path = firm.url

    desk.goto("/growth/requests?state=sent")
    expect(desk.get_by_role("link", name="专利布局辅导")).to_be_visible()
    desk.keyboard.press("j")
    expect(desk.locator("tbody a.cell").first).to_be_focused()
    desk.get_by_role("link", name="专利布局辅导").click()
    desk.get_by_role("button", name="受理", exact=True).click()
    best = desk.locator("section", has=desk.get_by_role("heading", name="合适的专家")).locator("ol li").first
    expect(best).to_contain_text("罗文清")
    expect(best).to_contain_text("专长相符：知识产权")
    best.get_by_role("button", name="指派给罗文清").click()
    state(desk, "已指派")
    desk.get_by_role("button", name="开始服务").click()
    state(desk, "服务中")
    desk.get_by_role("button", name="交付", exact=True).click()
    desk.get_by_label("交付了什么").fill("完成专利检索，给出三项布局建议")
    desk.get_by_role("dialog").get_by_role("button", name="交付", exact=True).click()
    state(desk, "已交付")

    firm.goto(path)
    firm.get_by_role("radio", name="5 很满意").check()
    firm.get_by_label("评语").fill("很清楚")
    firm.get_by_role("button", name="提交评价").click()
    state(firm, "已评价")
    expect(firm.get_by_text("5 分（满分 5 分）")).to_be_visible()
    assert firm.title() != "broken"
    assert XSS in firm.inner_text("main")
    for page in (firm, desk):
        assert page.faults == []
        assert not UNTRANSLATED.search(page.inner_text("main"))


def test_a_draft_is_kept_when_one_goes_away_and_a_wrong_file_is_refused_in_words(window, tmp_path):
    page = window(OWNER)
    page.goto("/growth/requests/new")
    page.get_by_label("标题").fill("还没想好")
    bad = tmp_path / "a.html"
    bad.write_text("<script>alert(1)</script>")
    page.get_by_label("添加附件").set_input_files(bad)
    expect(page.get_by_role("alert")).to_contain_text("这个文件不是其中之一")
    page.get_by_role("link", name="服务需求").first.click()
    expect(page.get_by_role("link", name="还没想好")).to_be_visible()
    page.get_by_role("link", name="还没想好").click()
    page.get_by_role("link", name="修改内容").click()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("请写明需要什么。")).to_be_visible()


def test_an_officer_plans_a_visit_and_the_firm_confirms_it(window):
    desk, firm = window(OFFICER), window(OWNER, PHONE)
    desk.goto("/growth/visits")
    desk.get_by_role("link", name="进阶小巨人走访").click()
    desk.locator("main").get_by_role("link", name="云山阀门股份有限公司").first.click()
    expect(desk.get_by_role("heading", name="核查清单")).to_be_visible()
    desk.get_by_label("发现了什么").fill("研发台账不完整")
    desk.get_by_role("button", name="记录").click()
    expect(desk.get_by_text("企业还看不到")).to_be_visible()
    path = desk.url
    firm.goto(path)
    expect(firm.get_by_text("服务机构发布后")).to_be_visible()
    firm.get_by_role("button", name="确认时间").click()
    state(firm, "已确认")
    desk.get_by_role("button", name="发布给企业（1 条）").click()
    expect(desk.get_by_text("企业还看不到")).to_have_count(0)
    firm.reload()
    expect(firm.get_by_text("研发台账不完整")).to_be_visible()
    assert desk.faults + firm.faults == []
