"""The tree of units. A unit keeps its segment for life; a move rewrites the paths below it in one go."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Max, Value, When
from django.db.models.functions import Concat, Substr

from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found
from alula.people import paths, statements
from alula.people.models import Unit
from alula.people.permissions import require_administration
from alula.people.services.tenants import clean_name, locked


def unit_in(tenant_id: UUID, unit_id: UUID) -> Unit:
    """The unit of that tenant.

    Raises:
        Refusal: kernel.not_found.
    """
    unit = Unit.objects.filter(tenant_id=tenant_id, id=unit_id).first()
    if unit is None:
        raise not_found()
    return unit


def _parent_in(tenant_id: UUID, parent_id: UUID | None) -> tuple[str, int]:
    if parent_id is None:
        return paths.WHOLE_TENANT, 0
    parent = unit_in(tenant_id, parent_id)
    return parent.path, parent.depth


def _clean_unit_name(name: str) -> str:
    """A name without "/", which separates the units of a path in files.

    Raises:
        Refusal: which rule the name breaks.
    """
    name = clean_name(name)
    if "/" in name:
        raise Refusal("people.unit_name_slash", status=422, field="name")
    return name


def _refuse_taken_name(
    tenant_id: UUID, parent_id: UUID | None, name: str, *, but: UUID | None = None
) -> None:
    if Unit.objects.filter(tenant_id=tenant_id, parent_id=parent_id, name=name).exclude(id=but).exists():
        raise Refusal("people.unit_exists", status=409, field="name", name=name)


def _refuse_too_deep(depth: int) -> None:
    if depth > paths.MAX_DEPTH:
        raise Refusal("people.tree_too_deep", status=422, field="parent_id", deepest=paths.MAX_DEPTH)


@transaction.atomic
def add_unit(actor: Actor, *, name: str, parent_id: UUID | None = None) -> Unit:
    """Add a unit below `parent_id`, or at the top.

    Raises:
        Refusal: kernel.forbidden, kernel.not_found (parent), or which rule the tree would break.
    """
    require_administration(actor)
    locked(actor.tenant_id)
    path, depth = _parent_in(actor.tenant_id, parent_id)
    name = _clean_unit_name(name)
    _refuse_taken_name(actor.tenant_id, parent_id, name)
    _refuse_too_deep(depth + 1)
    unit = Unit.objects.create(
        tenant_id=actor.tenant_id,
        parent_id=parent_id,
        name=name,
        path=f"{path}{paths.new_segment()}/",
        depth=depth + 1,
    )
    statements.unit_added(actor, unit)
    return unit


@transaction.atomic
def rename_unit(actor: Actor, unit_id: UUID, name: str) -> Unit:
    """Give a unit another name.

    Raises:
        Refusal: kernel.forbidden, kernel.not_found, or which rule the name breaks.
    """
    require_administration(actor)
    locked(actor.tenant_id)
    unit = unit_in(actor.tenant_id, unit_id)
    name = _clean_unit_name(name)
    if name != unit.name:
        _refuse_taken_name(actor.tenant_id, unit.parent_id, name, but=unit.id)
        before, unit.name = unit.name, name
        unit.save(update_fields=["name"])
        statements.unit_renamed(actor, unit, before)
    return unit


@transaction.atomic
def move_unit(actor: Actor, unit_id: UUID, parent_id: UUID | None) -> Unit:
    """Put a unit, with everything below it, under another one or (None) at the top.

    Raises:
        Refusal: kernel.forbidden, kernel.not_found, or which rule the tree would break.
    """
    require_administration(actor)
    locked(actor.tenant_id)
    unit = unit_in(actor.tenant_id, unit_id)
    if unit.parent_id == parent_id:
        return unit
    path, depth = _parent_in(actor.tenant_id, parent_id)
    if path.startswith(unit.path):
        raise Refusal("people.unit_inside_itself", status=422, field="parent_id")
    _refuse_taken_name(actor.tenant_id, parent_id, unit.name, but=unit.id)
    deeper = depth + 1 - unit.depth
    subtree = Unit.objects.filter(paths.inside(unit.path), tenant_id=actor.tenant_id)
    _refuse_too_deep(subtree.aggregate(deepest=Max("depth"))["deepest"] + deeper)
    before_segment = len(unit.path) - paths.SEGMENT - 1
    subtree.update(
        path=Concat(Value(path), Substr("path", before_segment + 1)),
        depth=F("depth") + deeper,
        parent_id=Case(When(id=unit.id, then=Value(parent_id)), default=F("parent_id")),
    )
    before = unit.parent_id
    unit.refresh_from_db()
    statements.unit_moved(actor, unit, before)
    return unit
