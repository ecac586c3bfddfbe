"""The directory of experts and institutions, for the agency's officers."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, UploadedFile
from ninja.responses import Status
from pydantic import Field

from alula.growth.api.words import BothTexts
from alula.growth.models import Expert
from alula.growth.permissions import require_officer
from alula.growth.queries import experts as queries
from alula.growth.queries.paging import page
from alula.growth.services import experts as services
from alula.growth.support import expert_list
from alula.growth.support.kinds import EXPERTISE, KINDS, Expertise, ServiceKind, industries
from alula.growth.support.matching import CONFLICTS
from alula.kernel.errors import Refusal
from alula.kernel.http import PAGE, PAGE_MAX, Page

router = Router()
ORDERS = {"name": ("name", "id"), "-busy": ("-busy", "name", "id"), "busy": ("busy", "name", "id")}
TieKind = Literal["employed", "shareholder", "adviser", "family", "competitor"]
BAD_SHOWN = 500


class ServiceWordsOut(Schema):
    """The closed lists of the service, in both languages."""

    kinds: dict[str, BothTexts]
    expertise: dict[str, BothTexts]
    industries: dict[str, BothTexts]
    ties: dict[str, BothTexts]


class ExpertTieBody(Schema):
    """A relation that may be a conflict of interest."""

    kind: TieKind
    party: Annotated[str, Field(min_length=1, max_length=200)]
    firm_id: UUID | None = None


class ExpertIn(Schema):
    """Everything about an expert or an institution."""

    form: Literal["person", "institution"] = "person"
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    organisation: Annotated[str, Field(max_length=200)] = ""
    kinds: list[ServiceKind] = []
    expertise: list[Expertise] = []
    industries: Annotated[list[str], Field(max_length=20)] = []
    place: Annotated[str, Field(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6})?$")] = ""
    capacity: Annotated[int, Field(ge=1, le=99)] = 3
    phone: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=120)] = ""
    about: Annotated[str, Field(max_length=2000)] = ""
    active: bool = True
    ties: Annotated[list[ExpertTieBody], Field(max_length=50)] = []


class ExpertOut(Schema):
    """An expert or an institution, with the open requests that it has."""

    id: UUID
    form: str
    name: str
    organisation: str
    kinds: list[str]
    expertise: list[str]
    industries: list[str]
    place: str
    capacity: int
    busy: int
    phone: str
    email: str
    about: str
    active: bool
    ties: list[ExpertTieBody]

    @staticmethod
    def of(expert: Expert) -> ExpertOut:
        names = [name for name in ExpertOut.model_fields if name not in {"ties", "busy"}]
        ties = [
            ExpertTieBody(kind=one.kind, party=one.party, firm_id=one.firm_id) for one in expert.ties.all()
        ]
        return ExpertOut(**{name: getattr(expert, name) for name in names}, busy=expert.busy, ties=ties)


class ExpertBadRow(Schema):
    """A row that cannot be taken."""

    line: int
    column: str
    message: str


class ExpertImport(Schema):
    """What an import did, or would not do; `written` is false when nothing was kept."""

    written: bool
    added: int
    changed: int
    unchanged: int
    refused: int
    bad: list[ExpertBadRow]


@router.get("/service-words", response=ServiceWordsOut)
def read_words(request: HttpRequest) -> ServiceWordsOut:  # noqa: ARG001 - ninja hands it to every route
    """The kinds of service, fields of expertise, industries and kinds of tie."""
    return ServiceWordsOut(
        kinds={one.value: BothTexts(**texts) for one, texts in KINDS.items()},
        expertise={one.value: BothTexts(**texts) for one, texts in EXPERTISE.items()},
        industries={id_: BothTexts(**texts) for id_, texts in industries().items()},
        ties={
            id_: BothTexts(zh=texts["zh"].format(party=" … "), en=texts["en"].format(party="…"))
            for id_, texts in CONFLICTS.items()
        },
    )


@router.get("/experts", response=Page[ExpertOut])
def list_experts(
    request: HttpRequest,
    *,
    q: str = "",
    kind: str = "",
    expertise: str = "",
    form: str = "",
    active: str = "",
    sort: str = "name",
    cursor: str | None = None,
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = PAGE,
) -> Page[ExpertOut]:
    """The directory."""
    require_officer(request.auth)
    rows = queries.narrowed(request.auth, q=q, kind=kind, expertise=expertise, form=form, active=active)
    return page(
        rows,
        ORDERS.get(sort, ORDERS["name"]),
        cursor,
        limit,
        lambda some: [ExpertOut.of(one) for one in some],
    )


@router.post("/experts", response={201: ExpertOut})
def add_expert(request: HttpRequest, payload: ExpertIn) -> Status[ExpertOut]:
    """Add one."""
    expert = services.add_expert(request.auth, *_stated(payload))
    return Status(201, ExpertOut.of(queries.expert_visible_to(request.auth, expert.id)))


@router.post("/experts/import", response=ExpertImport)
def import_experts(
    request: HttpRequest,
    file: File[UploadedFile],
    mode: Form[Literal["all_or_nothing", "keep_good"]] = "all_or_nothing",
) -> ExpertImport:
    """Take a list (XLSX or CSV); every row that cannot be taken is told. The same list again changes nothing."""
    require_officer(request.auth)
    if (file.size or 0) > expert_list.MOST_BYTES:
        raise Refusal(
            "growth.list_too_big", status=413, field="file", megabytes=expert_list.MOST_BYTES // 1024 // 1024
        )
    rows = expert_list.read(file.read())
    taken = services.import_experts(request.auth, rows, keep_good=mode == "keep_good")
    counts = taken._asdict() if taken else {"added": 0, "changed": 0, "unchanged": 0}
    language = request.auth.language
    bad = [
        ExpertBadRow(line=b.line, column=b.column, message=b.refusal.sentence(language))
        for b in rows.bad[:BAD_SHOWN]
    ]
    return ExpertImport(written=taken is not None, refused=len(rows.bad), bad=bad, **counts)


@router.get("/experts/{uuid:expert_id}", response=ExpertOut)
def read_expert(request: HttpRequest, expert_id: UUID) -> ExpertOut:
    """One of them."""
    return ExpertOut.of(queries.expert_visible_to(request.auth, expert_id))


@router.put("/experts/{uuid:expert_id}", response=ExpertOut)
def change_expert(request: HttpRequest, expert_id: UUID, payload: ExpertIn) -> ExpertOut:
    """Replace what is stated about one."""
    services.change_expert(request.auth, expert_id, *_stated(payload))
    return ExpertOut.of(queries.expert_visible_to(request.auth, expert_id))


def _stated(payload: ExpertIn) -> tuple[services.Card, list[services.TieIn]]:
    unknown = [one for one in payload.industries if one not in industries()]
    if unknown:
        raise Refusal("growth.row_word", status=422, field="industries", word=unknown[0])
    fields: dict[str, Any] = payload.dict(exclude={"ties"})
    fields |= {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return services.Card(**fields), [services.TieIn(one.kind, one.party, one.firm_id) for one in payload.ties]
