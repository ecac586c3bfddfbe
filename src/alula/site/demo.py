"""The demo tenant: a small insurance and retail group with people, roles and the shipped scenarios, made again and again the same.

Every password stands here because the accounts exist on demo installations alone: `alula demo` refuses to run on a
database that holds another tenant, unless told that it may.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
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

PASSWORD = "alula-demo-2026"  # noqa: S105 - printed at every start of the demo; see above


@dataclass(frozen=True)
class Account:
    """One demo sign-in: `unit` is a path of unit names below the tenant, `roles` hold for that unit."""

    email: str
    name: str
    tenant: str
    unit: tuple[str, ...]
    roles: tuple[Role, ...]
    what: tuple[str, str]


TENANTS = {
    "alula": ("小翼运营", "operator"),
    "haitang": ("海棠保险集团", "firm"),
    "linjiang": ("临江市中小企业服务中心", "agency"),
}

ACCOUNTS = (
    Account("lin@haitang.example", "林晓雨", "haitang", ("华南区", "广州分公司", "天河营业部"), (Role.LEARNER,), ("学员", "learner")),
    Account("chen@haitang.example", "陈一鸣", "haitang", ("华南区", "广州分公司", "天河营业部"), (Role.LEARNER,), ("同事", "colleague")),
    Account("zhao@haitang.example", "赵敏", "haitang", ("华南区", "深圳分公司", "南山营业部"), (Role.LEARNER,), ("学员", "learner")),
    Account("wang@haitang.example", "王立群", "haitang", ("华南区", "广州分公司"), (Role.LEARNER, Role.MANAGER), ("经理", "manager")),
    Account("sun@haitang.example", "孙老师", "haitang", ("华南区",), (Role.TRAINER, Role.AUTHOR), ("培训师", "trainer")),
    Account("admin@haitang.example", "周琪", "haitang", (), (Role.TENANT_ADMIN,), ("管理员", "tenant admin")),
    Account("operator@alula.example", "吴远", "alula", (), (Role.OPERATOR,), ("平台运营", "operator")),
    Account("officer@linjiang.example", "何静", "linjiang", ("企业服务科",), (Role.LEARNER, Role.OFFICER), ("服务专员", "officer")),
)  # fmt: skip

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
        Refusal: demo.not_empty, when other tenants are there and `anyway` was not said.
    """
    if not anyway and people.tenant_slugs() - TENANTS.keys():
        raise Refusal("demo.not_empty", status=409)
    tenants = {slug: people.ensure_tenant(slug, name, kind=kind) for slug, (name, kind) in TENANTS.items()}
    new = []
    for one in ACCOUNTS:
        tenant = tenants[one.tenant]
        actor = people.ensure_person(
            tenant, email=one.email, name=one.name, unit=one.unit, roles=one.roles, password=PASSWORD
        )
        if Role.LEARNER in one.roles and not coach.has_practised(tenant, actor.person_id):
            new.append((actor, one.email))
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
    with clock.at(moment):
        session = coach.start_session(actor, slug, talk.level, seed)
    for number, turn in enumerate(turn for turn in talk.turns if turn.speaker == "trainee"):
        with clock.at(moment + timedelta(seconds=20 * (number + 1))):
            try:
                coach.say(actor, session.id, f"demo-{number}", turn.text, typed=True)
            except Refusal:
                break  # the customer has decided: the talk is over
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
