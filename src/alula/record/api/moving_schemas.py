"""What the routes of forwardings, imports, exports and the archive take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Version = Literal["1.0.3", "2.0.0"]
TransferKind = Literal["import", "export"]
TransferState = Literal["waiting", "running", "done", "refused", "failed"]
State = Literal["running", "waiting", "paused", "ended"]


class RecordForwarding(Schema):
    """A forwarding. `behind` ends at 100,000; `state` "waiting": it failed and is tried again at `retry_at`."""

    id: UUID
    name: str
    endpoint: str
    user: str
    version: Version
    verbs: list[str]
    activities: list[str]
    state: State
    sent: int
    aside: int
    behind: int
    last_error: str
    retry_at: datetime | None
    sent_at: datetime | None
    created_at: datetime


class OtherStore(Schema):
    """Where another record store is, and what it knows us by."""

    endpoint: Text
    user: Text
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    version: Version = "1.0.3"


class NewForwardingIn(OtherStore):
    """A forwarding to begin. `only_new` leaves out what is there already."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    verbs: list[Text] = []
    activities: list[Text] = []
    only_new: bool = False


class StoreFound(Schema):
    """What another store said: "right", "away" (no answer), "not_let_in" (401), or "not_xapi" (anything else)."""

    found: Literal["right", "away", "not_let_in", "not_xapi"]
    status: int


class AsideOut(Schema):
    """A statement that the other store does not take, and its answer."""

    statement_id: UUID
    status: int
    reason: str
    at: datetime


class RecordTransfer(Schema):
    """An import or export. `figures` are counts by name; `done` of `of` is how far it is.

    `state` "refused": `problem` says why, nothing more comes; "failed": a fault of ours.
    """

    id: UUID
    kind: TransferKind
    name: str
    state: TransferState
    done: int
    of: int
    figures: dict[str, int]
    has_file: bool
    has_attachments: bool
    has_report: bool
    problem: str
    created_at: datetime
    finished_at: datetime | None


class NewExportIn(Schema):
    """What to export: a period ("2026-11", "2026-11-03", "30d", empty for everything), in which form."""

    period: str = ""
    form: Literal["jsonl", "json"] = "jsonl"


class ArchivedMonth(Schema):
    """A month in the archive (UTC). `removed`: its statements are in the file alone."""

    month: str
    part: int
    rows: int
    bytes: int
    written_at: datetime
    removed: bool
