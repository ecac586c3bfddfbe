"""A conference from its making to the list of who came: an officer at a desk, an owner with a phone."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OFFICER, OWNER = "officer@linjiang.example", "owner@yunshan.example"
PHONE = {"width": 390, "height": 844}


def make_event(page, name):
    """Make an event in two days with one hall, publish it and invite every firm; the address of its page."""
    begin = (datetime.now() + timedelta(days=2)).replace(hour=9, minute=0)  # noqa: DTZ005 - as the control shows it
    page.goto("/growth/events")
    page.get_by_role("button", name="新建活动").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("名称", exact=True).fill(name)
    sheet.get_by_label("开始时间").fill(f"{begin:%Y-%m-%dT%H:%M}")
    sheet.get_by_label("结束时间").fill(f"{begin + timedelta(hours=3):%Y-%m-%dT%H:%M}")
    sheet.get_by_label("名额").fill("2")
    sheet.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布，企业可以报名")).to_be_visible()
    page.get_by_role("button", name="邀请", exact=True).click()
    expect(page.get_by_text("家企业").first).to_be_visible()
    return page.url


def scan(page, text):
    page.get_by_label("参会码").fill(text)
    page.keyboard.press("Enter")


def test_a_conference_from_invitation_to_the_list_of_who_came(window):
    officer = window(OFFICER)
    other = make_event(officer, "数字化转型沙龙")
    event = make_event(officer, "融资路演")

    owner = window(OWNER, size=PHONE)
    owner.goto("/growth/events")
    owner.get_by_role("link", name="融资路演").click()
    owner.get_by_label("参加人").fill("许国强")
    owner.get_by_role("button", name="报名").click()
    picture = owner.locator("figure img")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 0
    assert owner.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    code = owner.locator("figure .code").inner_text()

    officer.goto(other)
    scan(officer, code)
    expect(officer.get_by_text("这是另一场活动的参会码：“融资路演”")).to_be_visible()
    officer.goto(f"{event}?code={code}")  # what a phone's camera opens
    expect(officer.get_by_label("参会码")).to_have_value(code)
    officer.get_by_role("button", name="签到", exact=True).first.click()
    expect(officer.get_by_role("status").filter(has_text="已签到")).to_contain_text("许国强，主会场")
    scan(officer, code.lower())
    expect(officer.get_by_text("不再重复签到")).to_be_visible()
    owner.reload()
    expect(owner.locator("figure")).to_contain_text("已签到")

    officer.get_by_role("combobox", name="状态").select_option(label="已到场")
    expect(officer.locator(".row .name")).to_have_count(1)
    with officer.expect_download() as file:
        officer.get_by_role("link", name="导出").click()
    rows = list(csv.reader(file.value.path().read_text("utf-8-sig").splitlines()))
    assert [row[1] for row in rows[1:]] == ["许国强"]
    assert owner.faults == []
    assert [fault for fault in officer.faults if "409" not in fault] == []
