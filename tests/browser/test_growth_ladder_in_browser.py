"""An officer takes an application to its title and the owner sees it; an owner claims an imported firm."""

from __future__ import annotations

import re
import sqlite3

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OFFICER, OWNER = "officer@linjiang.example", "owner@yunshan.example"
PHONE = {"width": 390, "height": 844}
UNTRANSLATED = re.compile(r"\bladder\.[a-z_]+(?:\.[a-z_]+)*\b")


def days_go_by(server):
    """The publicity that runs was over yesterday."""
    with sqlite3.connect(server.folder / "alula.sqlite3", timeout=30) as rows:
        rows.execute("update growth_application set publicity_until = date('now', '-1 day')")


def test_an_officer_leads_an_application_to_its_title_and_the_owner_sees_it(window, typing_server):
    owner = window(OWNER, size=PHONE)
    owner.goto("/growth")
    expect(owner.get_by_text("目前是专精特新中小企业。")).to_be_visible()
    expect(owner.get_by_role("link", name="专精特新“小巨人” 已提交")).to_be_visible()

    page = window(OFFICER)
    page.goto("/growth/board")
    column = page.get_by_role("region", name="已提交")
    card = column.get_by_role("link", name="云山阀门股份有限公司")
    expect(card).to_be_visible()
    column.get_by_role("link").first.focus()
    page.keyboard.press("ArrowDown")
    expect(column.get_by_role("link").nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("region", name="自测准备").get_by_role("link").first).to_be_focused()
    card.click()
    page.get_by_role("button", name="受理审核").click()
    expect(page.get_by_text("机构正在审核材料。")).to_be_visible()
    page.get_by_role("button", name="安排实地核查").click()
    page.get_by_role("button", name="公示", exact=True).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("公示天数").fill("0")
    sheet.get_by_role("button", name="公示").click()
    expect(sheet.get_by_text("请填写 1 至 60 的整数。")).to_be_visible()
    sheet.get_by_label("公示天数").fill("7")
    sheet.get_by_role("button", name="公示").click()
    expect(page.get_by_text("名单正在公示，接受异议。")).to_be_visible()
    page.get_by_role("button", name="公告", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="公告").click()
    expect(page.get_by_role("alert")).to_contain_text("之后才能公告")
    days_go_by(typing_server)
    page.get_by_role("button", name="公告", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="公告").click()
    expect(page.get_by_text("称号已公告，并写入企业资料。")).to_be_visible()
    expect(page.get_by_role("list").last).to_contain_text("已提交申报")
    assert not UNTRANSLATED.search(page.inner_text("body"))

    owner.reload()
    expect(owner.get_by_text("目前是专精特新“小巨人”。")).to_be_visible()
    assert not UNTRANSLATED.search(owner.inner_text("body"))


def test_an_owner_claims_an_imported_firm_on_a_phone(window, typing_server):
    page = window(OFFICER)
    page.goto("/growth/firms?state=held")
    page.get_by_role("link", name="从化绿源环保有限公司").click()
    page.get_by_role("button", name="生成邀请链接").click()
    link = page.locator("code").inner_text()

    owner = window(size=PHONE)
    owner.goto(link)
    expect(owner.get_by_role("heading", level=1)).to_have_text("认领从化绿源环保有限公司")
    expect(owner.get_by_text("临江市中小企业服务中心的何静邀请您")).to_be_visible()
    owner.get_by_role("switch", name="证明材料").click()
    owner.get_by_role("button", name="认领").click()
    expect(owner.get_by_text("请填写姓名。")).to_be_visible()
    owner.get_by_label("您的姓名").fill("陆远")
    owner.get_by_label("邮箱").fill("lu@lvyuan.example")
    owner.get_by_label("密码", exact=True).fill("a-password-of-lu-9")
    owner.get_by_role("button", name="认领").click()
    expect(owner).to_have_url(re.compile("/growth$"))
    expect(owner.get_by_role("heading", level=1)).to_have_text("从化绿源环保有限公司")
    owner.goto("/growth/firm")
    expect(owner.get_by_role("switch", name="证明材料")).to_have_attribute("aria-checked", "false")
    expect(owner.get_by_role("switch", name="企业资料")).to_have_attribute("aria-checked", "true")

    page.goto("/growth/firms?state=claimed")
    expect(page.get_by_role("link", name="从化绿源环保有限公司")).to_be_visible()
    again = window(size=PHONE)
    again.goto(link)
    expect(again.get_by_role("alert")).to_have_text(re.compile("这个链接已经用过了"))


def test_the_many_sections_of_an_officer_stand_in_groups(window):
    page = window(OFFICER)
    page.goto("/growth")
    first = page.get_by_role("navigation", name="成长", exact=True)
    expect(first.get_by_role("link")).to_have_text(["概览", "企业", "政策与金融", "服务", "活动"])
    first.get_by_role("link", name="服务").click()
    second = page.get_by_role("navigation", name="服务", exact=True)
    expect(second.get_by_role("link")).to_have_text(
        ["服务需求", "专家与机构", "走访", "技术难题", "产业学院"]
    )
    second.get_by_role("link", name="走访").click()
    page.wait_for_url("**/growth/visits")
    expect(second.get_by_role("link", name="走访")).to_have_attribute("aria-current", "page")
    expect(first.get_by_role("link", name="服务")).to_have_attribute("aria-current", "true")
    first.get_by_role("link", name="活动").click()
    expect(second).to_have_count(0)  # one section alone needs no second row
    phone = window(OFFICER, size=PHONE)
    phone.goto("/me")
    expect(phone.locator(".further h2")).to_have_text(["企业", "政策与金融", "服务"])
    expect(phone.locator(".further").get_by_role("link", name="专家与机构")).to_be_visible()


def test_a_title_near_its_end_is_reviewed(window):
    page = window(OFFICER)
    page.goto("/growth/firms?q=北江新材料")
    page.get_by_role("link", name="北江新材料有限公司").click()
    page.get_by_role("button", name="发起复核").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("复核")
    page.goto("/growth/board")
    card = page.get_by_role("region", name="自测准备").get_by_role("link", name="北江新材料有限公司")
    expect(card).to_contain_text("复核")

    owner = window(OWNER, size=PHONE)
    owner.goto("/growth/firm?review=provincial")
    expect(owner.get_by_label("申报的层级")).to_contain_text("专精特新中小企业复核")
    assert not UNTRANSLATED.search(owner.inner_text("body"))
