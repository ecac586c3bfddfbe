"""The record's pages in a real browser: found, narrowed, opened, connected, ended and taken back."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIN, ADMIN, OPERATOR = "lin@haitang.example", "admin@haitang.example", "operator@alula.example"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def typing_server(open_server):
    """As elsewhere, and its forwardings may lead to this machine."""
    server = open_server("typing", ALULA_FORWARD_PRIVATE="true")
    yield server
    server.stop()


@pytest.fixture
def other_store():
    """Another record store: (its endpoint, the statements that it was sent)."""
    kept: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer(b"{}")

        def do_POST(self):
            kept.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(b"[]")

        def _answer(self, body):
            self.send_response(200)
            self.send_header("X-Experience-API-Version", "1.0.3")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/xapi/", kept
        server.shutdown()


def test_a_learner_finds_what_they_did_and_nobody_elses(window):
    page = window(LIN, size=PHONE)
    page.goto("/me")
    page.get_by_role("link", name="学习记录").click()
    expect(page.get_by_text("您自己的记录")).to_be_visible()
    sentences = page.get_by_role("row").get_by_role("link")
    expect(sentences.first).to_contain_text("林晓雨")
    assert all("林晓雨" in text for text in sentences.all_inner_texts())
    expect(page.get_by_label("搜索姓名")).to_have_count(0)


def test_a_statement_is_found_opened_and_leads_on(window):
    page = window(ADMIN)
    page.goto("/manage/records")
    page.get_by_label("搜索姓名").fill("王立群")
    first = page.get_by_role("row").get_by_role("link").first
    expect(first).to_contain_text("王立群")
    first.click()
    sheet = page.get_by_role("dialog")
    shown = json.loads(sheet.get_by_label("这条记录的 JSON").inner_text())
    assert shown["actor"]["account"]["name"]
    sheet.get_by_role("button", name="这个活动的全部记录").click()
    expect(page.get_by_role("button", name=re.compile("去掉条件：活动"))).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    names = " ".join(page.get_by_role("row").get_by_role("link").all_inner_texts())
    assert "王立群" in names
    assert re.search("赵敏|陈一鸣|林晓雨", names)
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 JSON Lines").click()
    lines = download.value.path().read_text().splitlines()
    assert {json.loads(line)["object"]["id"] for line in lines} == {shown["object"]["id"]}


def test_a_system_is_connected_sends_and_is_cut_off_and_back(window, typing_server):
    page = window(ADMIN)
    page.goto("/manage/connections")
    page.get_by_role("button", name="新建凭据").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="新建", exact=True).click()
    expect(sheet.get_by_text("请填写系统名称")).to_be_visible()
    sheet.get_by_label("系统名称").fill("考试系统")
    sheet.get_by_role("button", name="新建", exact=True).click()
    expect(sheet.get_by_text("密码只在这里显示一次")).to_be_visible()
    endpoint, key, secret = (one.inner_text() for one in sheet.locator("dd").all()[:3])
    sheet.get_by_role("button", name="完成").click()
    assert endpoint == f"{typing_server.url}/xapi/"

    statement = {
        "actor": {"mbox": "mailto:pat@elsewhere.example", "name": "Pat"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
        "object": {"id": "https://exam.example/1", "definition": {"name": {"zh": "上岗考试"}}},
    }
    version = {"X-Experience-API-Version": "2.0.0"}

    def send():
        return httpx.post(f"{endpoint}statements", json=statement, auth=(key, secret), headers=version)

    assert send().status_code == 200
    form = {"grant_type": "client_credentials", "scope": "statements/write"}
    token = httpx.post(f"{endpoint}oauth/token", data=form, auth=(key, secret)).json()["access_token"]
    bearer = {**version, "Authorization": f"Bearer {token}"}
    assert httpx.post(f"{endpoint}statements", json=statement, headers=bearer).status_code == 200

    page.get_by_role("link", name="考试系统").click()
    page.get_by_role("dialog").get_by_role("link", name="查看它送来的记录").click()
    expect(page.get_by_role("link", name="Pat 通过了“上岗考试”。")).to_have_count(2)
    page.go_back()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(page.get_by_role("paragraph").filter(has_text="考试系统 已停用")).to_be_visible()
    assert send().status_code == 401
    assert httpx.post(f"{endpoint}statements", json=statement, headers=bearer).status_code == 401
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("paragraph").filter(has_text="考试系统 已恢复使用")).to_be_visible()
    assert send().status_code == 200


def test_an_operator_sees_who_keeps_up_and_rebuilds_a_reader(window):
    page = window(OPERATOR)
    page.goto("/manage/system")
    expect(page.get_by_text("已跟上").first).to_be_visible()
    page.get_by_role("button", name="重建").first.click()
    expect(page.get_by_role("button", name="重建").first).to_be_visible(timeout=15_000)
    expect(page.get_by_text("record.order")).to_be_visible()
    assert page.faults == []


def test_who_is_no_operator_finds_no_system_page(window):
    page = window(ADMIN)
    page.goto("/manage/people")
    expect(page.get_by_role("link", name="系统对接")).to_be_visible()
    expect(page.get_by_role("link", name="系统", exact=True)).to_have_count(0)
    page.goto("/manage/system")
    expect(page.get_by_role("alert").first).to_contain_text("您的角色不能进行此操作")


def test_records_are_forwarded_paused_removed_and_back(window, other_store):
    endpoint, kept = other_store
    page = window(ADMIN)
    page.goto("/manage/in-and-out")
    page.get_by_role("button", name="添加转发").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="添加", exact=True).click()
    expect(sheet.get_by_text("请填写这一项").first).to_be_visible()
    sheet.get_by_label("名称").fill("集团记录库")
    sheet.get_by_label("地址").fill(endpoint)
    sheet.get_by_label("用户名").fill("key")
    sheet.get_by_label("密码", exact=False).first.fill("secret")
    sheet.get_by_role("button", name="测试连接").click()
    expect(sheet.get_by_text("连接正常")).to_be_visible()
    assert kept == []
    sheet.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    line = page.get_by_role("listitem").filter(has_text="集团记录库")
    expect(line.get_by_text("已全部送达")).to_be_visible(timeout=30_000)
    assert len(kept) > 10
    line.get_by_role("button", name="暂停").click()
    expect(line.get_by_text("已暂停")).to_be_visible()
    line.get_by_role("button", name="移除").click()
    expect(line).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(line.get_by_text("已暂停")).to_be_visible()
    assert page.faults == []


def test_a_part_of_the_records_is_forwarded(window, other_store):
    endpoint, kept = other_store
    page = window(ADMIN, size=PHONE)
    page.goto("/manage/in-and-out")
    page.get_by_role("button", name="添加转发").click()
    sheet = page.get_by_role("dialog")
    for label, text in (("名称", "只送完成"), ("地址", endpoint), ("用户名", "key")):
        sheet.get_by_label(label).fill(text)
    sheet.get_by_label("密码", exact=False).first.fill("secret")
    sheet.get_by_role("radio", name="其中一部分").check()
    sheet.get_by_role("button", name="添加", exact=True).click()
    expect(sheet.get_by_text("请至少选一项")).to_be_visible()
    button = sheet.get_by_role("button", name="添加", exact=True).bounding_box()
    assert button["y"] + button["height"] <= PHONE["height"]  # however long the form above is
    sheet.get_by_role("checkbox", name="完成了", exact=True).check()
    sheet.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    line = page.get_by_role("listitem").filter(has_text="只送完成")
    expect(line.get_by_text("只转发：完成了")).to_be_visible()
    expect(line.get_by_text("已全部送达")).to_be_visible(timeout=30_000)
    assert {one["verb"]["id"] for one in kept} == {"http://adlnet.gov/expapi/verbs/completed"}
    assert page.faults == []


def test_what_the_server_refuses_stands_at_its_field(window, other_store):
    """A verb of the list that is no IRI cannot be had here: the list is given one on its way to the page."""
    endpoint, kept = other_store
    page = window(ADMIN, size=PHONE)

    def with_a_wrong_verb(route):
        found = route.fetch().json()
        wrong = {"value": "finished", "name": {"zh": "做完了", "en": "rounded off"}}
        route.fulfill(json={**found, "verbs": [wrong, *found["verbs"]]})

    page.route("**/api/record/statements/filters", with_a_wrong_verb)
    page.goto("/manage/in-and-out")
    page.get_by_role("button", name="添加转发").click()
    sheet = page.get_by_role("dialog")
    for label, text in (("名称", "做完的"), ("地址", endpoint), ("用户名", "k" * 1001)):
        sheet.get_by_label(label).fill(text)
    sheet.get_by_label("密码", exact=False).first.fill("secret")
    sheet.get_by_role("radio", name="其中一部分").check()
    sheet.get_by_role("checkbox", name="做完了", exact=True).check()
    add = sheet.get_by_role("button", name="添加", exact=True)
    add.click()
    user = sheet.get_by_label("用户名")
    expect(user).to_have_accessible_description("最多只能有 1000 个字符。")
    expect(user).to_be_in_viewport()
    user.fill("key")
    add.click()
    verbs = sheet.get_by_role("group", name="动作")
    expect(verbs).to_have_accessible_description(
        re.compile("^“finished”不是完整的 IRI。请连同开头的协议一起写，如 http")
    )
    expect(sheet.get_by_role("alert")).to_have_count(1)
    expect(sheet.get_by_role("alert")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert kept == []


def test_a_file_goes_in_with_its_bad_lines_told_and_out_again(window, tmp_path):
    good = {
        "id": "7d3b5a40-0000-4000-8000-000000000001",
        "actor": {"mbox": "mailto:pat@elsewhere.example"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
        "object": {"id": "https://exam.example/2"},
    }
    file = tmp_path / "year.jsonl"
    file.write_text(json.dumps(good) + "\n" + json.dumps({**good, "actor": {}}) + "\n")
    page = window(ADMIN, size=PHONE)
    page.goto("/manage/in-and-out")
    page.get_by_role("button", name="导入", exact=True).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="开始导入").click()
    expect(sheet.get_by_text("请选择一个文件")).to_be_visible()
    sheet.locator("input[type=file]").set_input_files(file)
    sheet.get_by_role("button", name="开始导入").click()
    line = page.get_by_role("listitem").filter(has_text="year.jsonl")
    expect(line.get_by_text("新增 1 条")).to_be_visible(timeout=20_000)
    with page.expect_download() as report:
        line.get_by_role("link", name="下载有误的行").click()
    assert json.loads(report.value.path().read_text())["line"] == 2

    page.get_by_role("button", name="导出", exact=True).click()
    page.get_by_role("dialog").get_by_label("记录时间").select_option("7d")
    page.get_by_role("dialog").get_by_role("radio", name="JSON", exact=True).check()
    page.get_by_role("dialog").get_by_role("button", name="开始导出").click()
    out = page.get_by_role("listitem").filter(has_text="statements-7d.json")
    with page.expect_download() as export:
        out.get_by_role("link", name="下载").click(timeout=20_000)
    assert good["id"] in [one["id"] for one in json.loads(export.value.path().read_text())]
    assert page.faults == []


def test_a_manager_moves_nothing(window):
    page = window("wang@haitang.example")
    page.goto("/manage/in-and-out")
    expect(page.get_by_role("alert").first).to_contain_text("您的角色不能进行此操作")
