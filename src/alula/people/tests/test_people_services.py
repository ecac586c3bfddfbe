"""What administrators and people themselves do, and what it leaves in the record."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from alula.kernel.actor import Role
from alula.kernel.errors import Refusal, sentences
from alula.people import consents, facade, places, services
from alula.people.models import Consent, Membership, Person, Tenant, User
from alula.people.permissions import acting_in
from alula.people.sentences import SENTENCES
from alula.record import facade as record


@pytest.fixture
def withdrawals():
    """A registered function that notes each call; taken away after the test."""
    calls = []
    facade.on_withdrawal("voice_recording")(note := lambda tenant, person: calls.append((tenant, person)))
    yield calls
    consents._withdrawals["voice_recording"].remove(note)


def allowed(actor):
    return facade.consents_of(actor.tenant_id, actor.person_id)


def test_consent_given_and_withdrawn_twice(world, withdrawals, said):
    assert not facade.has_consent(world.lin.tenant_id, world.lin.person_id, "voice_recording")
    for _ in range(2):
        services.give_consent(world.lin, "voice_recording")
    assert facade.has_consent(world.lin.tenant_id, world.lin.person_id, "voice_recording")
    assert facade.actor_of_person(world.lin.tenant_id, world.lin.person_id).consents == {"voice_recording"}
    assert withdrawals == []

    for _ in range(2):
        services.withdraw_consent(world.lin, "voice_recording")
    assert allowed(world.lin) == {"voice_analysis": None, "voice_recording": False}
    assert withdrawals == [(world.lin.tenant_id, world.lin.person_id)]
    assert [(row.granted, row.wording) for row in Consent.objects.order_by("id")] == [
        (True, "2024-1"),
        (False, "2024-1"),
    ]
    assert said(world.lin.tenant_id)[-2:] == ["consented", "withdrew-consent"]
    assert allowed(world.chen) == {"voice_analysis": None, "voice_recording": None}


def test_a_withdrawal_that_cannot_be_carried_out_is_not_recorded(world, said):
    services.give_consent(world.lin, "voice_recording")
    before = said(world.lin.tenant_id)

    @facade.on_withdrawal("voice_recording")
    def fail(tenant_id, person_id):
        raise RuntimeError("disk is away")

    try:
        with pytest.raises(RuntimeError):
            services.withdraw_consent(world.lin, "voice_recording")
    finally:
        consents._withdrawals["voice_recording"].remove(fail)
    assert facade.has_consent(world.lin.tenant_id, world.lin.person_id, "voice_recording")
    assert said(world.lin.tenant_id) == before


@pytest.mark.parametrize("act", [services.give_consent, services.withdraw_consent])
def test_unknown_consent(world, act):
    with pytest.raises(Refusal, match=r"people\.consent_unknown"):
        act(world.lin, "soul")
    with pytest.raises(Refusal, match=r"people\.consent_unknown"):
        facade.on_withdrawal("soul")


def test_the_last_administrator_stays(world):
    for act in (
        lambda: services.deactivate_person(world.admin, world.admin.person_id),
        lambda: services.revoke_role(world.admin, world.admin.person_id, Role.TENANT_ADMIN),
    ):
        with pytest.raises(Refusal, match=r"people\.last_admin"):
            act()
    assert Person.objects.get(id=world.admin.person_id).active
    services.grant_role(world.admin, world.sun.person_id, Role.TENANT_ADMIN)
    services.revoke_role(world.admin, world.admin.person_id, Role.TENANT_ADMIN)
    assert not Membership.objects.filter(person_id=world.admin.person_id).exists()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_at_once_leave_one():
    tenant = facade.ensure_tenant("pair", "一对")
    one, two = (
        facade.ensure_person(
            tenant, email=f"{name}@pair.example", name=name, password="x" * 12, roles=[Role.TENANT_ADMIN]
        )
        for name in ("one", "two")
    )
    start, outcomes = threading.Barrier(2), []

    def remove(actor, other):
        start.wait()
        try:
            services.revoke_role(actor, other.person_id, Role.TENANT_ADMIN)
            outcomes.append("revoked")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["people.last_admin", "revoked"]
    assert Membership.objects.filter(tenant_id=tenant, role=Role.TENANT_ADMIN).count() == 1


def test_every_administrative_act_is_a_statement(world, said):
    tenant, admin = world.lin.tenant_id, world.admin
    before = len(said(tenant))
    unit = services.add_unit(admin, name="佛山")
    services.rename_unit(admin, unit.id, "顺德")
    services.move_unit(admin, unit.id, Person.objects.get(id=world.lin.person_id).unit_id)
    person = services.add_person(admin, email="new@test.example", name="新").person
    services.change_person(admin, person.id, name="更新")
    services.move_person(admin, person.id, unit.id)
    services.grant_role(admin, person.id, Role.TRAINER, unit.id)
    services.revoke_role(admin, person.id, Role.TRAINER, unit.id)
    services.issue_initial_password(admin, person.id)
    services.deactivate_person(admin, person.id)
    services.activate_person(admin, person.id)
    assert said(tenant)[before:] == [
        "added-unit", "renamed-unit", "moved-unit", "added-person", "changed-person", "moved-person",
        "granted-role", "revoked-role", "issued-password", "deactivated-person", "activated-person",
    ]  # fmt: skip
    last = record.statements_of(tenant, limit=1).items[0]
    assert record.person_of(last.actor_key) == (tenant, admin.person_id)


def test_what_changes_nothing_says_nothing(world, said):
    admin, lin = world.admin, Person.objects.get(id=world.lin.person_id)
    before = said(admin.tenant_id)
    services.rename_unit(admin, lin.unit_id, "广州")
    services.move_unit(admin, lin.unit_id, lin.unit.parent_id)
    services.change_person(admin, lin.id, name="lin", number="")
    services.move_person(admin, lin.id, lin.unit_id)
    services.activate_person(admin, lin.id)
    services.grant_role(admin, lin.id, Role.LEARNER)
    services.revoke_role(admin, lin.id, Role.AUTHOR)
    assert said(admin.tenant_id) == before


def test_no_statement_holds_a_name_a_password_or_an_address(world):
    added = services.add_person(world.admin, email="secret@test.example", name="秘密")
    body = record.statements_of(world.admin.tenant_id, limit=1).items[0].body
    assert str(added.person.id) in body
    for private in ("secret@test.example", "秘密", added.initial_password):
        assert private not in body


def test_employee_numbers_are_ones_own(world):
    services.change_person(world.admin, world.lin.person_id, number="007")
    with pytest.raises(Refusal, match=r"people\.number_taken"):
        services.change_person(world.admin, world.chen.person_id, number=" 007 ")
    services.change_person(world.stranger, world.stranger.person_id, number="007")
    services.change_person(world.admin, world.lin.person_id, number="")
    services.change_person(world.admin, world.chen.person_id, number="007")


def test_a_user_of_another_tenant_is_added_by_the_operator_alone(world):
    home = facade.ensure_tenant("operator", "运营", kind="operator")
    operator = facade.ensure_person(
        home, email="op@test.example", name="op", password="x" * 12, roles=[Role.OPERATOR]
    )
    with pytest.raises(Refusal, match=r"people\.email_elsewhere"):
        services.add_person(world.admin, email="Stranger@Test.example", name="s")
    added = services.add_person(
        acting_in(operator, world.admin.tenant_id), email="stranger@test.example", name="s"
    )
    assert added.initial_password is None
    assert User.objects.filter(email__iexact="stranger@test.example").count() == 1


def test_operator_takes_in_a_customer_with_its_first_administrator(world, said):
    home = facade.ensure_tenant("operator", "运营", kind="operator")
    operator = facade.ensure_person(
        home, email="op@test.example", name="op", password="x" * 12, roles=[Role.OPERATOR]
    )
    tenant = services.create_tenant(operator, name="协会", slug="association", kind="agency", language="en")
    assert said(tenant.id) == ["created-tenant"]
    admin = services.add_person(
        acting_in(operator, tenant.id), email="a@association.example", name="a", roles=[Role.TENANT_ADMIN]
    ).person
    actor = facade.actor_of_person(tenant.id, admin.id)
    assert actor.language == "en", "the tenant's, until they choose"
    services.grant_role(actor, admin.id, Role.OFFICER)
    for slug, code in (("association", "people.slug_taken"), ("Über uns", "people.slug_invalid")):
        with pytest.raises(Refusal) as refused:
            services.create_tenant(operator, name="x", slug=slug)
        assert refused.value.code == code


def test_founding_again_changes_nothing(world, said):
    tenant = world.lin.tenant_id
    before = (said(tenant), User.objects.count(), list(User.objects.values_list("password", flat=True)))
    assert facade.ensure_tenant("firm", "另一个名字") == tenant
    again = facade.ensure_person(
        tenant,
        email="WANG@test.example",
        name="其他",
        password="another-password",
        unit=("新",),
        roles=[Role.AUTHOR],
    )
    assert again == world.wang
    assert (
        said(tenant),
        User.objects.count(),
        list(User.objects.values_list("password", flat=True)),
    ) == before
    assert Tenant.objects.get(id=tenant).name == "海棠"


def test_places_ask_every_domain(world):
    lin_only = lambda actor: actor.person_id == world.lin.person_id  # noqa: E731
    facade.register_place("growth", lin_only)
    try:
        assert "growth" in facade.places_of(world.lin)
        assert "growth" not in facade.places_of(world.chen)
    finally:
        places._predicates["growth"].remove(lin_only)
    with pytest.raises(ValueError, match="no place"):
        facade.register_place("attic", lin_only)


def test_every_refusal_speaks_both_languages():
    assert SENTENCES
    for code, texts in SENTENCES.items():
        assert texts["zh"], code
        assert texts["en"], code
        assert sentences[f"people.{code}"] == texts
        for language in ("zh", "en"):
            assert set(_placeholders(texts[language])) == set(_placeholders(texts["zh"])), code


def _placeholders(text):
    import string

    return [name for _, name, _, _ in string.Formatter().parse(text) if name]
