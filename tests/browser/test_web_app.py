"""The app around the talk, as people meet it: the door, the places, lists, administration, languages, the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from alula.site.demo_accounts import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIN, CHEN, ADMIN = "lin@haitang.example", "chen@haitang.example", "admin@haitang.example"
SCENARIO = "critical_illness_insurance"
PHONE = {"width": 390, "height": 844}
UNTRANSLATED = re.compile(
    r"\b(?:app|coach|people|admin|record|design|room|talk_report)\.[a-z_]+(?:\.[a-z_]+)*\b"
)


def sign_in(page, email, password):
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录").click()


def test_a_wrong_password_is_told_and_the_right_one_leads_where_one_wanted_to_go(window):
    page = window()
    page.goto("/practice")
    sign_in(page, LIN, "not-my-password")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("邮箱")).to_have_value(LIN)
    sign_in(page, LIN, PASSWORD)
    expect(page).to_have_url(re.compile("/practice$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("我的练习")


def test_a_link_that_leads_elsewhere_after_the_sign_in_is_not_followed(window):
    page = window()
    page.goto("/sign-in?next=//elsewhere.example/")
    sign_in(page, LIN, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("今天")


def test_a_session_that_ended_leads_to_the_door_and_back(window):
    page = window(LIN)
    page.goto("/practise")
    expect(page.get_by_role("article").first).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("link", name="我的练习").first.click()
    expect(page).to_have_url(re.compile(r"/sign-in\?next=/practice$"))


def test_one_sees_the_places_in_which_one_has_something(window):
    page = window(LIN)
    page.goto("/")
    rail = page.get_by_role("navigation", name="主要位置").first
    expect(rail.get_by_role("link", name="学习")).to_be_visible()
    expect(rail.get_by_role("link", name="管理")).to_have_count(0)
    expect(page.get_by_role("link", name="团队")).to_have_count(0)
    admin = window(ADMIN)
    admin.goto("/")
    admin.get_by_role("link", name="管理").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("人员")


def test_the_language_is_the_person_s_and_follows_them_to_another_window(window):
    page = window(CHEN)
    page.goto("/me")
    page.get_by_role("radio", name="English").check()
    expect(page.get_by_role("heading", name="Language and look")).to_be_visible()
    other = window(CHEN)
    other.goto("/practise")
    expect(other.get_by_role("heading", level=1)).to_have_text("Practise")
    assert other.evaluate("document.documentElement.lang") == "en"
    assert other.title() == "Practise · Alula"
    page.get_by_role("radio", name="中文").check()
    expect(page.get_by_role("heading", name="语言与外观")).to_be_visible()


def test_night_is_kept_on_the_device_and_there_before_the_app(window):
    page = window(LIN)
    page.goto("/me")
    page.get_by_role("radio", name="夜间").check()
    page.route("**/assets/*.js", lambda route: route.abort())
    page.goto("/")
    assert page.evaluate("document.documentElement.dataset.mode") == "night"


def test_a_list_is_searched_filtered_in_words_and_found_again_on_the_way_back(window):
    page = window(LIN)
    page.goto("/practise")
    expect(page.get_by_role("status").filter(has_text="共 6 项")).to_be_visible()
    page.get_by_label("行业").select_option("医药零售")
    expect(page.get_by_role("button", name="去掉条件：行业 医药零售")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="共 1 项")).to_be_visible()
    page.get_by_role("article").get_by_role("link").click()
    expect(page.get_by_role("heading", name="怎样评分")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("status").filter(has_text="共 1 项")).to_be_visible()
    page.get_by_label("搜索场景").fill("没有这样的场景")
    expect(page.get_by_text("没有符合条件的内容")).to_be_visible()
    page.get_by_role("button", name="清除全部条件").click()
    expect(page.get_by_role("status").filter(has_text="共 6 项")).to_be_visible()


def test_the_first_talk_asks_about_the_voice_and_the_second_does_not(window, typing_server):
    page = window(CHEN, size=PHONE)
    page.goto(f"/practise/scenarios/{SCENARIO}")
    page.get_by_role("button", name="开始练习").click()
    dialog = page.get_by_role("dialog")
    for switch in dialog.get_by_role("switch").all():
        assert switch.get_attribute("aria-checked") == "false", "nothing is allowed before one says so"
    dialog.get_by_role("switch", name="分析我的声音").click()
    dialog.get_by_role("button", name="保存选择，开始练习").click()
    expect(page).to_have_url(re.compile("/practise/sessions/"))
    consents = typing_server.sign_in(CHEN).get("/api/me").json()["consents"]
    assert consents == {"voice_analysis": True, "voice_recording": False}
    page.goto(f"/practise/scenarios/{SCENARIO}")
    page.get_by_role("button", name="重新开始").click()
    expect(page).to_have_url(re.compile("/practise/sessions/"))


def test_an_unfinished_talk_is_what_today_begins_with(window, typing_server):
    chen = typing_server.sign_in(CHEN)
    begun = chen.post("/api/coach/sessions", json={"scenario": SCENARIO}).json()["id"]
    page = window(CHEN)
    page.goto("/")
    page.get_by_role("link", name="接着说").click()
    expect(page).to_have_url(re.compile(f"/practise/sessions/{begun}$"))


def test_a_person_is_added_and_comes_in_with_the_password_handed_over(window):
    page = window(ADMIN)
    page.goto("/manage/people")
    page.get_by_role("button", name="添加人员").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("邮箱").fill("no address")
    sheet.get_by_label("姓名").fill("郑晓")
    sheet.get_by_role("button", name="添加").click()
    expect(sheet.get_by_text("请填写邮箱")).to_be_visible()
    sheet.get_by_label("邮箱").fill("zheng@haitang.example")
    sheet.get_by_role("button", name="添加").click()
    password = sheet.locator(".password").inner_text()
    sheet.get_by_role("button", name="完成").click()
    page.get_by_label("搜索姓名").fill("郑晓")
    expect(page.get_by_role("cell", name="zheng@haitang.example")).to_be_visible()

    newcomer = window()
    newcomer.goto("/")
    sign_in(newcomer, "zheng@haitang.example", password)
    newcomer.get_by_role("link", name="换成自己的密码").click()
    newcomer.get_by_label("现在的密码").fill(password)
    newcomer.get_by_label("新密码", exact=True).fill("a-longer-secret-of-mine")
    newcomer.get_by_role("button", name="保存新密码").click()
    expect(newcomer.get_by_text("您还在使用管理员给的密码")).to_have_count(0)


def test_who_is_deactivated_can_be_let_in_again_at_once(window):
    page = window(ADMIN)
    page.goto("/manage/people?q=赵敏")
    page.get_by_role("link", name="赵敏").click()
    page.get_by_role("dialog").get_by_role("button", name="停用", exact=True).click()
    expect(page.get_by_role("paragraph").filter(has_text="赵敏 已停用")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("cell", name="赵敏 已停用")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("cell", name="赵敏", exact=True)).to_be_visible()


def test_a_file_with_wrong_rows_is_told_row_by_row_and_writes_nothing(window):
    page = window(ADMIN)
    page.goto("/manage/people/import")
    rows = "姓名,邮箱,部门\n钱一,qian@haitang.example,华南区\n吴二,not-an-address,华南区\n"
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_role("heading", name="没有写入任何内容")).to_be_visible()
    expect(page.get_by_text("第 3 行，邮箱")).to_be_visible()
    page.get_by_role("radio", name="只导入正确的行").check()
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    page.goto("/manage/people?q=钱一")
    expect(page.get_by_role("cell", name="qian@haitang.example")).to_be_visible()


def test_a_unit_is_added_renamed_and_the_name_taken_back(window):
    page = window(ADMIN)
    page.goto("/manage/units")
    page.get_by_role("button", name="在华南区下添加部门").click()
    page.get_by_role("dialog").get_by_label("名称").fill("珠海分公司")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="修改珠海分公司").click()
    page.get_by_role("dialog").get_by_label("名称").fill("横琴分公司")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("横琴分公司")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("珠海分公司")).to_be_visible()


def test_everything_is_reached_by_keys(window):
    page = window(LIN)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("今天")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile("/practise$"))
    expect(page.locator("[aria-live=polite]", has_text="陪练").last).to_be_attached()
    page.keyboard.press("/")
    expect(page.get_by_label("搜索场景")).to_be_focused()


def test_a_lost_network_is_said_and_a_list_can_be_asked_again(window):
    page = window(LIN)
    page.goto("/practise")
    expect(page.get_by_role("article").first).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("网络已断开")).to_be_visible()
    page.get_by_label("搜索场景").fill("重疾")
    page.get_by_label("搜索场景").fill("没有的词")
    expect(page.get_by_role("alert").filter(has_text="连不上服务器")).to_be_visible()
    page.get_by_label("搜索场景").fill("重疾")
    page.context.set_offline(False)
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_text("网络已断开")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, {"width": 1440, "height": 900}], ids=["phone", "desktop"])
def test_every_page_fits_speaks_one_language_and_has_a_name(window, typing_server, size, language):
    """No sideways scrolling, no untranslated key, one heading, a title of its own, no fault in the console."""
    typing_server.sign_in(ADMIN).patch("/api/me", json={"language": language}).raise_for_status()
    page = window(ADMIN, size=size)
    titles = set()
    paths = ("/", "/practise", f"/practise/scenarios/{SCENARIO}", "/practice", "/team", "/me")
    paths += ("/manage/people", "/manage/people/import", "/manage/units", "/no/such/page")
    paths += ("/records", "/manage/records", "/manage/connections", "/manage/in-and-out")
    for path in paths:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert not UNTRANSLATED.findall(page.locator("body").inner_text()), path
        assert page.get_by_role("heading", level=1).count() == 1, path
        titles.add(page.title())
    typing_server.sign_in(ADMIN).patch("/api/me", json={"language": "zh"}).raise_for_status()
    assert len(titles) == len(paths), titles
    assert page.faults == []


def test_what_is_touched_on_a_phone_is_large_enough(window):
    page = window(ADMIN, size=PHONE)
    for path in (
        "/",
        "/practise",
        "/me",
        "/manage/people",
        "/manage/units",
        "/manage/records",
        "/manage/connections",
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, nav a, input:not(.unseen), select')]
                .filter(one => one.offsetParent !== null || getComputedStyle(one).position === 'fixed')
                .filter(one => !one.closest('.el-select'))
                .map(one => [one, one.getBoundingClientRect(), getComputedStyle(one, '::after')])
                .filter(([one, box, after]) =>
                    Math.max(box.height, parseFloat(after.height) || 0) < 40 && box.height > 0)
                .map(([one]) => one.outerHTML.slice(0, 80))"""
        )
        assert small == [], path
