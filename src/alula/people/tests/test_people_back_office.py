"""The operators' back office, and what `alula doctor` says of people."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from alula.kernel import clock
from alula.kernel.actor import Role
from alula.people import checks, facade, services
from alula.people.models import Consent, Membership, Person, Tenant, Unit, User

PASSWORD = "correct-horse-battery"
PAGES = ["tenant", "unit", "person", "membership", "consent"]


@pytest.fixture
def operator(world):
    home = facade.ensure_tenant("operator", "运营", kind="operator")
    return facade.ensure_person(
        home, email="op@test.example", name="op", password="x" * 12, roles=[Role.OPERATOR]
    )


@pytest.fixture
def office(operator, client):
    client.force_login(facade.user_of(operator))
    return client


@pytest.mark.parametrize("who", ["lin", "admin"])
def test_closed_to_everybody_else(world, client, who):
    client.force_login(facade.user_of(getattr(world, who)))
    for page in PAGES:
        assert client.get(f"/back-office/people/{page}/").status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_operators_look_at_everything(world, office, page):
    services.give_consent(world.lin, "voice_analysis")
    assert office.get(f"/back-office/people/{page}/?q=l").status_code == 200
    row = {"tenant": Tenant, "unit": Unit, "person": Person, "membership": Membership, "consent": Consent}[
        page
    ]
    assert office.get(f"/back-office/people/{page}/{row.objects.first().pk}/change/").status_code == 200


def test_an_operator_who_was_deactivated_is_out(world, operator, office):
    second = services.add_person(operator, email="op2@test.example", name="op2").person
    services.grant_role(operator, second.id, Role.OPERATOR)
    assert office.get("/back-office/people/tenant/").status_code == 200
    services.deactivate_person(operator, operator.person_id)
    assert office.get("/back-office/people/tenant/").status_code == 302


def sign_in(client, password, email="op@test.example"):
    """Whether the back office's sign-in page lets in."""
    filled = {"username": email, "password": password, "next": "/back-office/"}
    return client.post("/back-office/login/", filled).status_code == 302


def test_the_back_offices_own_sign_in_counts_attempts(world, operator, client):
    assert sign_in(client, "x" * 12)
    client.logout()
    for _ in range(5):
        assert not sign_in(client, "wrong")
    assert not sign_in(client, "x" * 12), "even the right password waits now"


def test_the_back_offices_own_sign_in_refuses_whom_sign_in_refuses(world, operator, client):
    second = services.add_person(operator, email="op2@test.example", name="op2", roles=[Role.OPERATOR])
    assert not sign_in(client, PASSWORD, "lin@test.example")
    with clock.at(datetime.now(UTC) + timedelta(days=15)):
        assert not sign_in(client, second.initial_password, "op2@test.example")
    services.deactivate_person(operator, second.person.id)
    assert not sign_in(client, second.initial_password, "op2@test.example")
    services.activate_person(operator, second.person.id)
    assert sign_in(client, second.initial_password, "op2@test.example")


def test_operator_takes_in_a_tenant_and_its_first_administrator(office, said):
    filled = {
        "kind": "firm",
        "name": "新企业",
        "slug": "newcomer",
        "timezone": "Asia/Shanghai",
        "language": "zh",
    }
    assert office.post("/back-office/people/tenant/add/", filled).status_code == 302
    tenant = Tenant.objects.get(slug="newcomer")
    assert said(tenant.id) == ["created-tenant"]

    person = {
        "tenant": str(tenant.id),
        "name": "头一位",
        "email": "first@new.example",
        "role": "tenant_admin",
    }
    page = office.post("/back-office/people/person/add/", person, follow=True).content.decode()
    password = re.search(r"first@new\.example\): (\S+)", page).group(1)
    assert User.objects.get(email="first@new.example").check_password(password)
    added = Person.objects.get(tenant=tenant)
    assert facade.actor_of_person(tenant.id, added.id).has(Role.TENANT_ADMIN)
    assert said(tenant.id) == ["created-tenant", "added-person"]


def test_what_a_service_refuses_is_said_and_not_done(world, office):
    person = {"tenant": str(world.lin.tenant_id), "name": "x", "email": "lin@test.example", "role": "learner"}
    page = office.post("/back-office/people/person/add/", person, follow=True).content.decode()
    assert "已经在本组织中" in page
    ids = [str(world.admin.person_id)]
    page = office.post(
        "/back-office/people/person/", {"action": "deactivate", "_selected_action": ids}, follow=True
    )
    assert "至少要有一位管理员" in page.content.decode()
    assert Person.objects.get(id=world.admin.person_id).active


def test_operator_grants_revokes_and_deactivates(world, office, said):
    lin = str(world.lin.person_id)
    assert (
        office.post("/back-office/people/membership/add/", {"person": lin, "role": "author"}).status_code
        == 302
    )
    held = Membership.objects.get(person_id=lin, role="author")
    office.post("/back-office/people/membership/", {"action": "revoke", "_selected_action": [str(held.pk)]})
    assert not Membership.objects.filter(person_id=lin, role="author").exists()
    for action in ("deactivate", "activate", "issue_password"):
        office.post("/back-office/people/person/", {"action": action, "_selected_action": [lin]})
    assert said(world.lin.tenant_id)[-5:] == [
        "granted-role", "revoked-role", "deactivated-person", "activated-person", "issued-password",
    ]  # fmt: skip


def test_a_superuser_who_is_nobody_looks_only(world, client):
    client.force_login(User.objects.create_superuser("root@test.example", "x" * 12))
    assert client.get("/back-office/people/person/").status_code == 200
    assert client.get("/back-office/people/person/add/").status_code == 403
    lin = str(world.lin.person_id)
    client.post("/back-office/people/person/", {"action": "deactivate", "_selected_action": [lin]})
    assert Person.objects.get(id=lin).active


def seen():
    return {check.name: check.ok for check in checks.check()}


def test_doctor_is_content_with_a_whole_house(world, operator):
    assert seen() == {
        "people.tree": True, "people.operator": True, "people.administrators": True, "people.sign_up": True,
    }  # fmt: skip
    assert all(check.detail["zh"] and check.detail["en"] for check in checks.check())


def test_doctor_finds_what_is_wrong(world, monkeypatch):
    Unit.objects.filter(name="广州").update(path="/elsewhere/x/")
    Membership.objects.filter(role=Role.TENANT_ADMIN, tenant_id=world.stranger.tenant_id).delete()
    monkeypatch.setenv("ALULA_SIGN_UP", "nowhere")
    assert not any(seen().values())
    said = {check.name: check.detail for check in checks.check()}
    assert "other" in said["people.administrators"]["en"]
    assert "firm" not in said["people.administrators"]["en"]
    assert "nowhere" in said["people.sign_up"]["zh"]
