"""Promises of the ground floor's small modules."""

import time
from uuid import RFC_4122

import pytest

from alula.kernel.actor import Actor, Grant, Role
from alula.kernel.errors import Refusal, register, sentences
from alula.kernel.http import decode_cursor, encode_cursor
from alula.kernel.ids import new_id
from alula.kernel.settings import InvalidSettingError, setting
from alula.kernel.texts import negotiate, pick


def test_ids_are_version_7_and_rise_with_time():
    first = new_id()
    time.sleep(0.002)
    second = new_id()
    assert first.version == 7
    assert first.variant == RFC_4122
    assert str(first) < str(second)
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_a_setting_is_read_when_asked_and_refused_by_name(monkeypatch):
    one = setting("ALULA_TEST_NUMBER", 3, "for this test")
    assert one.value == 3
    monkeypatch.setenv("ALULA_TEST_NUMBER", "5")
    assert (one.value, one.source) == (5, "environment")
    monkeypatch.setenv("ALULA_TEST_NUMBER", "five")
    with pytest.raises(InvalidSettingError, match="ALULA_TEST_NUMBER='five'"):
        _ = one.value


@pytest.mark.parametrize(("raw", "value"), [("1", True), ("off", False), ("YES", True), ("0", False)])
def test_booleans(monkeypatch, raw, value):
    one = setting("ALULA_TEST_FLAG", default=False, help="for this test")
    monkeypatch.setenv("ALULA_TEST_FLAG", raw)
    assert one.value is value


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("fr, zh;q=0.5, en;q=0.4", "zh"),
        ("", "zh"),
        ("de", "zh"),
        ("en;q=x", "zh"),
        ("zh-TW", "zh"),
    ],
)
def test_the_language_is_the_one_asked_for_that_we_have(header, language):
    assert negotiate(header) == language


def test_a_text_falls_back_to_chinese():
    assert pick({"zh": "你好", "en": "hello"}, "en-US") == "hello"
    assert pick({"zh": "你好"}, "en") == "你好"


def test_a_refusal_is_a_problem_in_the_callers_language():
    register("test", {"full": {"zh": "最多 {n} 个。", "en": "At most {n}."}})
    try:
        problem = Refusal("test.full", status=409, field="items", n=3).problem("en")
    finally:
        del sentences["test.full"]
    assert problem == {
        "type": "urn:alula:test.full", "code": "test.full", "title": "At most 3.", "status": 409, "field": "items",
    }  # fmt: skip


def test_cursors_come_back_and_strangers_are_refused():
    assert decode_cursor(encode_cursor("2026-01-01", 5), 2) == ["2026-01-01", 5]
    assert decode_cursor(None, 2) is None
    for bad in ("%%%", "bm9uc2Vuc2U", encode_cursor(1)):
        with pytest.raises(Refusal):
            decode_cursor(bad, 2)


def test_scopes_leave_out_what_lies_inside_another():
    actor = Actor(
        tenant_id=new_id(), person_id=new_id(), name="A", unit_path="/a/",
        grants=(Grant(Role.MANAGER, "/a/b/"), Grant(Role.MANAGER, "/a/"), Grant(Role.TRAINER, "/"), Grant(Role.MANAGER, "/ab/")),
    )  # fmt: skip
    assert actor.scopes(Role.MANAGER) == ("/a/", "/ab/")
    assert actor.has(Role.TRAINER)
    assert not actor.has(Role.OPERATOR)
