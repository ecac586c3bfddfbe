"""A service request from draft to rating: who may do what, what is kept, what the other side sees."""

import threading
from datetime import date, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from alula.engines.files import chosen_files
from alula.growth.models import Relation, RequestMove, ServiceRequest
from alula.growth.services import experts, firms, support
from alula.growth.support.kinds import ServiceKind
from alula.growth.support.workflow import REQUEST_MOVES, REQUEST_STATES, possible
from alula.kernel import clock
from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people import facade as people
from alula.record import facade as record

pytestmark = pytest.mark.django_db
NOBODY = "0192f0c1-0000-7000-8000-000000000000"
PDF = b"%PDF-1.4 a paper"
XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def person(tenant, name, *roles):
    return people.ensure_person(
        tenant, email=f"{name}@test.example", name=name, roles=roles, password="correct-horse-battery"
    )


@pytest.fixture
def city(db):
    return people.ensure_tenant("city", "临江", kind="agency")


@pytest.fixture
def officer(city):
    return person(city, "officer", Role.OFFICER)


@pytest.fixture
def owner(world, officer):
    firms.own_firm(world.admin)
    firms.accompany(officer, world.admin.tenant_id)
    return world.admin


@pytest.fixture
def wording(officer):
    return support.Wording(
        ServiceKind.TECHNOLOGY, "阀体铸造缺陷", "想找铸造专家看看", officer.tenant_id, ("materials",)
    )


@pytest.fixture
def sent(owner, wording):
    request = support.draft_request(owner, wording)
    return support.send(owner, request.id)


def expert(officer, name="陈教授", **more):
    return experts.add_expert(officer, experts.Card("person", name, kinds=("technology",), **more))


def code(call, *args, **more):
    with pytest.raises(Refusal) as refused:
        call(*args, **more)
    return refused.value.code


def upload(name="报告.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


def test_the_whole_way_with_its_history_and_statements(owner, officer, sent):
    assert sent.state == "sent"
    chosen = expert(officer)
    support.accept(officer, sent.id, date(2026, 12, 1))
    support.assign(officer, sent.id, chosen.id)
    support.start(officer, sent.id)
    support.deliver(officer, sent.id, "出具了缺陷分析报告")
    done = support.rate(owner, sent.id, 5, "很有帮助")
    assert (done.state, done.rating, done.officer_id) == ("rated", 5, officer.person_id)
    moves = RequestMove.objects.filter(request=sent).order_by("at", "id")
    assert [one.move for one in moves] == ["send", "accept", "assign", "start", "deliver", "rate"]
    assert [one.words for one in moves][-2:] == ["出具了缺陷分析报告", "很有帮助"]
    said = [one.verb.rsplit("/", 1)[1] for one in record.statements_of(owner.tenant_id).items]
    assert said[:6] == ["rated-request", "delivered-request", "started-request", "assigned-request", "accepted-request", "sent-request"]  # fmt: skip


def test_statements_never_hold_what_a_firm_wrote(owner, officer, sent):
    support.return_with_question(officer, sent.id, "哪一种牌号？")
    for one in record.statements_of(owner.tenant_id).items:
        assert "铸造" not in one.body
        assert "牌号" not in one.body


def test_every_move_is_refused_from_every_state_where_it_is_not_possible(owner, officer, sent):
    chosen = expert(officer)
    calls = {
        "send": (owner, support.send, ()),
        "accept": (officer, support.accept, ()),
        "assign": (officer, support.assign, (chosen.id,)),
        "start": (officer, support.start, ()),
        "deliver": (officer, support.deliver, ("好",)),
        "return": (officer, support.return_with_question, ("？",)),
        "decline": (officer, support.decline, ("不属本市",)),
        "withdraw": (owner, support.withdraw, ()),
        "rate": (owner, support.rate, (3,)),
    }
    assert calls.keys() == REQUEST_MOVES.keys()
    for state in REQUEST_STATES:
        for move, (who, call, args) in calls.items():
            ServiceRequest.objects.filter(id=sent.id).update(state=state)
            if state in REQUEST_MOVES[move].since:
                assert call(who, sent.id, *args).state == REQUEST_MOVES[move].to
            else:
                assert code(call, who, sent.id, *args) == "growth.move_not_possible"
            other = owner if who is officer else officer
            assert code(call, other, sent.id, *args) == "kernel.not_found"


def test_the_moves_that_a_page_offers_are_those_that_go(owner, officer, sent):
    assert possible(REQUEST_MOVES, "sent", "officer") == ["accept", "return", "decline"]
    assert possible(REQUEST_MOVES, "sent", "owner") == ["withdraw"]
    assert possible(REQUEST_MOVES, "rated", "owner") == []


def test_words_are_asked_where_the_other_side_needs_them(owner, officer, sent):
    assert code(support.decline, officer, sent.id, "  ") == "growth.words_needed"
    support.return_with_question(officer, sent.id, "请补图纸")
    again = support.change_request(
        owner, sent.id, support.Wording(ServiceKind.TECHNOLOGY, "阀体铸造缺陷", "补充了图纸", None)
    )
    assert (again.agency_id, again.need) == (officer.tenant_id, "补充了图纸")
    assert support.send(owner, sent.id, "图纸已附").state == "sent"


def test_what_is_missing_is_named_when_it_is_sent(owner, wording):
    for lacking, wanted in (
        (wording._replace(title=" "), "growth.title_needed"),
        (wording._replace(need=""), "growth.need_needed"),
        (wording._replace(agency_id=None), "growth.agency_needed"),
    ):
        assert code(support.send, owner, support.draft_request(owner, lacking).id) == wanted


def test_a_sent_request_is_fixed_and_a_draft_can_go(owner, wording, sent):
    assert code(support.change_request, owner, sent.id, wording) == "growth.request_fixed"
    assert code(support.discard_draft, owner, sent.id) == "growth.request_fixed"
    draft = support.draft_request(owner, wording)
    file = support.attach(owner, draft.id, support.Upload("a.pdf", 9, PDF))
    assert chosen_files().exists(file.key)
    support.detach(owner, draft.id, file.id)
    assert not draft.files.exists()
    support.discard_draft(owner, draft.id)
    assert not ServiceRequest.objects.filter(id=draft.id).exists()


def test_a_draft_is_the_firms_alone_and_another_agency_sees_nothing(
    owner, officer, wording, sent, browser_of
):
    draft = support.draft_request(owner, wording)
    other = person(people.ensure_tenant("county", "邻县", kind="agency"), "neighbour", Role.OFFICER)
    firms.accompany(other, owner.tenant_id)
    client, neighbour = browser_of(officer), browser_of(other)
    assert client.get(f"/api/growth/requests/{draft.id}").status_code == 404
    assert client.get(f"/api/growth/requests/{sent.id}").status_code == 200
    assert [one["id"] for one in client.get("/api/growth/requests").json()["items"]] == [str(sent.id)]
    assert neighbour.get("/api/growth/requests").json()["items"] == []
    assert neighbour.get(f"/api/growth/requests/{sent.id}").status_code == 404
    with pytest.raises(Refusal):
        support.draft_request(owner, wording._replace(agency_id=people.tenant_by_slug("other")))


def test_an_agency_that_no_longer_accompanies_the_firm_no_longer_sees_it(owner, officer, sent, browser_of):
    client = browser_of(officer)
    Relation.objects.filter(firm_id=owner.tenant_id).update(ended_at=clock.now())
    assert client.get(f"/api/growth/requests/{sent.id}").status_code == 404
    assert client.post(f"/api/growth/requests/{sent.id}/accept", {}, "application/json").status_code == 404


def test_a_confidential_request_is_read_by_who_is_responsible(owner, officer, city, wording, browser_of):
    other, head = person(city, "other-officer", Role.OFFICER), person(city, "head", Role.TENANT_ADMIN)
    request = support.draft_request(owner, wording._replace(confidential=True))
    support.send(owner, request.id)
    path = f"/api/growth/requests/{request.id}"
    assert (
        browser_of(other).get(path).status_code == 200
    )  # nobody is responsible yet: somebody has to take it
    support.accept(officer, request.id)
    assert browser_of(other).get(path).status_code == 404
    assert browser_of(other).get("/api/growth/requests?q=铸造").json()["total"] == 0
    assert browser_of(officer).get(path).status_code == 200
    assert browser_of(head).get(path).status_code == 200
    listed = b"".join(browser_of(officer).get("/api/growth/requests.csv")).decode()
    assert "铸造" not in listed
    assert "保密" in listed


def test_who_only_learns_at_a_firm_finds_nothing(world, sent, browser_of):
    client = browser_of(world.lin)
    assert client.get("/api/growth/requests").json()["items"] == []
    assert client.get(f"/api/growth/requests/{sent.id}").status_code == 404


def test_the_agencys_note_and_the_firm(owner, officer, sent, browser_of):
    support.plan_request(officer, sent.id, due_on=date(2026, 12, 24), note="先问省里", mine=True)
    assert browser_of(officer).get(f"/api/growth/requests/{sent.id}").json()["note"] == "先问省里"
    seen = browser_of(owner).get(f"/api/growth/requests/{sent.id}")
    assert "先问省里" not in seen.content.decode()
    assert seen.json()["due_on"] == "2026-12-24"


def test_the_queue_filters_sorts_and_pages_without_loss(owner, officer, wording, browser_of):
    today = clock.now().astimezone(ZoneInfo(officer.timezone)).date()
    for number in range(7):
        request = support.draft_request(
            owner, wording._replace(title=f"需求{number}", urgency=("normal", "urgent")[number % 2])
        )
        support.send(owner, request.id)
        if number < 4:
            support.accept(officer, request.id, today + timedelta(days=number - 2))
    client = browser_of(officer)

    def all_of(query):
        titles, cursor = [], ""
        while cursor is not None:
            page = client.get(f"/api/growth/requests?limit=2&{query}&cursor={cursor}").json()
            titles += [one["title"] for one in page["items"]]
            cursor = page["next"]
        return titles

    assert all_of("sort=due")[:4] == ["需求0", "需求1", "需求2", "需求3"]
    assert sorted(all_of("sort=due")) == sorted(all_of("sort=-urgency")) == [f"需求{n}" for n in range(7)]
    assert set(all_of("sort=-urgency")[:3]) == {"需求1", "需求3", "需求5"}
    assert sorted(all_of("overdue=true")) == ["需求0", "需求1"]
    assert sorted(all_of("officer=none")) == ["需求4", "需求5", "需求6"]
    assert sorted(all_of("officer=me&urgency=urgent")) == ["需求1", "需求3"]
    assert all_of("state=accepted&q=需求2") == ["需求2"]
    assert client.get("/api/growth/requests?cursor=WyJ4Il0").status_code == 422
    assert client.get("/api/growth/requests?sort=due&cursor=WyJ4IiwieSIsInoiXQ").status_code == 422


def test_the_csv_computes_nothing(owner, officer, wording, browser_of):
    request = support.draft_request(owner, wording._replace(title="=HYPERLINK(1)"))
    support.send(owner, request.id)
    answer = browser_of(officer).get("/api/growth/requests.csv?state=sent")
    assert ",'=HYPERLINK(1)," in b"".join(answer).decode()


def test_messages_go_both_ways_with_files_that_are_only_saved(owner, officer, sent, browser_of):
    firm, agency = browser_of(owner), browser_of(officer)
    path = f"/api/growth/requests/{sent.id}"
    said = firm.post(f"{path}/messages", {"text": XSS, "file": upload("../../etc/图纸<b>.pdf")})
    assert said.status_code == 200, said.content
    message = agency.get(path).json()["messages"][0]
    assert message["text"] == XSS  # kept as written; the page shows it as text
    assert message["files"][0]["name"] == "图纸<b>.pdf"
    file = agency.get(f"{path}/files/{message['files'][0]['id']}")
    assert b"".join(file) == PDF
    assert file["Content-Disposition"].startswith("attachment")
    assert (file["X-Content-Type-Options"], file["Content-Type"]) == ("nosniff", "application/pdf")
    assert firm.post(f"{path}/messages", {"text": " "}).json()["code"] == "growth.message_empty"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg onload='alert(1)'/>"),
        ("a.pdf", b"MZ not a pdf"),
        ("a.png", PDF),
        ("a.txt", b"\x00\x01binary"),
        ("a.exe", b"MZ"),
        ("noend", b"text"),
        ("a.pdf", b""),
    ],
)
def test_other_files_are_refused(owner, wording, browser_of, name, data):
    draft = support.draft_request(owner, wording)
    answer = browser_of(owner).post(f"/api/growth/requests/{draft.id}/files", {"file": upload(name, data)})
    assert (answer.status_code, answer.json()["code"]) == (422, "growth.file_kind")
    assert not draft.files.exists()


def test_a_file_has_a_size_and_a_request_a_number_of_them(owner, wording, browser_of):
    draft = support.draft_request(owner, wording)
    client = browser_of(owner)
    big = BytesIO(PDF + b"0" * 10 * 1024 * 1024)
    big.name = "big.pdf"
    assert client.post(f"/api/growth/requests/{draft.id}/files", {"file": big}).status_code == 413
    for _ in range(20):
        support.attach(owner, draft.id, support.Upload("a.pdf", 9, PDF))
    assert client.post(f"/api/growth/requests/{draft.id}/files", {"file": upload()}).json()["code"] == "growth.files_too_many"  # fmt: skip


def test_who_is_in_conflict_or_unknown_is_not_assigned(owner, officer, sent):
    tied = experts.add_expert(
        officer,
        experts.Card("person", "许顾问", kinds=("technology",)),
        [experts.TieIn("adviser", "", owner.tenant_id)],
    )
    support.accept(officer, sent.id)
    with pytest.raises(Refusal) as refused:
        support.assign(officer, sent.id, tied.id)
    assert (refused.value.code, refused.value.status) == ("growth.expert_unfit", 409)
    assert "担任海棠顾问" in refused.value.sentence("zh")
    assert code(support.assign, officer, sent.id, NOBODY) == "kernel.not_found"
    elsewhere = person(people.ensure_tenant("county", "邻县", kind="agency"), "neighbour", Role.OFFICER)
    assert code(support.assign, officer, sent.id, expert(elsewhere).id) == "kernel.not_found"


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_give_the_last_place_one_is_refused(world, wording, officer, city):
    owner, second = world.admin, person(city, "second", Role.OFFICER)
    firms.own_firm(owner)
    firms.accompany(officer, owner.tenant_id)
    chosen = expert(officer, capacity=1)
    requests = []
    for who in (officer, second):
        request = support.send(owner, support.draft_request(owner, wording).id)
        requests.append((who, support.accept(who, request.id)))
    gate, outcomes = threading.Barrier(2), []

    def give(who, request):
        gate.wait()
        try:
            outcomes.append(support.assign(who, request.id, chosen.id).state)
        except Refusal as refusal:
            outcomes.append(refusal.status)
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=one) for one in requests]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(map(str, outcomes)) == ["409", "assigned"]


def test_the_one_who_has_it_does_not_fill_their_own_place(owner, officer, sent, browser_of):
    chosen = expert(officer, capacity=1)
    support.accept(officer, sent.id)
    support.assign(officer, sent.id, chosen.id)
    support.assign(officer, sent.id, chosen.id)
    (candidate,) = browser_of(officer).get(f"/api/growth/requests/{sent.id}/candidates").json()
    assert (candidate["busy"], candidate["excluded"]) == (0, None)
    assert browser_of(officer).get("/api/growth/experts").json()["items"][0]["busy"] == 1
    assert browser_of(owner).get(f"/api/growth/requests/{sent.id}/candidates").json() == []


def test_huge_and_odd_words_are_refused_or_kept_as_they_are(owner, browser_of):
    client = browser_of(owner)
    body = {"kind": "policy", "title": XSS, "need": "😀" * 5000}
    made = client.post("/api/growth/requests", body, "application/json").json()
    assert (made["title"], len(made["need"])) == (XSS, 5000)
    for wrong in (
        {"title": "x" * 121},
        {"need": "x" * 5001},
        {"kind": "love"},
        {"expertise": ["magic"]},
        {"gap": "../x"},
    ):
        assert client.post("/api/growth/requests", body | wrong, "application/json").status_code == 422


def test_a_gap_prefills_the_words(owner, browser_of):
    found = browser_of(owner).get("/api/growth/requests/prefill?gap=ip").json()
    assert found["kind"] == "technology"
    assert found["expertise"] == ["ip"]
