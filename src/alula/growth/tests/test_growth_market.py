"""The market of bottlenecks: the confidential part leaves by one door alone, and each passage is written down."""

from decimal import Decimal

import pytest

from alula.growth.models import Relation
from alula.growth.services import experts, firms, market
from alula.growth.support.kinds import Expertise
from alula.growth.support.workflow import PROBLEM_MOVES, PROBLEM_STATES
from alula.kernel import clock
from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people import facade as people
from alula.record import facade as record

pytestmark = pytest.mark.django_db
SECRETS = ("绝密标题", "试过的办法", "想要的结果", "12345.67", "98765.43", "海棠")


def person(tenant, name, *roles):
    return people.ensure_person(
        tenant, email=f"{name}@test.example", name=name, roles=roles, password="correct-horse-battery"
    )


def code(call, *args, **more):
    with pytest.raises(Refusal) as refused:
        call(*args, **more)
    return refused.value.code


class Market:
    """海棠 has a problem with the city; 别家 is another firm of the same city, 远方 one of another."""

    def __init__(self, world):
        self.officer = person(people.ensure_tenant("city", "临江", kind="agency"), "officer", Role.OFFICER)
        self.neighbour = person(
            people.ensure_tenant("county", "邻县", kind="agency"), "neighbour", Role.OFFICER
        )
        self.owner, self.other = world.admin, world.stranger
        self.far = person(people.ensure_tenant("far", "远方"), "far", Role.TENANT_ADMIN)
        for owner, office in (
            (self.owner, self.officer),
            (self.other, self.officer),
            (self.far, self.neighbour),
        ):
            firms.own_firm(owner)
            firms.accompany(office, owner.tenant_id)
        self.secret = market.Secret(
            Expertise.MATERIALS,
            SECRETS[0],
            "公开的标题",
            "公开的摘要",
            agency_id=self.officer.tenant_id,
            tried=SECRETS[1],
            wished=SECRETS[2],
            budget_low=Decimal(SECRETS[3]),
            budget_high=Decimal(SECRETS[4]),
        )
        self.problem = market.draft_bottleneck(self.owner, self.secret)

    def release(self):
        market.hand_in(self.owner, self.problem.id)
        market.release(self.owner, self.problem.id)


@pytest.fixture
def place(world):
    return Market(world)


def every_page(client, problem):
    base = "/api/growth/bottlenecks"
    paths = [base, f"{base}?q=绝密", f"{base}?q=试过", f"{base}?own=true", f"{base}/{problem.id}"]
    text = "".join(client.get(path).content.decode() for path in paths)
    return text + b"".join(client.get(f"{base}.csv")).decode()


def test_who_sees_what_in_every_state(place, browser_of):
    path = f"/api/growth/bottlenecks/{place.problem.id}"
    clients = {
        name: browser_of(getattr(place, name)) for name in ("owner", "officer", "other", "far", "neighbour")
    }

    def sees(suffix=""):
        ask = (
            (lambda one: one.post(f"{path}/confidential", {}, "application/json"))
            if suffix
            else (lambda one: one.get(path))
        )
        return {name for name, client in clients.items() if ask(client).status_code == 200}

    assert (sees(), sees("secret")) == ({"owner"}, {"owner"})
    market.hand_in(place.owner, place.problem.id)
    assert (sees(), sees("secret")) == ({"owner", "officer"}, {"owner", "officer"})
    market.release(place.owner, place.problem.id)
    assert (sees(), sees("secret")) == ({"owner", "officer", "other"}, {"owner", "officer"})
    offer = market.offer(place.other, place.problem.id, "我们做过")
    assert sees("secret") == {"owner", "officer"}
    market.choose(place.owner, place.problem.id, offer.id)
    assert sees("secret") == {"owner", "officer", "other"}
    Relation.objects.filter(firm_id=place.owner.tenant_id).update(ended_at=clock.now())
    assert sees("secret") == {"owner", "other"}
    market.close(place.owner, place.problem.id, "改了产品")
    assert sees() == {"owner", "other"}


def test_nothing_confidential_leaks_through_list_search_export_page_or_statements(place, browser_of):
    place.release()
    market.offer(place.other, place.problem.id, "我们做过")
    market.read_confidential(place.officer, place.problem.id)
    text = every_page(browser_of(place.other), place.problem)
    for secret in SECRETS:
        assert secret not in text, secret
    assert "公开的摘要" in text
    for word in ("绝密", "试过", "想要"):
        assert browser_of(place.other).get(f"/api/growth/bottlenecks?q={word}").json()["total"] == 0
        assert browser_of(place.officer).get(f"/api/growth/bottlenecks?q={word}").json()["total"] == 0
    for one in record.statements_of(place.owner.tenant_id).items:
        for secret in SECRETS[:5]:
            assert secret not in one.body
    assert "公开的" not in every_page(browser_of(place.far), place.problem)


def test_every_reading_of_the_confidential_part_is_a_statement(place, browser_of):
    market.hand_in(place.owner, place.problem.id)
    before = len(record.statements_of(place.owner.tenant_id).items)
    client = browser_of(place.officer)
    for _ in range(3):
        client.post(f"/api/growth/bottlenecks/{place.problem.id}/confidential", {}, "application/json")
    client.get(f"/api/growth/bottlenecks/{place.problem.id}")
    read = record.statements_of(place.owner.tenant_id).items[:3]
    assert len(record.statements_of(place.owner.tenant_id).items) == before + 3
    assert {one.verb.rsplit("/", 1)[1] for one in read} == {"read-confidential"}
    assert all(str(place.officer.person_id) in one.actor_key for one in read)
    refused = browser_of(place.other).post(
        f"/api/growth/bottlenecks/{place.problem.id}/confidential", {}, "application/json"
    )
    assert refused.status_code == 404
    assert len(record.statements_of(place.owner.tenant_id).items) == before + 3


def test_the_way_of_a_problem_with_its_words(place):
    market.hand_in(place.owner, place.problem.id)
    assert code(market.hand_back, place.officer, place.problem.id, " ") == "growth.words_needed"
    assert market.hand_back(place.officer, place.problem.id, "请写清牌号").state == "draft"
    market.hand_in(place.owner, place.problem.id)
    market.word_publicly(place.officer, place.problem.id, title="", summary="")
    assert code(market.release, place.owner, place.problem.id) == "growth.public_needed"
    market.word_publicly(place.officer, place.problem.id, title="低温阀体", summary="求铸造改进")
    assert market.release(place.owner, place.problem.id).public_title == "低温阀体"
    assert (
        code(market.word_publicly, place.officer, place.problem.id, title="x", summary="y")
        == "growth.bottleneck_fixed"
    )
    assert (
        code(market.change_bottleneck, place.owner, place.problem.id, place.secret)
        == "growth.bottleneck_fixed"
    )
    chen = experts.add_expert(place.officer, experts.Card("person", "陈教授"))
    made = market.offer(
        place.officer, place.problem.id, "可以", expert_id=chen.id, price=Decimal(20), weeks=8
    )
    market.choose(place.owner, place.problem.id, made.id)
    assert market.solve(place.owner, place.problem.id, "改了冒口").outcome == "改了冒口"


def test_moves_are_refused_where_they_are_not_possible(place):
    calls = {
        "hand_in": (place.owner, market.hand_in, ()),
        "hand_back": (place.officer, market.hand_back, ("？",)),
        "release": (place.owner, market.release, ()),
        "solve": (place.owner, market.solve, ("好",)),
        "close": (place.owner, market.close, ("不做了",)),
    }
    assert calls.keys() | {"choose"} == PROBLEM_MOVES.keys()
    type(place.problem).objects.update(handed_in_at=clock.now())
    for state in PROBLEM_STATES:
        for move, (who, call, words) in calls.items():
            type(place.problem).objects.update(state=state)
            if state in PROBLEM_MOVES[move].since:
                assert call(who, place.problem.id, *words).state == PROBLEM_MOVES[move].to
            else:
                assert code(call, who, place.problem.id, *words) == "growth.move_not_possible"
            other = place.officer if who is place.owner else place.owner
            assert code(call, other, place.problem.id, *words) == "kernel.not_found"


def test_offers_once_while_it_is_released_and_never_for_ones_own(place, browser_of):
    assert code(market.offer, place.owner, place.problem.id, "我") == "growth.offers_closed"
    place.release()
    assert code(market.offer, place.owner, place.problem.id, "我") == "growth.offer_own"
    assert code(market.offer, place.far, place.problem.id, "我") == "kernel.not_found"
    assert code(market.offer, place.officer, place.problem.id, "我") == "kernel.not_found"
    market.offer(place.other, place.problem.id, "报价 <b>20</b>")
    assert code(market.offer, place.other, place.problem.id, "再来") == "growth.offer_once"
    third = person(people.ensure_tenant("third", "第三家"), "third", Role.TENANT_ADMIN)
    firms.own_firm(third)
    firms.accompany(place.officer, third.tenant_id)
    page = browser_of(third).get(f"/api/growth/bottlenecks/{place.problem.id}").json()
    assert (page["offers_made"], page["offers"], page["may_offer"]) == ([], 0, True)
    assert browser_of(place.owner).get(f"/api/growth/bottlenecks/{place.problem.id}").json()["offers"] == 1


def test_what_is_written_is_checked(place, browser_of):
    client = browser_of(place.owner)
    body = {"field": "materials", "title": "<script>", "budget_low": 5, "budget_high": 3}
    assert (
        client.post("/api/growth/bottlenecks", body, "application/json").json()["code"]
        == "growth.budget_turned"
    )
    for wrong in (
        {"title": " "},
        {"title": "x" * 121},
        {"field": "magic"},
        {"budget_low": -1},
        {"tried": "x" * 5001},
    ):
        assert (
            client.post(
                "/api/growth/bottlenecks", {**body, "budget_low": 1} | wrong, "application/json"
            ).status_code
            == 422
        )
    elsewhere = {"field": "ip", "title": "x", "agency_id": str(place.neighbour.tenant_id)}
    assert client.post("/api/growth/bottlenecks", elsewhere, "application/json").status_code == 404
