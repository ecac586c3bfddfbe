"""A statement is built typed, refused where it is wrong, and its JSON is what xAPI asks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alula.record.facade import (
    COMPLETED,
    Account,
    Activity,
    ActivityDefinition,
    Agent,
    Context,
    ContextActivities,
    Group,
    Result,
    Score,
    Statement,
    StatementRef,
    Verb,
    actor_key,
    from_json,
    iri,
    iso_duration,
    person,
    person_of,
    seconds_of,
    to_json,
)

WHO = Agent(account=Account(home_page="https://alula.example/tenants/1", name="7"))
WHAT = Activity(id="https://alula.example/courses/tea")


def full() -> Statement:
    return Statement(
        id=UUID(int=9),
        actor=WHO,
        verb=COMPLETED,
        object=Activity(
            id="https://alula.example/courses/tea",
            definition=ActivityDefinition(
                type="http://adlnet.gov/expapi/activities/course",
                name={"zh": "茶艺", "en": "Tea"},
                extensions={"https://alula.example/xapi/extensions/version": 3},
            ),
        ),
        result=Result(
            score=Score(scaled=0.8, raw=80.0, min=0.0, max=100.0),
            success=True,
            completion=True,
            duration=iso_duration(212.5),
        ),
        context=Context(
            registration=UUID(int=4),
            instructor=Agent(mbox="mailto:li@example.cn"),
            team=Group(account=Account(home_page="https://alula.example/tenants/1", name="branch-2")),
            context_activities=ContextActivities(parent=(Activity(id="https://alula.example/paths/shop"),)),
            platform="Alula",
            language="zh-CN",
        ),
        timestamp=datetime(2026, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC),
    )


def test_the_json_is_the_statement_of_the_specification():
    account = {"homePage": "https://alula.example/tenants/1", "name": "7"}
    team = {"homePage": "https://alula.example/tenants/1", "name": "branch-2"}
    assert json.loads(to_json(full())) == {
        "id": "00000000-0000-0000-0000-000000000009",
        "actor": {"objectType": "Agent", "account": account},
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/completed",
            "display": {"zh": "完成了", "en": "completed"},
        },
        "object": {
            "objectType": "Activity",
            "id": "https://alula.example/courses/tea",
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/course",
                "name": {"zh": "茶艺", "en": "Tea"},
                "extensions": {"https://alula.example/xapi/extensions/version": 3},
            },
        },
        "result": {
            "score": {"scaled": 0.8, "raw": 80.0, "min": 0.0, "max": 100.0},
            "success": True,
            "completion": True,
            "duration": "PT212.50S",
        },
        "context": {
            "registration": "00000000-0000-0000-0000-000000000004",
            "instructor": {"objectType": "Agent", "mbox": "mailto:li@example.cn"},
            "team": {"objectType": "Group", "account": team},
            "contextActivities": {
                "parent": [{"objectType": "Activity", "id": "https://alula.example/paths/shop"}]
            },
            "platform": "Alula",
            "language": "zh-CN",
        },
        "timestamp": "2026-03-01T08:00:00.250000Z",
    }


def test_what_was_written_is_read_back_the_same():
    assert from_json(to_json(full())) == full()


def test_false_and_zero_are_said_and_what_is_unknown_is_not():
    body = json.loads(
        to_json(
            Statement(
                actor=WHO, verb=COMPLETED, object=WHAT, result=Result(score=Score(raw=0.0), success=False)
            )
        )
    )
    assert body["result"] == {"score": {"raw": 0.0}, "success": False}
    assert set(body) == {"id", "actor", "verb", "object", "result", "timestamp"}


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (Agent, "exactly one"),
        (lambda: Agent(mbox="mailto:a@b.cn", openid="https://a.cn"), "exactly one"),
        (lambda: Agent(mbox="a@b.cn"), "mailto"),
        (lambda: Agent(mbox_sha1sum="12"), "40 hex"),
        (lambda: Account(home_page="alula", name="7"), "IRI"),
        (lambda: Account(home_page="https://a.cn", name=""), "empty"),
        (Group, "members"),
        (lambda: Verb(id="completed"), "IRI"),
        (lambda: Activity(id="courses/tea"), "IRI"),
        (lambda: ActivityDefinition(type="course"), "IRI"),
        (lambda: ActivityDefinition(extensions={"version": 1}), "IRI"),
        (lambda: Score(scaled=1.01), "-1..1"),
        (lambda: Score(raw=101.0, min=0.0, max=100.0), "outside"),
        (lambda: Score(min=1.0, max=1.0), "below"),
        (lambda: Result(duration="3 minutes"), "ISO 8601"),
        (lambda: Result(extensions={"x": 1}), "IRI"),
        (lambda: Context(extensions={"x": 1}), "IRI"),
        (
            lambda: Statement(
                actor=WHO,
                verb=COMPLETED,
                object=WHAT,
                timestamp=datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None),
            ),
            "time zone",
        ),
    ],
)
def test_a_wrong_part_is_refused_where_it_is_built(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_a_statement_of_another_system_is_read_with_what_it_left_out():
    body = json.dumps(
        {
            "id": str(UUID(int=3)),
            "actor": {"mbox": "mailto:a@b.cn", "name": "A"},
            "verb": {"id": "http://example.com/did"},
            "object": {
                "id": "http://example.com/thing",
                "definition": {"interactionType": "choice", "choices": []},
            },
            "context": {
                "instructor": {"openid": "https://a.cn/b"},
                "contextActivities": {"grouping": {"id": "http://example.com/group"}},
            },
            "timestamp": "2015-11-18T12:17:00+00:00",
            "authority": {"objectType": "Agent", "mbox": "mailto:lrs@b.cn"},
            "version": "1.0.0",
        }
    )
    one = from_json(body)
    assert one.actor == Agent(mbox="mailto:a@b.cn", name="A")
    assert one.object.id == "http://example.com/thing"
    assert one.context.instructor.key == "openid:https://a.cn/b"
    assert [a.id for a in one.context.context_activities.grouping] == ["http://example.com/group"]


def test_two_agents_are_one_exactly_when_their_keys_are():
    assert Agent(mbox="mailto:a@b.cn", name="A").key == Agent(mbox="mailto:a@b.cn", name="B").key
    assert Agent(mbox_sha1sum="A" * 40).key == Agent(mbox_sha1sum="a" * 40).key
    keys = {
        Agent(mbox="mailto:a@b.cn").key,
        Agent(openid="mailto:a@b.cn").key,
        WHO.key,
        Agent(mbox_sha1sum="a" * 40).key,
    }
    assert len(keys) == 4


def test_the_person_behind_an_actor_is_found_again(monkeypatch):
    tenant, who = UUID(int=5), UUID(int=6)
    assert person_of(actor_key(tenant, who)) == (tenant, who)
    assert person(tenant, who).key == actor_key(tenant, who)
    assert person_of("mbox:mailto:a@b.cn") is None
    assert person_of("account:https://elsewhere.example/tenants/5 6") is None
    assert person_of(f"account:{iri('tenants', tenant)} not-an-id") is None
    monkeypatch.setenv("ALULA_IRI", "https://train.example.cn/")
    assert person(tenant, who).account.home_page == f"https://train.example.cn/tenants/{tenant}"
    assert person_of(actor_key(tenant, who)) == (tenant, who)


def test_a_part_of_an_iri_cannot_leave_its_place():
    assert iri("courses", "a/../b c").endswith("/courses/a%2F..%2Fb%20c")


@given(st.floats(min_value=0, max_value=10_000_000, allow_nan=False))
def test_a_duration_keeps_its_hundredths(seconds):
    assert seconds_of(iso_duration(seconds)) == pytest.approx(seconds, abs=0.0051)


def test_durations_of_other_systems_are_read():
    assert seconds_of("P1DT2H3M4.5S") == 86400 + 7200 + 180 + 4.5
    assert seconds_of("P2W") == 14 * 86400
    for wrong in ("P", "PT", "", "P1Y", "P1M", "1H"):
        with pytest.raises(ValueError, match="ISO 8601"):
            seconds_of(wrong)


def test_a_statement_about_a_statement_names_it():
    body = json.loads(to_json(Statement(actor=WHO, verb=COMPLETED, object=StatementRef(id=UUID(int=8)))))
    assert body["object"] == {"objectType": "StatementRef", "id": str(UUID(int=8))}
