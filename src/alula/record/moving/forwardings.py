"""Forwardings: standing orders to send what is written for a tenant to another record store."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from alula.kernel import clock, jobs
from alula.kernel.errors import Refusal, invalid, not_found, register
from alula.record import spine, statements
from alula.record.hashed import text_hash
from alula.record.moving import addresses
from alula.record.moving.models import AsideRow, ForwardingRow
from alula.record.services import append
from alula.record.spine import START, Place
from alula.record.statement import Verb
from alula.record.xapi.rules import need_iri

VERSIONS = ("1.0.3", "2.0.0")
COUNTED = 100_000
"""The backlog is counted to here."""

RESTORABLE = timedelta(minutes=10)
"""How long a removed forwarding can be restored; then its password is forgotten."""

FORGET = "record.forget-forwarding"

register(
    "moving",
    {
        "forwarding_exists": {
            "zh": "已经有名为“{name}”的转发。",
            "en": "There is a forwarding named “{name}” already.",
        },
        "iri": {
            "zh": "“{said}”不是完整的 IRI。请连同开头的协议一起写，如 {example}。",
            "en": "“{said}” is not a whole IRI. Write it with its scheme, such as {example}.",
        },
        "secret_lost": {
            "zh": "转发“{name}”的密码无法解密（ALULA_SECRET_KEY 已更换），请结束后重新添加。",
            "en": "The password of the forwarding “{name}” cannot be decrypted (ALULA_SECRET_KEY has changed);"
            " end it and add it again.",
        },
        "not_restorable": {
            "zh": "移除已超过 10 分钟，不能恢复。请重新添加。",
            "en": "It was removed more than 10 minutes ago and cannot be restored. Please add it again.",
        },
    },
)


@dataclass(frozen=True)
class Forwarding:
    """A forwarding as an operator sees it.

    Attributes:
        verbs, activities: only statements with one of these, when there are any.
        sent: statements that the other store took.
        aside: statements that it does not take.
        behind: statements still to be sent; COUNTED means that many or more.
        last_error: why nothing is sent at the moment; "" when it runs.
        paused_at: nothing is sent since then, because somebody wants it so.
        retry_at: not before this moment.
    """

    id: UUID
    tenant_id: UUID
    name: str
    endpoint: str
    user: str
    version: str
    verbs: tuple[str, ...]
    activities: tuple[str, ...]
    sent: int
    aside: int
    behind: int
    failures: int
    last_error: str
    retry_at: datetime | None
    sent_at: datetime | None
    created_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Aside:
    """A statement that the other store does not take: its answer, and what it said."""

    statement_id: UUID
    status: int
    reason: str
    at: datetime


def add(
    tenant_id: UUID,
    name: str,
    *,
    endpoint: str,
    user: str,
    password: str,
    version: str = "1.0.3",
    verbs: Sequence[str] = (),
    activities: Sequence[str] = (),
    only_new: bool = False,
    by: UUID | None = None,
) -> Forwarding:
    """Begin to forward: everything that is there, or only what is written from now on.

    The password is kept encrypted with a key made from ALULA_SECRET_KEY. This and every other act on a forwarding becomes
    a statement when it is said who did it (`by`: a person of the tenant, the nil id for a command).

    Raises:
        Refusal: moving.iri, moving.endpoint, moving.endpoint_private, moving.endpoint_unknown, kernel.invalid (422);
            moving.forwarding_exists (409).
    """
    if version not in VERSIONS:
        raise invalid(
            "version", {"zh": f"只能是 {' 或 '.join(VERSIONS)}", "en": f"must be {' or '.join(VERSIONS)}"}
        )
    _need_iris("verbs", verbs, "http://adlnet.gov/expapi/verbs/completed")
    _need_iris("activities", activities, "https://example.com/courses/42")
    endpoint = addresses.checked(endpoint)
    addresses.resolve(endpoint)
    start = spine.head() if only_new else START
    try:
        with transaction.atomic():
            row = ForwardingRow.objects.create(
                tenant_id=tenant_id,
                name=name,
                endpoint=endpoint,
                user=user,
                secret=_box().encrypt(password.encode()).decode(),
                version=version,
                verbs=list(verbs),
                activities=list(activities),
                txid=start.txid,
                position=start.position,
                created_at=clock.now(),
            )
            _say(row, by, statements.ADDED_FORWARDING)
    except IntegrityError as error:
        raise Refusal("moving.forwarding_exists", status=409, field="name", name=name) from error
    return _card(row)


def _need_iris(field: str, given: Sequence[str], example: str) -> None:
    """Refuse what no statement can have for its verb or activity: the forwarding would never send anything for it."""
    for index, one in enumerate(given):
        try:
            need_iri(one, field)
        except Refusal as error:
            raise Refusal(
                "moving.iri",
                status=422,
                field=f"{field}.{index}",
                expected={"zh": "带协议的绝对 IRI。", "en": "An absolute IRI with its scheme."},
                said=one[:200],
                example=example,
            ) from error


def end(tenant_id: UUID, name: str, *, by: UUID | None = None) -> None:
    """End a forwarding; a batch that is on its way is not taken back. Its password is forgotten after RESTORABLE.

    Raises:
        Refusal: kernel.not_found (404).
    """
    with transaction.atomic():
        row = (
            ForwardingRow.objects.select_for_update()
            .filter(tenant_id=tenant_id, name=name, ended_at=None)
            .first()
        )
        if row is None:
            raise not_found()
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        _say(row, by, statements.ENDED_FORWARDING)
        jobs.enqueue(
            FORGET,
            {"forwarding": str(row.id)},
            key=f"{row.id} {row.ended_at.timestamp()}",
            tenant_id=tenant_id,
            after=row.ended_at + RESTORABLE,
        )


@jobs.handler(FORGET)
def _forget(payload: dict[str, Any], _progress: jobs.Progress) -> None:
    """Forget the password of a forwarding that ended, unless it was restored."""
    ForwardingRow.objects.filter(id=payload["forwarding"], ended_at__lte=clock.now() - RESTORABLE).update(
        secret=""
    )


def restore(tenant_id: UUID, forwarding_id: UUID, *, by: UUID | None = None) -> Forwarding:
    """Take back the end of a forwarding; it goes on where it was.

    Raises:
        Refusal: kernel.not_found (404); moving.not_restorable, moving.forwarding_exists (409).
    """
    try:
        with transaction.atomic():
            row = _row(tenant_id, forwarding_id)
            if row.ended_at is not None:
                if row.ended_at <= clock.now() - RESTORABLE or not row.secret:
                    raise Refusal("moving.not_restorable", status=409)
                row.ended_at = None
                row.save(update_fields=["ended_at"])
                _say(row, by, statements.RESTORED_FORWARDING)
    except IntegrityError as error:
        raise Refusal("moving.forwarding_exists", status=409, field="name", name=row.name) from error
    return _card(row)


def pause(tenant_id: UUID, forwarding_id: UUID, *, by: UUID | None = None) -> Forwarding:
    """Send nothing until `go_on`; a request that is on its way is finished.

    Raises:
        Refusal: kernel.not_found (404).
    """
    return _set_paused(tenant_id, forwarding_id, clock.now(), by)


def go_on(tenant_id: UUID, forwarding_id: UUID, *, by: UUID | None = None) -> Forwarding:
    """Send again, from where it was paused, at once even if it waits after a failure.

    Raises:
        Refusal: kernel.not_found (404).
    """
    return _set_paused(tenant_id, forwarding_id, None, by)


def _set_paused(tenant_id: UUID, forwarding_id: UUID, at: datetime | None, by: UUID | None) -> Forwarding:
    with transaction.atomic():
        row = _row(tenant_id, forwarding_id)
        if row.ended_at is not None:
            raise not_found()
        if (row.paused_at is None) != (at is None):
            row.paused_at, row.retry_at = at, None
            row.save(update_fields=["paused_at", "retry_at"])
            _say(row, by, statements.PAUSED_FORWARDING if at else statements.CONTINUED_FORWARDING)
    return _card(row)


def _row(tenant_id: UUID, forwarding_id: UUID) -> ForwardingRow:
    row = ForwardingRow.objects.select_for_update().filter(tenant_id=tenant_id, id=forwarding_id).first()
    if row is None:
        raise not_found()
    return row


def _say(row: ForwardingRow, by: UUID | None, verb: Verb) -> None:
    if by is not None:
        about = statements.about_forwarding(
            row.tenant_id, by, verb, own=row.id, name=row.name, endpoint=row.endpoint
        )
        append(row.tenant_id, [about])


def one_of(tenant_id: UUID, forwarding_id: UUID) -> Forwarding:
    """A tenant's forwarding, ended or not.

    Raises:
        Refusal: kernel.not_found (404).
    """
    row = ForwardingRow.objects.filter(tenant_id=tenant_id, id=forwarding_id).first()
    if row is None:
        raise not_found()
    return _card(row)


def forwardings_of(tenant_id: UUID, *, ended: bool = False) -> list[Forwarding]:
    """A tenant's forwardings by name; those that ended too, when asked for."""
    rows = ForwardingRow.objects.filter(tenant_id=tenant_id).order_by("name", "created_at")
    return [_card(row) for row in (rows if ended else rows.filter(ended_at=None))]


def asides_of(tenant_id: UUID, forwarding_id: UUID, *, limit: int = 100) -> list[Aside]:
    """The newest statements that the other store does not take.

    Raises:
        Refusal: kernel.not_found (404).
    """
    if not ForwardingRow.objects.filter(tenant_id=tenant_id, id=forwarding_id).exists():
        raise not_found()
    rows = AsideRow.objects.filter(forwarding_id=forwarding_id).order_by("-position")[:limit]
    return [Aside(row.statement_id, row.status, row.reason, row.at) for row in rows]


def running() -> list[ForwardingRow]:
    """Every forwarding of every tenant that has not ended, paused ones included."""
    return list(ForwardingRow.objects.filter(ended_at=None).order_by("id"))


def password_of(row: ForwardingRow) -> str:
    """The password in clear.

    Raises:
        Refusal: moving.secret_lost (409).
    """
    try:
        return _box().decrypt(row.secret.encode()).decode()
    except InvalidToken as error:
        raise Refusal("moving.secret_lost", status=409, name=row.name) from error


def _box() -> Fernet:
    digest = hashlib.sha256(b"record forwarding\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def filters(row: ForwardingRow) -> tuple[str, list[Any]]:
    """What a statement must be to be forwarded, as a condition on the table and its parameters."""
    tests = ["tenant_id = %s"]
    params: list[Any] = [spine.key(row.tenant_id)]
    for column, some in (("verb", row.verbs), ("activity", row.activities)):
        if some:
            places = ", ".join(["%s"] * len(some))
            tests.append(f"{column}_hash IN ({places}) AND {column} IN ({places})")
            params += [*(text_hash(row.tenant_id.hex, one) for one in some), *some]
    return " AND ".join(tests), params


def _behind(row: ForwardingRow) -> int:
    tests, params = filters(row)
    following, place = spine.behind(Place(row.txid, row.position))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT 1 FROM record_statement WHERE {tests} AND {following} LIMIT %s) AS behind",  # noqa: S608 - constants only
            [*params, *place, COUNTED],
        )
        return int(cursor.fetchone()[0])


def _card(row: ForwardingRow) -> Forwarding:
    return Forwarding(
        id=row.id,
        tenant_id=row.tenant_id,
        name=row.name,
        endpoint=row.endpoint,
        user=row.user,
        version=row.version,
        verbs=tuple(row.verbs),
        activities=tuple(row.activities),
        sent=row.sent,
        aside=AsideRow.objects.filter(forwarding_id=row.id).count(),
        behind=0 if row.ended_at else _behind(row),
        failures=row.failures,
        last_error=row.last_error,
        retry_at=row.retry_at,
        sent_at=row.sent_at,
        created_at=row.created_at,
        paused_at=row.paused_at,
        ended_at=row.ended_at,
    )
