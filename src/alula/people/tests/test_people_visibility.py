"""Who sees whom, and who may do what: the table in docs/people.md, checked."""

from __future__ import annotations

from uuid import uuid4

import pytest

from alula.kernel.actor import Actor, Grant, Role
from alula.kernel.errors import Refusal
from alula.people import facade, queries, services
from alula.people.models import Membership, Person, Tenant, Unit
from alula.people.permissions import acting_in

PASSWORD = "correct-horse-battery"


def names_seen(actor, *roles):
    return set(queries.people_visible_to(actor, *roles).values_list("name", flat=True))


def units_seen(actor):
    return set(queries.units_visible_to(actor).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("who", "people", "units"),
    [
        ("lin", {"lin"}, {"广州"}),
        ("wang", {"lin", "chen", "wang"}, {"广州"}),
        ("sun", {"lin", "chen", "zhao", "wang", "sun"}, {"华南", "广州", "深圳"}),
        ("admin", {"lin", "chen", "zhao", "wang", "sun", "admin"}, {"华南", "广州", "深圳"}),
        ("stranger", {"stranger"}, set()),
    ],
)
def test_each_role_sees_its_part(world, who, people, units):
    actor = getattr(world, who)
    assert names_seen(actor) == people
    assert units_seen(actor) == units


def test_roles_named_by_the_caller_narrow_what_is_seen(world):
    assert names_seen(world.sun, Role.MANAGER) == {"sun"}
    assert names_seen(world.admin, Role.MANAGER, Role.TRAINER) == {"admin"}


def test_somebody_in_no_unit_is_seen_by_the_whole_tenants_roles_alone(world):
    services.add_person(world.admin, email="loose@test.example", name="loose")
    assert "loose" not in names_seen(world.sun)
    assert "loose" in names_seen(world.admin)
    services.grant_role(world.admin, world.zhao.person_id, Role.MANAGER)
    zhao = facade.actor_of_person(world.zhao.tenant_id, world.zhao.person_id)
    assert "loose" in names_seen(zhao), "a manager of the whole tenant"


def test_a_path_that_another_begins_with_is_not_above_it(world):
    """Segments end with "/": /ab/ is not above /abc/, and no letter or sign of LIKE opens a wider door."""
    tenant = world.lin.tenant_id
    for path in ("/ab/", "/abc/", "/a_/", "/%/", "/AB/"):
        Unit.objects.create(tenant_id=tenant, name=path, path=path, depth=1)

    def seen_from(path):
        actor = Actor(tenant, uuid4(), "m", path, (Grant(Role.MANAGER, path),))
        return set(queries.units_visible_to(actor).values_list("path", flat=True))

    for path in ("/ab/", "/abc/", "/a_/", "/%/", "/AB/"):
        assert seen_from(path) == {path}


def test_the_operators_role_means_nothing_in_a_firm(world):
    Membership.objects.create(
        tenant_id=world.lin.tenant_id, person_id=world.lin.person_id, role=Role.OPERATOR
    )
    lin = facade.actor_of_person(world.lin.tenant_id, world.lin.person_id)
    assert not lin.has(Role.OPERATOR)
    assert set(queries.tenants_visible_to(lin)) == {Tenant.objects.get(slug="firm")}


def test_operator_sees_all_tenants_and_acts_in_them(world):
    home = facade.ensure_tenant("operator", "运营", kind="operator")
    operator = facade.ensure_person(
        home, email="op@test.example", name="op", password=PASSWORD, roles=[Role.OPERATOR]
    )
    assert set(queries.tenants_visible_to(operator).values_list("slug", flat=True)) == {
        "firm",
        "other",
        "operator",
    }
    assert names_seen(operator) == {"op"}, "people of customers only while acting in their tenant"
    assert names_seen(acting_in(operator, world.stranger.tenant_id)) == {"stranger"}
    with pytest.raises(Refusal, match=r"kernel\.forbidden"):
        acting_in(world.admin, world.stranger.tenant_id)


ACTS = {
    "add_unit": lambda actor, w: services.add_unit(actor, name="新部门"),
    "rename_unit": lambda actor, w: services.rename_unit(actor, unit_of(w), "改名"),
    "move_unit": lambda actor, w: services.move_unit(actor, unit_of(w), None),
    "add_person": lambda actor, w: services.add_person(actor, email="n@test.example", name="n"),
    "change_person": lambda actor, w: services.change_person(actor, w.lin.person_id, name="林"),
    "move_person": lambda actor, w: services.move_person(actor, w.lin.person_id, None),
    "deactivate_person": lambda actor, w: services.deactivate_person(actor, w.lin.person_id),
    "activate_person": lambda actor, w: services.activate_person(actor, w.lin.person_id),
    "issue_initial_password": lambda actor, w: services.issue_initial_password(actor, w.lin.person_id),
    "grant_role": lambda actor, w: services.grant_role(actor, w.lin.person_id, Role.AUTHOR),
    "revoke_role": lambda actor, w: services.revoke_role(actor, w.lin.person_id, Role.LEARNER),
    "people_administered": lambda actor, w: list(queries.people_administered(actor)),
}


def unit_of(world):
    return Person.objects.get(id=world.lin.person_id).unit_id


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.TENANT_ADMIN, Role.OPERATOR}])
@pytest.mark.parametrize("act", ACTS)
def test_administration_is_for_administrators(world, act, role):
    actor = Actor(world.lin.tenant_id, world.lin.person_id, "lin", "/", (Grant(role, "/"),))
    with pytest.raises(Refusal, match=r"kernel\.forbidden"):
        ACTS[act](actor, world)


@pytest.mark.parametrize("act", ACTS)
def test_administrators_may(world, act):
    ACTS[act](world.admin, world)


@pytest.mark.parametrize(
    "act", [name for name in ACTS if name not in {"add_unit", "add_person", "people_administered"}]
)
def test_an_administrator_of_another_tenant_finds_nothing(world, act):
    with pytest.raises(Refusal, match=r"kernel\.not_found"):
        ACTS[act](world.stranger, world)


def test_tenants_are_made_by_operators_alone(world):
    with pytest.raises(Refusal, match=r"kernel\.forbidden"):
        services.create_tenant(world.admin, name="Mine", slug="mine")


@pytest.mark.parametrize(
    ("role", "for_unit", "code"),
    [
        (Role.OPERATOR, False, "people.role_not_here"),
        (Role.OFFICER, False, "people.role_not_here"),
        (Role.TENANT_ADMIN, True, "people.role_whole_tenant"),
    ],
)
def test_roles_that_cannot_be_granted_here(world, role, for_unit, code):
    unit = unit_of(world) if for_unit else None
    with pytest.raises(Refusal) as refused:
        services.grant_role(world.admin, world.lin.person_id, role, unit)
    assert refused.value.code == code


def test_an_administrator_does_not_make_operators(world):
    home = facade.ensure_tenant("operator", "运营", kind="operator")
    boss = facade.ensure_person(
        home, email="boss@test.example", name="boss", password=PASSWORD, roles=[Role.TENANT_ADMIN]
    )
    with pytest.raises(Refusal, match=r"kernel\.forbidden"):
        services.grant_role(boss, boss.person_id, Role.OPERATOR)


def test_facade_speaks_of_ones_own_tenant(world):
    ids = [world.lin.person_id, world.stranger.person_id]
    assert facade.names_of(world.lin.tenant_id, ids) == {world.lin.person_id: "lin"}
    cards = facade.cards_of(world.lin.tenant_id, ids)
    assert list(cards) == [world.lin.person_id]
    assert (cards[world.lin.person_id].unit_name, cards[world.lin.person_id].unit_path) == (
        "广州",
        world.lin.unit_path,
    )
    with pytest.raises(Refusal, match=r"kernel\.not_found"):
        facade.card_of(world.lin.tenant_id, world.stranger.person_id)
    assert not facade.may_see(world.admin, world.stranger.person_id)
    assert facade.may_see(world.wang, world.lin.person_id)
    assert not facade.may_see(world.wang, world.zhao.person_id)


def test_ids_visible_narrow_by_unit_and_name(world):
    def seen(actor, **narrow):
        ids = facade.person_ids_visible(actor, (Role.MANAGER, Role.TRAINER), **narrow)
        return set(Person.objects.filter(id__in=ids).values_list("name", flat=True))

    units = {unit.name: unit.id for unit in Unit.objects.filter(tenant_id=world.lin.tenant_id)}
    assert seen(world.sun, unit=units["深圳"]) == {"zhao"}
    assert seen(world.sun, unit=units["华南"], text="h") == {"chen", "zhao"}
    with pytest.raises(Refusal, match=r"kernel\.not_found"):
        seen(world.wang, unit=units["深圳"])
    services.deactivate_person(world.admin, world.zhao.person_id)
    assert "zhao" not in seen(world.sun)
    assert "zhao" in seen(world.sun, active_only=False)
