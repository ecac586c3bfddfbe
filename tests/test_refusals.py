"""Whatever is sent in the wrong form, to any address, the refusal is one sentence in the caller's language."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from django.test import Client

from alula.site.cli import cli
from alula.site.urls import api

pytestmark = pytest.mark.django_db
PERSONS = "/api/people/persons"
NOBODY = "0192f0c1-0000-7000-8000-000000000000"
QUOTED = re.compile(r"“[^”]*”")
LATIN = re.compile(r"[A-Za-z]{2,}")
FORMATS = {"JSON", "UTF", "UUID", "URL", "true", "false"}
HAN = re.compile(r"[\u4e00-\u9fff]")
MISFITS = {"string": {"a": 1}, "array": "x", "object": "x"}


@pytest.fixture
def browser(world, browser_of):
    return browser_of(world.admin)


def send(client, method, path, body=None, **headers):
    return client.generic(
        method.upper(), path, "" if body is None else json.dumps(body), "application/json", **headers
    )


def resolved(schema, document):
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def assert_chinese(problem):
    """One Chinese sentence: its own words are Han, in full-width punctuation; names and values stand in quotation marks."""
    for text in (problem["title"], problem["expected"]):
        bare = QUOTED.sub("", text)
        assert set(LATIN.findall(bare)) <= FORMATS, text
        assert HAN.search(bare), text
        assert text.endswith("。"), text
        assert text.count("。") == 1, text


def wrong_bodies():
    """Each field of each body in the OpenAPI document, with a value that no schema of its kind takes."""
    document = api.get_openapi_schema()
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            content = route.get("requestBody", {}).get("content", {})
            if "application/json" not in content:
                continue
            body = resolved(content["application/json"]["schema"], document)
            for name, one in body.get("properties", {}).items():
                kinds = {part.get("type") for part in one.get("anyOf", [one])}
                misfit = MISFITS.get(
                    "object" if "object" in kinds else "array" if "array" in kinds else "string"
                )
                yield method, re.sub(r"\{\w+\}", NOBODY, path), name, misfit


@pytest.mark.slow
def test_every_field_of_every_body_is_refused_in_words(browser):
    seen = set()
    for method, path, name, misfit in wrong_bodies():
        answer = send(browser, method, path, {name: misfit})
        if answer.status_code in (401, 403, 404):  # asked before the body is looked at
            continue
        assert answer.status_code == 422, (method, path, name, answer.content)
        if answer.json()["code"] == "kernel.invalid":
            assert_chinese(answer.json())
            seen.add((method, path, answer.json()["title"]))
    assert len(seen) > 100


PERSON = {"name": "钱", "email": "qian@test.example"}


@pytest.mark.parametrize(
    ("asked", "field", "zh", "en"),
    [
        (("post", PERSONS, {**PERSON, "name": "x" * 201}), "name", "最多只能有 200 个字符", "must have at most 200 characters"),
        (("post", PERSONS, {**PERSON, "roles": ["king"]}), "roles.0", "只能是", "must be “"),
        (("post", PERSONS, {**PERSON, "unit_id": "x"}), "unit_id", "必须是有效的编号（UUID）", "must be a valid id (a UUID)"),
        (("post", PERSONS, {"name": "钱"}), "email", "必须填写", "must be given"),
        (("post", PERSONS, []), "name", "必须填写", "must be given"),
        (("post", PERSONS, None), None, "必须填写", "must be given"),
        (("patch", f"/api/coach/sessions/{NOBODY}/turns/x", {"text": "您好"}), "index", "必须是整数", "must be a whole number"),
        (("get", f"{PERSONS}?limit=x", None), "limit", "必须是整数", "must be a whole number"),
        (("get", f"{PERSONS}?cursor=x", None), "cursor", "必须是这个列表给出的翻页标记", "must be a cursor that this list gave"),
        (("get", "/api/record/statements?period=soon", None), "period", "必须是一段时间，如 7d、2026-11 或 2026-11-03", "must be a stretch of time such as 7d, 2026-11 or 2026-11-03"),
        (("post", "/api/record/imports", None), "file", "必须填写", "must be given"),
    ],
)  # fmt: skip
def test_a_request_in_the_wrong_form_is_refused_in_the_language_of_the_account(browser, asked, field, zh, en):
    for language, rule, subject in (("zh", zh, "请求的内容"), ("en", en, "The request")):
        browser.patch("/api/me", {"language": language}, "application/json")
        answer = send(browser, *asked, HTTP_ACCEPT_LANGUAGE="en" if language == "zh" else "zh")
        assert answer.status_code == 422, answer.content
        assert answer["Content-Language"] == language
        said = answer.json()
        assert said.get("field") == field
        where = f"“{field}”" if field else subject
        assert said["title"].startswith(f"{where}{'' if language == 'zh' else ' '}{rule}")
        assert said["expected"].lower().startswith(rule.lower())
        if language == "zh":
            assert_chinese(said)
        else:
            assert not HAN.search(said["title"] + said["expected"])


def test_before_anybody_signed_in_the_browser_says_which_language(world):
    send_in = lambda tags: send(  # noqa: E731 - said three times
        Client(), "post", "/api/growth/claims/x/sign-up", {"name": 1}, HTTP_ACCEPT_LANGUAGE=tags
    ).json()
    assert send_in("zh-CN,zh;q=0.9")["title"] == "“name”必须是文字。"
    assert send_in("")["title"] == "“name”必须是文字。"
    assert send_in("en-GB,en;q=0.9")["title"] == "“name” must be text."


def test_a_body_that_cannot_be_read_is_told_so(browser):
    answer = browser.generic("POST", PERSONS, "{", "application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "kernel.unreadable")
    assert answer.json()["title"] == "请求的内容无法读取。请按接口的说明发送。"


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "“before”必须是月份，如 2026-11。\n"), ("en", "“before” must be a month such as 2026-11.\n")],
)
def test_the_command_line_refuses_in_the_language_that_it_was_asked_for(world, language, said):
    arguments = ["--lang", language, "record", "archive", "firm", "--before", "soon"]
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert (done.exit_code, done.stderr) == (2, said)
