"""A talk over HTTP, from the first word to the report, with everything that can go wrong on the way."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from alula.coach import services
from alula.coach.models import Attempt, Session, TurnRow
from alula.kernel import clock, jobs
from alula.record import facade as record

SCENARIO = "critical_illness_insurance"


def begin(client, **more):
    answer = client.post(
        "/api/coach/sessions", {"scenario": SCENARIO, "level": "normal", **more}, "application/json"
    )
    assert answer.status_code == 201, answer.content
    return answer.json()


def say(client, session, key, text):
    return client.post(
        f"/api/coach/sessions/{session['id']}/turns", {"key": key, "text": text}, "application/json"
    )


def finish(client, session):
    client.post(f"/api/coach/sessions/{session['id']}/finish")
    while jobs.run_next():
        pass
    record.run_readers(until_idle=True)


@pytest.mark.django_db
def test_a_talk_is_held_scored_and_found_in_my_practice(world, browser_of):
    lin = browser_of(world.lin)
    session = begin(lin, seed=7)
    assert [turn["speaker"] for turn in session["turns"]] == ["customer"]
    first = say(lin, session, "k1", "您好，我是海棠保险的顾问小林，很高兴为您服务。").json()
    assert [turn["speaker"] for turn in first["turns"]] == ["trainee", "customer"]
    say(lin, session, "k2", "这款产品的等待期是 90 天，犹豫期是 15 天。")
    finish(lin, session)
    report = lin.get(f"/api/coach/sessions/{session['id']}/report").json()
    assert report["status"] == "done"
    assert 0 <= report["report"]["total"] <= 100
    assert report["report"]["delivery"] is None, "nothing was spoken"
    assert any(finding["rule"].startswith("completeness.missed") for finding in report["report"]["findings"])
    practice = lin.get("/api/coach/practice").json()
    assert (practice["attempts"], practice["streak_days"]) == (1, 1)
    assert practice["by_scenario"][0]["last"] == report["report"]["total"]
    pdf = lin.get(f"/api/coach/sessions/{session['id']}/report.pdf")
    assert pdf.content.startswith(b"%PDF")


@pytest.mark.django_db
def test_the_same_seed_and_words_give_the_same_talk_and_the_same_report(world, browser_of):
    lin = browser_of(world.lin)
    reports = []
    for _ in range(2):
        session = begin(lin, seed=11)
        for n, text in enumerate(
            ["您好，请问您主要担心什么？", "保费是每年 6000 元。", "不保证收益，以合同为准。"]
        ):
            say(lin, session, f"k{n}", text)
        finish(lin, session)
        body = lin.get(f"/api/coach/sessions/{session['id']}/report").json()
        reports.append((json.dumps(body["report"]), [turn["text"] for turn in body["session"]["turns"]]))
    assert reports[0] == reports[1]


@pytest.mark.django_db
def test_the_same_key_again_is_the_same_turn(world, browser_of):
    lin = browser_of(world.lin)
    session = begin(lin)
    once = say(lin, session, "k1", "您好").json()
    again = say(lin, session, "k1", "另一句话").json()
    assert once == again
    assert TurnRow.objects.filter(session_id=session["id"]).count() == 3


@pytest.mark.django_db(transaction=True)
def test_many_sending_one_key_at_once_make_one_turn(world, browser_of):
    lin = browser_of(world.lin)
    session = begin(lin)
    clients, answers = [browser_of(world.lin) for _ in range(6)], []

    def send(client):
        answers.append(say(client, session, "same", "您好，请问有什么可以帮您？").json())
        connections.close_all()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert all(answer == answers[0] for answer in answers)
    assert list(
        TurnRow.objects.filter(session_id=session["id"]).order_by("index").values_list("index", flat=True)
    ) == [0, 1, 2]


@pytest.mark.django_db
def test_words_that_came_between_thinking_and_writing_are_answered_first(world, monkeypatch):
    """The customer's answer is thought out before the session is locked; another device may have spoken meanwhile."""
    question, price = "您好，请问您主要担心什么？", "保费是每年 6000 元。"
    in_order = services.start_session(world.lin, SCENARIO, "normal", 11)
    for key, text in (("b", price), ("a", question)):
        services.say(world.lin, in_order.id, key, text, typed=True)
    session = services.start_session(world.lin, SCENARIO, "normal", 11)
    think, thought = services._answer, []

    def interrupted(seen, text):
        step = think(seen, text)
        thought.append(text)
        if len(thought) == 1:
            services.say(world.lin, session.id, "b", price, typed=True)
        return step

    monkeypatch.setattr(services, "_answer", interrupted)
    services.say(world.lin, session.id, "a", question, typed=True)
    assert thought == [question, price, question], "thought out anew after the other words"
    assert [turn.text for turn in session.turns.order_by("index")] == [
        turn.text for turn in in_order.turns.order_by("index")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "code"), [("   ", "coach.empty_turn"), ("好" * 4001, "coach.turn_too_long")]
)
def test_words_that_cannot_be_a_turn_are_refused_and_nothing_is_lost(world, browser_of, text, code):
    lin = browser_of(world.lin)
    session = begin(lin)
    answer = say(lin, session, "k", text)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.json()["field"] == "text"
    assert say(lin, session, "k", "您好").status_code == 200


@pytest.mark.django_db
def test_a_finished_talk_takes_no_more_words_and_is_scored_once(world, browser_of):
    lin = browser_of(world.lin)
    session = begin(lin)
    assert lin.post(f"/api/coach/sessions/{session['id']}/finish").json()["code"] == "coach.nothing_said"
    say(lin, session, "k", "您好")
    finish(lin, session)
    assert say(lin, session, "k2", "还有").status_code == 409
    lin.post(f"/api/coach/sessions/{session['id']}/finish")
    assert jobs.run_next() is False
    verbs = [one.verb.rpartition("/")[2] for one in record.statements_of(world.lin.tenant_id).items]
    assert verbs.count("completed") == 1
    assert verbs.count("passed") + verbs.count("failed") == 1


@pytest.mark.django_db
def test_a_scoring_job_that_ran_twice_leaves_one_report_and_one_attempt(world, browser_of):
    from alula.coach.grading import score_session

    lin = browser_of(world.lin)
    session = begin(lin)
    say(lin, session, "k", "您好")
    finish(lin, session)
    score_session({"session": session["id"]}, lambda done, of: None)
    record.run_readers(until_idle=True)
    assert Attempt.objects.count() == 1


@pytest.mark.django_db
def test_a_turn_may_be_corrected_until_the_score(world, browser_of):
    lin = browser_of(world.lin)
    session = begin(lin)
    say(lin, session, "k", "等待期是九天")
    url = f"/api/coach/sessions/{session['id']}/turns/1"
    assert lin.patch(url, {"text": "等待期是 90 天"}, "application/json").json()["text"] == "等待期是 90 天"
    assert (
        lin.patch(
            f"/api/coach/sessions/{session['id']}/turns/0", {"text": "x"}, "application/json"
        ).status_code
        == 404
    )
    finish(lin, session)
    assert lin.patch(url, {"text": "更晚"}, "application/json").json()["code"] == "coach.scored_already"


@pytest.mark.django_db
def test_deleting_a_session_takes_words_and_report_with_it(world, browser_of):
    lin = browser_of(world.lin)
    session = begin(lin)
    say(lin, session, "k", "您好")
    assert lin.delete(f"/api/coach/sessions/{session['id']}").status_code == 204
    assert lin.get(f"/api/coach/sessions/{session['id']}").status_code == 404
    assert not TurnRow.objects.exists()


@pytest.mark.django_db
def test_nothing_said_reaches_the_record(world, browser_of):
    lin = browser_of(world.lin)
    session = begin(lin)
    say(lin, session, "k", "这句话只属于我自己")
    finish(lin, session)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM record_statement")
        bodies = "".join(row[0] for row in cursor.fetchall())
    assert "这句话只属于我自己" not in bodies
    assert all(turn.text not in bodies for turn in TurnRow.objects.all())


@pytest.mark.django_db
def test_the_team_list_shows_figures_of_those_one_leads_and_never_words(world, browser_of):
    for actor in (world.lin, world.zhao):
        client = browser_of(actor)
        session = begin(client)
        say(client, session, "k", "您好")
        finish(client, session)
    names = [row["person"]["name"] for row in browser_of(world.wang).get("/api/coach/team").json()["items"]]
    assert names == ["lin"], "Wang leads Guangzhou alone"
    assert len(browser_of(world.sun).get("/api/coach/team").json()["items"]) == 2
    assert browser_of(world.lin).get("/api/coach/team").status_code == 403
    assert browser_of(world.stranger).get("/api/coach/team").json()["items"] == []
    text = browser_of(world.admin).get("/api/coach/team.csv").content.decode()
    assert text.startswith("\ufeff姓名")
    assert "lin" in text


@pytest.mark.django_db
def test_a_rebuilt_projection_equals_the_one_kept_live(world, browser_of):
    lin = browser_of(world.lin)
    for _ in range(3):
        session = begin(lin)
        say(lin, session, "k", "您好")
        finish(lin, session)
    before = list(
        Attempt.objects.order_by("registration").values("registration", "total", "finished_at", "slug")
    )
    record.rebuild("coach.practice")
    record.run_readers(until_idle=True)
    assert (
        list(Attempt.objects.order_by("registration").values("registration", "total", "finished_at", "slug"))
        == before
    )
    assert len(before) == 3


@pytest.mark.django_db
def test_the_streak_counts_days_in_the_persons_own_zone(world):
    from alula.coach.queries import practice_of

    noon = clock.now().replace(hour=4, minute=0)  # noon in Shanghai
    for days in (0, 1, 2, 5):
        Attempt.objects.create(
            tenant_id=world.lin.tenant_id, person_id=world.lin.person_id, registration=_uuid(days), slug=SCENARIO,
            total=50 + days, passed=False, seconds=60, finished_at=noon - timedelta(days=days),
        )  # fmt: skip
    with clock.at(noon):
        summary = practice_of(world.lin)
    assert (summary.streak_days, summary.attempts, summary.minutes, summary.best) == (3, 4, 4.0, 55)


def _uuid(n):
    from uuid import UUID

    return UUID(int=n + 1)


@pytest.mark.django_db
def test_an_unknown_scenario_or_level_is_refused_clearly(world, browser_of):
    lin = browser_of(world.lin)
    assert lin.post("/api/coach/sessions", {"scenario": "nope"}, "application/json").status_code == 404
    answer = lin.post("/api/coach/sessions", {"scenario": SCENARIO, "level": "brutal"}, "application/json")
    assert answer.status_code == 422
    assert answer.json()["field"] == "level"
    assert Session.objects.count() == 0
