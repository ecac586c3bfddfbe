"""The demo tenant, made again and again the same: its people hold some of the recorded talks through the ordinary doors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files

import msgspec

from alula.coach import facade as coach
from alula.coach.conversation import Conversation
from alula.kernel import clock, jobs
from alula.kernel.actor import Actor, Role
from alula.kernel.errors import Refusal, register
from alula.people import facade as people
from alula.record import facade as record
from alula.site.demo_accounts import ACCOUNTS, PASSWORD, TENANTS
from alula.site.demo_growth import make_growth_demo

register(
    "demo",
    {
        "not_empty": {
            "zh": "数据库里已有其他租户；如果仍要加入演示数据，请加 --anyway。",
            "en": "The database holds other tenants. Add --anyway to put the demo beside them.",
        }
    },
)


def make_demo(*, anyway: bool) -> Iterator[str]:
    """Make what is missing of the demo and tell its accounts, a line each.

    Raises:
        Refusal: demo.not_empty, when other tenants are there, the demo is not, and `anyway` was not said.
    """
    there = people.tenant_slugs()
    if not anyway and there - TENANTS.keys() and not there >= TENANTS.keys():
        raise Refusal("demo.not_empty", status=409)
    tenants = {slug: people.ensure_tenant(slug, name, kind=kind) for slug, (name, kind) in TENANTS.items()}
    new, actors = [], {}
    for one in ACCOUNTS:
        tenant = tenants[one.tenant]
        actor = people.ensure_person(
            tenant, email=one.email, name=one.name, unit=one.unit, roles=one.roles, password=PASSWORD
        )
        actors[one.email] = actor
        if (
            Role.LEARNER in one.roles
            and one.tenant == "haitang"
            and not coach.has_practised(tenant, actor.person_id)
        ):
            new.append((actor, one.email))
    make_growth_demo(actors)
    for actor, email in new:
        _practise(actor, email)
    yield "演示账号 / demo accounts (密码 / password: " + PASSWORD + ")"
    for one in ACCOUNTS:
        yield f"  {one.email:26} {one.name}  {one.what[0]} / {one.what[1]}"


def _practise(actor: Actor, email: str) -> None:
    """Let a demo person hold some of the recorded talks, better from week to week, through the same door as everybody."""
    chance = random.Random(email)  # noqa: S311 - a demo must be the same each time, not secret
    today = clock.now().replace(hour=2, minute=0, second=0, microsecond=0)
    talks = recorded_talks()
    for number, (slug, quality) in enumerate(_course(chance, talks)):
        moment = today - timedelta(days=21 - 4 * number, minutes=chance.randrange(300))
        _hold(actor, slug, talks[slug, quality], chance.randrange(1000), moment)
    record.run_readers(until_idle=True)


def _course(chance: random.Random, talks: dict[tuple[str, str], Conversation]) -> list[tuple[str, str]]:
    slugs = sorted({slug for slug, _ in talks})
    favourite, other = chance.sample(slugs, 2)
    steps = [
        (favourite, "bad"),
        (favourite, "middling"),
        (other, "bad"),
        (favourite, "good"),
        (other, "good"),
    ]
    return [step for step in steps if step in talks][: chance.randrange(2, 6)]


def _hold(actor: Actor, slug: str, talk: Conversation, seed: int, moment: datetime) -> None:
    """Say what the record holds, each sentence where this customer asks for it, until it is said or he has decided."""
    with clock.at(moment):
        session = coach.start_session(actor, slug, talk.level, seed)
    left = [turn.text for turn in talk.turns if turn.speaker == "trainee"]
    while left and not session.ending:
        text = coach.next_sentence(session, left)
        with clock.at(moment + timedelta(seconds=20 * (1 + session.turns.count() // 2))):
            session = coach.say(actor, session.id, f"demo-{len(left)}", text, typed=True).session
        left.remove(text)
    with clock.at(moment + timedelta(minutes=8)):
        coach.finish_session(actor, session.id)
    while jobs.run_next("demo"):
        pass


def recorded_talks() -> dict[tuple[str, str], Conversation]:
    """The recorded example talks that ship, by scenario id and quality (good, middling, bad)."""
    found = {}
    for file in sorted(files("alula.coach.scenarios").joinpath("talks").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".json"):
            slug, quality, _ = file.name.split(".")
            found[slug, quality] = msgspec.json.decode(file.read_bytes(), type=Conversation)
    return found
