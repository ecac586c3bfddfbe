"""The validator: what the specification allows passes and can be read by every reader; all else is refused at its path."""

from __future__ import annotations

import contextlib
import copy
import time

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alula.kernel.errors import Refusal
from alula.record.facade import from_json
from alula.record.xapi.decoding import decode
from alula.record.xapi.validator import validate

AGENT = {"mbox": "mailto:li@example.com"}
BASE = {
    "actor": AGENT,
    "verb": {"id": "http://example.com/did", "display": {"en-US": "did", "zh-Hans-CN": "做了"}},
    "object": {"id": "http://example.com/茶艺"},
}
UUID = "0192f0c1-0000-7000-8000-00000000000a"
SHA2 = "0" * 64
ATTACHMENT = {
    "usageType": "http://example.com/use",
    "display": {"en": "a"},
    "contentType": "text/plain",
    "length": 3,
    "sha2": SHA2,
}


def with_part(path, value):
    """BASE with one part set; parts on the way are made."""
    statement = copy.deepcopy(BASE)
    here = statement
    *way, last = path.split("/")
    for name in way:
        here = here.setdefault(name, {})
    here[last] = value
    return statement


RIGHT = [
    ("actor", {"objectType": "Group", "member": [AGENT]}),
    ("actor", {"objectType": "Group", "mbox": "mailto:a@b.c", "member": []}),
    ("actor", {"account": {"homePage": "https://example.com", "name": "7"}}),
    ("actor", {"mbox_sha1sum": "a" * 40}),
    ("actor", {"openid": "https://example.com/id"}),
    ("object", {"objectType": "StatementRef", "id": UUID}),
    ("object", {"objectType": "Agent", "mbox": "mailto:a@b.c"}),
    ("object", {"objectType": "SubStatement", **BASE}),
    ("object/definition", {"type": "http://example.com/t", "extensions": {"http://example.com/e": None}}),
    ("object/definition", {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "b"}]}),
    ("timestamp", "2026-03-01T08:00:00Z"),
    ("timestamp", "2026-03-01T08:00:00.123456789+08:00"),
    ("timestamp", "2026-03-01T08:00:00+0800"),
    ("timestamp", "2026-03-01T08:00+08"),
    ("timestamp", "2016-12-31T23:59:60Z"),
    ("result/duration", "P3Y1M29DT4H35M59.14S"),
    ("result/duration", "P4W"),
    ("result/duration", "PT0S"),
    ("result/score", {"scaled": -1, "raw": 5, "min": 0, "max": 10}),
    ("result/response", ""),
    ("context/language", "zh-yue-HK"),
    ("context/language", "x-ours"),
    ("context/contextActivities", {"parent": {"id": "http://example.com/p"}, "other": []}),
    ("context/team", {"objectType": "Group", "mbox": "mailto:t@b.c"}),
    ("attachments", [ATTACHMENT]),
    ("version", "1.0.9"),
    ("authority", {"objectType": "Group", "member": [AGENT, {"mbox": "mailto:b@b.c"}]}),
]

WRONG = [
    ("id", "not-a-uuid", "uuid", "id"),
    ("id", UUID.replace("-", ""), "uuid", "id"),
    ("id", None, "null", "id"),
    ("Actor", AGENT, "unknown", "Actor"),
    ("actor", {}, "one_identifier", "actor"),
    ("actor", {**AGENT, "openid": "https://example.com/id"}, "one_identifier", "actor"),
    ("actor/mbox", "li@example.com", "mbox", "actor.mbox"),
    ("actor/name", 7, "text", "actor.name"),
    ("actor/Name", "x", "unknown", "actor.Name"),
    ("actor", {"objectType": "agent", **AGENT}, "object_type", "actor.objectType"),
    ("actor", {"mbox_sha1sum": "g" * 40}, "sha1", "actor.mbox_sha1sum"),
    ("actor", {"account": {"homePage": "example.com", "name": "7"}}, "iri", "actor.account.homePage"),
    ("actor", {"account": {"homePage": "https://example.com"}}, "required", "actor.account.name"),
    ("actor", {"account": {"homePage": "https://a.b", "name": "\x00"}}, "filled", "actor.account.name"),
    ("actor", {"objectType": "Group"}, "members", "actor"),
    (
        "actor",
        {"objectType": "Group", "member": [{"objectType": "Group", "member": [AGENT]}]},
        "object_type",
        "actor.member[0].objectType",
    ),
    ("verb", {"display": {"en": "x"}}, "required", "verb.id"),
    ("verb/id", "did", "iri", "verb.id"),
    ("verb/display", {"a12345": "x"}, "language", "verb.display.a12345"),
    ("verb/display", {"en": 1}, "text", "verb.display.en"),
    ("object", {"objectType": "activity", "id": "http://a.b"}, "object_type", "object.objectType"),
    ("object", {"objectType": "StatementRef"}, "required", "object.id"),
    ("object", {"objectType": "SubStatement", **BASE, "id": UUID}, "unknown", "object.id"),
    (
        "object",
        {"objectType": "SubStatement", **BASE, "object": {"objectType": "SubStatement", **BASE}},
        "object_type",
        "object.object.objectType",
    ),
    ("object/definition", {"choices": []}, "required", "object.definition.interactionType"),
    (
        "object/definition",
        {"interactionType": "likert", "choices": []},
        "interaction",
        "object.definition.choices",
    ),
    (
        "object/definition",
        {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "a"}]},
        "unique",
        "object.definition.choices",
    ),
    ("object/definition", {"interactionType": "Choice"}, "choice", "object.definition.interactionType"),
    ("object/definition", {"extensions": {"e": 1}}, "iri", "object.definition.extensions.e"),
    ("object/definition", {"moreInfo": "more"}, "iri", "object.definition.moreInfo"),
    ("timestamp", "2026-03-01", "timestamp", "timestamp"),
    ("timestamp", "2026-02-30T00:00:00Z", "timestamp", "timestamp"),
    ("timestamp", "2026-03-01T08:00:00-00:00", "timestamp", "timestamp"),
    ("timestamp", "2026-03-01T08:00:00+08:61", "timestamp", "timestamp"),
    ("timestamp", "٢٠٢٦-03-01T08:00:00Z", "timestamp", "timestamp"),
    ("timestamp", 5, "text", "timestamp"),
    ("result/duration", "P4W1D", "duration", "result.duration"),
    ("result/duration", "P", "duration", "result.duration"),
    ("result/duration", "PT", "duration", "result.duration"),
    ("result/score", {"scaled": 1.1}, "scaled", "result.score.scaled"),
    ("result/score", {"raw": 11, "max": 10}, "raw", "result.score.raw"),
    ("result/score", {"min": 10, "max": 10}, "min_max", "result.score"),
    ("result/score", {"raw": True}, "number", "result.score.raw"),
    ("result/success", "true", "boolean", "result.success"),
    ("context/registration", "x", "uuid", "context.registration"),
    ("context/team", AGENT, "object_type", "context.team.objectType"),
    ("context/language", "zh_CN", "language", "context.language"),
    ("context/contextActivities", {"parents": []}, "unknown", "context.contextActivities.parents"),
    ("context/statement", {"id": UUID}, "required", "context.statement.objectType"),
    ("attachments", [{**ATTACHMENT, "length": -1}], "length", "attachments[0].length"),
    ("attachments", [{**ATTACHMENT, "sha2": "zz"}], "sha2", "attachments[0].sha2"),
    ("attachments", {}, "array", "attachments"),
    ("version", "2.1", "version", "version"),
    ("authority", {"objectType": "Group", "member": [AGENT]}, "authority", "authority"),
    ("verb/id", "http://adlnet.gov/expapi/verbs/voided", "voids_statement", "object"),
]


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize(("path", "value"), RIGHT)
def test_what_the_specification_allows_passes_and_every_reader_can_decode_it(path, value, version):
    statement = with_part(path, value)
    validate(statement, version)
    from_json(msgspec.json.encode({**statement, "id": UUID}).decode())


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize(("path", "value", "rule", "where"), WRONG)
def test_what_it_does_not_allow_is_refused_at_its_path(path, value, rule, where, version):
    with pytest.raises(Refusal) as refused:
        validate(with_part(path, value), version, "[2]")
    assert (refused.value.code, refused.value.field, refused.value.status) == (
        f"xapi.{rule}",
        f"[2].{where}",
        400,
    )
    assert where.rpartition(".")[2] in refused.value.sentence("zh")
    assert where.rpartition(".")[2] in refused.value.sentence("en")


@pytest.mark.parametrize("name", ["actor", "verb", "object"])
def test_a_part_that_must_be_there(name):
    statement = {part: value for part, value in BASE.items() if part != name}
    with pytest.raises(Refusal, match=r"xapi\.required"):
        validate(statement, "2.0.0")


@pytest.mark.parametrize("name", ["revision", "platform"])
def test_revision_and_platform_go_with_activities_only(name):
    statement = with_part(f"context/{name}", "1")
    validate(statement, "1.0.3")
    statement["object"] = {"objectType": "Agent", **AGENT}
    with pytest.raises(Refusal, match=r"xapi\.activity_only"):
        validate(statement, "1.0.3")


def test_context_agents_are_of_2_0_only():
    one = {"objectType": "contextAgent", "agent": AGENT, "relevantTypes": ["http://example.com/t"]}
    statement = with_part("context/contextAgents", [one])
    validate(statement, "2.0.0")
    with pytest.raises(Refusal, match=r"xapi\.unknown"):
        validate(statement, "1.0.3")
    for wrong in ({**one, "relevantTypes": []}, {**one, "objectType": "x"}, {"agent": AGENT}):
        with pytest.raises(Refusal):
            validate(with_part("context/contextAgents", [wrong]), "2.0.0")


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b'{"a":1,"a":1}', "duplicate"),
        (b'{"a":{"b":1,"b":2}}', "duplicate"),
        (b'{"a":1,"\\u0061":2}', "duplicate"),
        (b'{"a":"","a":"\\u0022\\u0022"}', "duplicate"),
        (b"{", "json"),
        (b"", "json"),
        (b"NaN", "json"),
        (b"1e999", "json"),
        (b'"\xff"', "json"),
        (b"{'a':1}", "json"),
        (b"[" * 100_000, "json"),
    ],
)
def test_what_is_not_json_or_says_something_twice_is_refused(raw, rule):
    with pytest.raises(Refusal) as refused:
        decode(raw)
    assert refused.value.code in (f"xapi.{rule}", "xapi.deep")
    assert refused.value.status == 400


def test_depth_has_a_bound_that_brackets_in_texts_do_not_count_for():
    assert decode(b"[" * 100 + b"]" * 100)
    assert decode(b'["' + b"[" * 5000 + b'\\"[{"]')
    assert len(decode(b"[" + b",".join([b"{}"] * 5000) + b"]")) == 5000
    for raw in (b"[" * 101 + b"]" * 101, b'{"a":' * 101 + b"1" + b"}" * 101):
        with pytest.raises(Refusal) as refused:
            decode(raw)
        assert refused.value.code == "xapi.deep"


def test_a_text_that_never_ends_takes_no_longer_than_one_that_does():
    raw = b"[" * 101 + b'"' + b'\\"' * 1_000_000
    began = time.process_time()
    with pytest.raises(Refusal):
        decode(raw)
    assert time.process_time() - began < 2


def nested(*leaves):
    """Lists and dictionaries of the leaves, with the words of xAPI among the keys."""
    words = (
        st.sampled_from([*BASE, "id", "objectType", "mbox", "context", "definition", "member"]) | st.text()
    )
    return st.recursive(st.one_of(*leaves), lambda more: st.lists(more) | st.dictionaries(words, more))


PLAIN = (st.none(), st.booleans(), st.text())


@settings(max_examples=60, deadline=None)
@given(nested(*PLAIN, st.integers()))
def test_whatever_json_says_once_is_read_as_it_is(value):
    assert decode(msgspec.json.encode(value)) == value


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["actor", "object", "result", "context"]), nested(*PLAIN, st.floats(allow_nan=False)))
def test_any_value_is_accepted_or_refused_never_a_fault(part, value):
    with contextlib.suppress(Refusal):
        validate({**BASE, part: value}, "2.0.0")
