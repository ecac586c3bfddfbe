"""PostgreSQL by its own driver: rows and mentions by COPY, written here in one piece; where they go is asked for before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import connection

from alula.record import asking, spine, table
from alula.record.table import Row

_NOW = (
    f"SELECT (pg_current_xact_id()::text::bigint + {spine.OFFSET})::text, statement_timestamp()::text,"  # noqa: S608 - a constant
    " string_agg(place::text, ',')"
    " FROM (SELECT nextval('record_statement_position_seq') AS place FROM generate_series(1, %s::int)) AS given"
)
"""One row, whatever the number of places: a row for each took a tenth of the writer's time."""
_COPY = (
    "COPY record_statement (position, txid, stored, voided, tenant_id, id, actor_key, verb, activity, registration, ref,"
    f' authority, "timestamp", body, {", ".join(table.HASHES)}) FROM STDIN'
)
_COPY_MENTIONS = "COPY record_mention (tenant_id, what, position, related) FROM STDIN"
_NULL = "\\N"
_SPECIAL = re.compile(r"[\\\n\t\r]")
_BYTES = "\\\\x"
"""What a bytea begins with, as COPY reads it."""


def copy(rows: Sequence[Row]) -> None:
    """Write rows whose ids are new, in their order, with what they mention, in the caller's transaction.

    Raises:
        django.db.IntegrityError: an id is there already; the transaction is over.
        Refusal: record.restored_elsewhere (503).
    """
    spine.ensure_in_order()
    [(txid, stored, taken)] = asking.rows(_NOW, [len(rows)], keep=True)
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        places = taken.split(",")
        head = f"\t{txid}\t{stored}\tf\t"
        lines = [_line(f"{place}{head}", row, stored) for place, row in zip(places, rows, strict=True)]
        with cursor.copy(_COPY) as stream:
            stream.write(b"".join(lines))
        named = [
            f"{row.tenant}\t{_text(what)}\t{place}\t{'t' if related else 'f'}\n"
            for place, row in zip(places, rows, strict=True)
            for what, related in row.mentions.items()
        ]
        if named:
            with cursor.copy(_COPY_MENTIONS) as stream:
                stream.write("".join(named))


def _line(head: str, row: Row, stored: str) -> bytes:
    tenant, one, actor, verb, activity, registration, ref, authority, timestamp, body, _ = row
    own, who, did, what, attempt, whose, target = table.hashes(row)
    before = (
        f"{head}{tenant}\t{one}\t{_text(actor)}\t{_text(verb)}\t{_text(activity)}\t{registration or _NULL}\t{ref or _NULL}\t"
        f"{_text(authority)}\t{f'{timestamp}+00' if timestamp else stored}\t"
    )
    after = (
        f"\t{_BYTES}{own.hex()}\t{who}\t{did}\t{_NULL if what is None else what}\t{_NULL if attempt is None else attempt}\t"
        f"{_NULL if whose is None else whose}\t{_NULL if target is None else f'{_BYTES}{target.hex()}'}\n"
    )
    return b"%s%s%s" % (before.encode(), _escaped(body), after.encode())


def _escaped(body: bytes) -> bytes:
    """JSON without the four characters that mean something to COPY."""
    if b"\\" in body:
        body = body.replace(b"\\", b"\\\\")
    if b"\n" in body or b"\t" in body or b"\r" in body:
        body = body.replace(b"\n", b"\\n").replace(b"\t", b"\\t").replace(b"\r", b"\\r")
    return body


def _text(one: str) -> str:
    """The same of a text, which hardly ever has one of them."""
    return _escaped(one.encode()).decode() if _SPECIAL.search(one) else one
