"""What every test may use: a world with two tenants, and a signed-in browser for anybody in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from alula.kernel.actor import Actor, Role
from alula.people import facade as people

ROOT = Path(__file__).resolve().parent
PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def _own_files(tmp_path, monkeypatch):
    """No test writes into the folder that `make run` uses."""
    monkeypatch.setenv("ALULA_FILES", str(tmp_path / "files"))


@dataclass
class World:
    """Lin and Chen work side by side in Guangzhou, Zhao in Shenzhen; Wang leads Guangzhou; He is of another tenant."""

    lin: Actor
    chen: Actor
    zhao: Actor
    wang: Actor
    sun: Actor
    admin: Actor
    stranger: Actor

    @staticmethod
    def email(actor: Actor) -> str:
        return f"{actor.person_id}@test.example"


def _person(tenant, name, unit, *roles):
    return people.ensure_person(
        tenant_id=tenant, email=f"{name}@test.example", name=name, unit=unit, roles=roles, password=PASSWORD
    )


@pytest.fixture
def world(db) -> World:
    firm = people.ensure_tenant(slug="firm", name="海棠", kind="firm")
    other = people.ensure_tenant(slug="other", name="别家", kind="firm")
    guangzhou, shenzhen = ("华南", "广州"), ("华南", "深圳")
    return World(
        lin=_person(firm, "lin", guangzhou, Role.LEARNER),
        chen=_person(firm, "chen", guangzhou, Role.LEARNER),
        zhao=_person(firm, "zhao", shenzhen, Role.LEARNER),
        wang=_person(firm, "wang", guangzhou, Role.LEARNER, Role.MANAGER),
        sun=_person(firm, "sun", ("华南",), Role.TRAINER),
        admin=_person(firm, "admin", (), Role.TENANT_ADMIN),
        stranger=_person(other, "stranger", (), Role.LEARNER, Role.TENANT_ADMIN),
    )


@pytest.fixture
def browser_of():
    """A Django test client signed in as the actor, sending the CSRF token as a browser would."""

    def sign_in(actor: Actor) -> Client:
        client = Client(enforce_csrf_checks=True)
        client.get("/_allauth/browser/v1/config")
        client.force_login(people.user_of(actor))
        client.get("/api/me")
        token = client.cookies["csrftoken"].value
        client.defaults["HTTP_X_CSRFTOKEN"] = token
        return client

    return sign_in
