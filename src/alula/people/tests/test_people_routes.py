"""The routes: every one of them for strangers, and the administration page's work for those who may."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alula.people import facade, services
from alula.people.models import Person, Unit, User
from alula.people.permissions import acting_in
from alula.people.schemas import UnitRow
from alula.site.urls import api

JSON = "application/json"
BODIES = {
    ("patch", "/api/me"): {"language": "en"},
    ("post", "/api/me/tenant"): {"tenant_id": "{tenant}"},
    ("put", "/api/me/consents/{kind}"): {"granted": True},
    ("post", "/api/people/units"): {"name": "新部门"},
    ("patch", "/api/people/units/{unit_id}"): {"name": "改名"},
    ("post", "/api/people/persons"): {"name": "新人", "email": "new@test.example"},
    ("patch", "/api/people/persons/{person_id}"): {"name": "改名"},
}


def routes():
    """Every operation of ours in the OpenAPI document."""
    return list(_routes())


def _routes():
    for path, operations in api.get_openapi_schema()["paths"].items():
        if path == "/api/me" or path.startswith(("/api/me/", "/api/people/")):
            for method in operations:
                yield pytest.param(method, path, id=f"{method} {path}")


def call(browser, method, path, world, tenant=None):
    """The operation upon things of Lin's tenant."""
    if path == "/api/people/import":
        return browser.post(
            path, {"file": SimpleUploadedFile("people.csv", b"name,email\nN,n@test.example\n")}
        )
    person = Person.objects.get(id=world.lin.person_id)
    filled = path.format(person_id=person.id, unit_id=person.unit_id, role="author", kind="voice_analysis")
    body = {
        key: str(value).format(tenant=tenant) if key == "tenant_id" else value
        for key, value in BODIES.get((method, path), {}).items()
    }
    return getattr(browser, method)(filled, body if method != "get" else None, content_type=JSON)


@pytest.mark.parametrize(("method", "path"), routes())
def test_nobody_is_let_in_without_signing_in(world, client, method, path):
    assert call(client, method, path, world).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [route for route in routes() if "{person_id}" in route.values[1] or "{unit_id}" in route.values[1]],
)
def test_things_of_another_tenant_are_not_found(world, browser_of, method, path):
    answer = call(browser_of(world.stranger), method, path, world)
    assert answer.status_code == 404
    assert answer.json()["code"] == "kernel.not_found"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        route
        for route in routes()
        if route.values[1].startswith("/api/people/") and route.values != ("get", "/api/people/units")
    ],
)
@pytest.mark.parametrize("who", ["lin", "wang", "sun"])
def test_administration_is_closed_to_the_other_roles(world, browser_of, who, method, path):
    answer = call(browser_of(getattr(world, who)), method, path, world)
    assert (answer.status_code, answer.json()["code"]) == (403, "kernel.forbidden")
    assert not User.objects.filter(email__startswith="n@").exists()


def test_lists_of_another_tenant_hold_nothing_of_ours(world, browser_of):
    browser = browser_of(world.stranger)
    assert [one["name"] for one in browser.get("/api/people/persons").json()["items"]] == ["stranger"]
    assert browser.get("/api/people/units").json() == []
    assert (
        "lin@test.example" not in b"".join(browser.get("/api/people/persons.csv").streaming_content).decode()
    )
    unit = Person.objects.get(id=world.lin.person_id).unit_id
    assert browser.get(f"/api/people/persons?unit={unit}").status_code == 404


def test_units_with_the_people_whom_one_may_see(world, browser_of):
    rows = {row["name"]: row for row in browser_of(world.admin).get("/api/people/units").json()}
    assert {name: row["people"] for name, row in rows.items()} == {"华南": 5, "广州": 3, "深圳": 1}
    assert rows["广州"]["parent_id"] == rows["华南"]["id"]
    assert [UnitRow(**row).dict() for row in rows.values()], "as the document promises"
    mine = browser_of(world.lin).get("/api/people/units").json()
    assert [(row["name"], row["people"]) for row in mine] == [("广州", 1)]


def test_administrator_adds_a_person_who_can_sign_in(world, browser_of, client):
    unit = Person.objects.get(id=world.lin.person_id).unit_id
    answer = browser_of(world.admin).post(
        "/api/people/persons",
        {
            "name": " 新  人 ",
            "email": "New@Test.example",
            "number": "A1",
            "unit_id": str(unit),
            "roles": ["learner", "author"],
        },
        content_type=JSON,
    )
    assert answer.status_code == 201
    person, password = answer.json()["person"], answer.json()["initial_password"]
    assert (person["name"], person["email"], person["number"]) == ("新 人", "new@test.example", "A1")
    assert person["unit"] == {"id": str(unit), "name": "广州"}
    assert {role["role"] for role in person["roles"]} == {"learner", "author"}
    assert client.login(email="new@test.example", password=password)
    assert password not in str(browser_of(world.admin).get(f"/api/people/persons/{person['id']}").json())


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "x", "email": "lin@test.example"}, 409, "people.person_exists"),
        ({"name": "x", "email": "stranger@test.example"}, 409, "people.email_elsewhere"),
        ({"name": "x", "email": "nonsense"}, 422, "people.email_invalid"),
        ({"name": "  ", "email": "x@test.example"}, 422, "people.name_missing"),
        ({"name": "x" * 201, "email": "x@test.example"}, 422, "kernel.invalid"),
        ({"name": "x", "email": "x@test.example", "unit_id": str(uuid4())}, 404, "kernel.not_found"),
        ({"name": "x", "email": "x@test.example", "roles": ["operator"]}, 422, "people.role_not_here"),
        ({"name": "x", "email": "x@test.example", "roles": ["king"]}, 422, "kernel.invalid"),
    ],
)
def test_people_that_cannot_be_added(world, browser_of, body, status, code):
    before = User.objects.count()
    answer = browser_of(world.admin).post("/api/people/persons", body, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert User.objects.count() == before


def test_administrator_changes_moves_and_deactivates(world, browser_of):
    browser, url = browser_of(world.admin), f"/api/people/persons/{world.lin.person_id}"
    shenzhen = Unit.objects.get(name="深圳").id
    changed = browser.patch(
        url, {"name": "林", "unit_id": str(shenzhen), "active": False}, content_type=JSON
    ).json()
    assert (changed["name"], changed["unit"]["name"], changed["active"]) == ("林", "深圳", False)
    again = browser.patch(url, {"unit_id": None}, content_type=JSON).json()
    assert (again["name"], again["unit"], again["active"]) == ("林", None, False)


def test_a_change_of_which_one_part_is_refused_changes_nothing(world, browser_of):
    url = f"/api/people/persons/{world.admin.person_id}"
    answer = browser_of(world.admin).patch(url, {"name": "改了", "active": False}, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "people.last_admin")
    assert Person.objects.get(id=world.admin.person_id).name == "admin"


def test_roles_over_http(world, browser_of):
    browser, url = browser_of(world.admin), f"/api/people/persons/{world.lin.person_id}/roles"
    unit = str(Person.objects.get(id=world.lin.person_id).unit_id)
    for _ in range(2):
        granted = browser.put(f"{url}/manager?unit={unit}").json()["roles"]
    assert {"role": "manager", "unit_id": unit, "unit_name": "广州"} in granted
    assert len(granted) == 2
    assert browser_of(world.lin).get("/api/people/units").json()[0]["people"] == 3
    assert len(browser.delete(f"{url}/manager").json()["roles"]) == 2, (
        "held for the unit, not for the whole tenant"
    )
    assert len(browser.delete(f"{url}/manager?unit={unit}").json()["roles"]) == 1


def test_search_and_pages(world, browser_of):
    for number in range(7):
        services.add_person(
            world.admin, email=f"clerk{number}@shop.example", name="同名", number=f"N{number}"
        )
    browser = browser_of(world.admin)
    seen, cursor, totals = [], "", []
    while cursor is not None:
        page = browser.get("/api/people/persons", {"q": "shop.example", "limit": 3, "cursor": cursor}).json()
        seen += [person["number"] for person in page["items"]]
        totals.append(page["total"])
        cursor = page["next"]
    assert sorted(seen) == [f"N{number}" for number in range(7)]
    assert totals == [7, None, None]
    assert [p["number"] for p in browser.get("/api/people/persons?q=N3").json()["items"]] == ["N3"]
    managers = browser.get("/api/people/persons?role=manager").json()["items"]
    assert [person["name"] for person in managers] == ["wang"]
    unit = Person.objects.get(id=world.zhao.person_id).unit_id
    assert [p["name"] for p in browser.get(f"/api/people/persons?unit={unit}").json()["items"]] == ["zhao"]
    assert browser.get("/api/people/persons?cursor=nonsense").status_code == 422


def test_units_over_http(world, browser_of):
    browser = browser_of(world.admin)
    top = Unit.objects.get(name="华南").id
    added = browser.post("/api/people/units", {"name": "珠海", "parent_id": str(top)}, content_type=JSON)
    assert added.status_code == 201
    url = f"/api/people/units/{added.json()['id']}"
    assert browser.patch(url, {"name": "横琴"}, content_type=JSON).json()["parent_id"] == str(top)
    moved = browser.patch(url, {"parent_id": None}, content_type=JSON).json()
    assert (moved["name"], moved["parent_id"], moved["path"].count("/")) == ("横琴", None, 2)
    twice = browser.post("/api/people/units", {"name": "横琴"}, content_type=JSON)
    assert (twice.status_code, twice.json()["code"]) == (409, "people.unit_exists")


def test_password_of_somebody_who_also_belongs_elsewhere_is_not_ours_to_set(world, browser_of):
    home = facade.ensure_tenant("operator", "运营", kind="operator")
    operator = facade.ensure_person(
        home, email="op@test.example", name="op", password="a-password-of-ten", roles=["operator"]
    )
    url = f"/api/people/persons/{world.lin.person_id}/initial-password"
    browser = browser_of(world.admin)
    assert browser.post(url).status_code == 200
    services.add_person(acting_in(operator, world.stranger.tenant_id), email="lin@test.example", name="lin")
    assert browser.post(url).json()["code"] == "people.password_not_yours"
