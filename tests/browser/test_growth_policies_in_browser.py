"""An officer changes a policy, tries it on firms, publishes it; the owner's matrix changes and a notice appears. And a loan is asked for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OFFICER, OWNER = "officer@linjiang.example", "owner@yunshan.example"
TITLES = "临江市梯度培育奖励（示例）"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module", autouse=True)
def _patience():
    """A busy machine answers late; what is promised is the answer."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


def row(page, title):
    return page.get_by_role("row").filter(has_text=title)


def test_a_policy_is_changed_tried_published_and_told(window):
    owner = window(OWNER)
    owner.goto("/growth/policies")
    expect(row(owner, TITLES)).to_contain_text("16 万元")
    owner.get_by_role("link", name=re.compile("^通知")).click()
    expect(owner.get_by_role("heading", level=1)).to_have_text("通知")
    expect(owner.get_by_text("申报将于")).to_be_visible()

    officer = window(OFFICER)
    officer.goto("/growth/library")
    officer.get_by_role("button", name=TITLES).click()
    expect(officer.get_by_role("heading", level=1)).to_have_text(TITLES)
    most = officer.get_by_label("最高（万元）").nth(1)
    expect(most).to_have_value("16")
    most.fill("25")
    expect(officer.get_by_text("草稿已保存")).to_be_visible()
    officer.get_by_role("button", name="试算").click()
    tried = officer.get_by_role("region", name="在企业上试算")
    expect(tried).to_contain_text("云山阀门股份有限公司")
    expect(tried).to_contain_text("最高 16 万元 → 25 万元")
    owner.goto("/growth/policies")
    expect(row(owner, TITLES)).to_contain_text("16 万元")  # nobody has seen the draft

    officer.get_by_role("button", name="发布").click()
    dialog = officer.get_by_role("dialog")
    expect(dialog).to_contain_text("不超过 25 万元")
    dialog.get_by_label("这一版改了什么").fill("专精特新提高到 25 万元")
    dialog.get_by_role("button", name="发布").click()
    expect(officer).to_have_url(re.compile("/growth/library$"))
    expect(officer.get_by_role("status").filter(has_text="企业已重新匹配")).to_be_visible()
    expect(row(officer, TITLES)).to_contain_text("第 3 版")

    owner.reload()
    expect(row(owner, TITLES)).to_contain_text("25 万元")
    owner.get_by_role("link", name="通知，1 条未读").click()
    expect(owner.get_by_role("main").get_by_role("listitem").first).to_contain_text(
        "最高金额从 16 万元变为 25 万元"
    )
    owner.get_by_role("link", name=TITLES).first.click()
    expect(owner.get_by_text("专精特新提高到 25 万元")).to_be_visible()
    assert owner.broken == []
    assert officer.broken == []


def test_an_expert_sees_the_wrong_line_and_cannot_publish_it(window):
    page = window(OFFICER)
    page.goto("/growth/library")
    page.get_by_role("button", name="惠府〔2025〕8号").click()
    page.get_by_role("radio", name="YAML").check()
    area = page.get_by_label("政策的 YAML")
    area.fill(area.input_value().replace("- giant", "- gaint", 1))
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^第 .* 行$"))).to_be_visible()
    expect(page.get_by_role("button", name="发布")).to_be_disabled()
    page.reload()
    page.get_by_role("radio", name="YAML").check()
    expect(page.get_by_label("政策的 YAML")).to_have_value(re.compile("gaint"))
    assert page.broken == []


def test_two_officers_edit_and_the_second_is_told(window):
    first, second = window(OFFICER), window("admin@linjiang.example")
    first.goto("/growth/library")
    first.get_by_role("button", name="进阶小巨人培育").click()
    expect(first.get_by_label("发布单位")).to_have_value("广州市工业和信息化局")
    second.goto(first.url)
    expect(second.get_by_label("发布单位")).to_have_value("广州市工业和信息化局")
    first.get_by_label("发布单位").fill("广州市工信局")
    expect(first.get_by_text("草稿已保存")).to_be_visible()
    second.get_by_label("文号").fill("9号")
    expect(second.get_by_role("alert")).to_contain_text("在别处已更新")
    second.get_by_role("button", name="再试一次").click()
    expect(second.get_by_label("发布单位")).to_have_value("广州市工信局")


def test_a_bank_is_asked_on_a_phone_with_what_the_owner_chose(window):
    page = window(OWNER, PHONE)
    page.goto("/growth/finance")
    page.get_by_role("listitem").filter(has_text="善科贷").get_by_role("link", name="咨询银行").click()
    expect(page.get_by_text("小翼没有与银行的接口")).to_be_visible()
    page.get_by_label("想借多少").fill("200")
    page.get_by_label("营业收入", exact=True).check()
    page.get_by_role("button", name="看看银行会拿到什么").click()
    sheet = page.locator(".sheet")
    expect(sheet).to_contain_text("2025 年营业收入")
    expect(sheet).not_to_contain_text("研发费用")
    make = page.get_by_role("button", name="同意并生成咨询单")
    expect(make).to_be_disabled()
    page.get_by_label(re.compile("^我同意把以上内容")).check()
    make.click()
    expect(page.get_by_text("已准备，还没交给银行").first).to_be_visible()
    with page.expect_download() as paper:
        page.get_by_role("link", name="下载咨询单").click()
    assert paper.value.suggested_filename.endswith(".pdf")
    page.get_by_role("button", name="已交给网点").click()
    expect(page.get_by_text("等待银行答复")).to_be_visible()
    for path in ("/growth/policies", "/growth/finance", "/growth/notices"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), path
    assert page.broken == []
