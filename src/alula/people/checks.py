"""Self-checks of people for `alula doctor`."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef

from alula.kernel.actor import Role
from alula.kernel.checks import Check
from alula.people.models import Membership, Tenant, Unit
from alula.people.permissions import ADMINISTER
from alula.people.sign_in import sign_up

SHOWN = 5


def check() -> list[Check]:
    """Are the trees whole; is there an operator, and an administrator everywhere; where does sign-up lead."""
    return [_tree(), _operator(), _administrators(), _sign_up()]


def _tree() -> Check:
    """Every path begins with the parent's."""
    lost = Unit.objects.filter(parent__isnull=False).exclude(path__startswith=F("parent__path")).count()
    detail = {
        "zh": f"{lost} 个部门的路径与上级不符，可见范围有误。请恢复备份，或重新移动它们。",
        "en": f"The paths of {lost} units do not fit their parents', so what they let be seen is wrong. "
        "Restore a backup, or move these units again.",
    }
    if not lost:
        detail = {"zh": "部门树完整。", "en": "The trees of units are whole."}
    return Check("people.tree", ok=not lost, detail=detail)


def _operator() -> Check:
    """Somebody may enter the back office and act there."""
    operators = Membership.objects.filter(
        role=Role.OPERATOR,
        tenant__kind=Tenant.Kind.OPERATOR,
        person__active=True,
        person__user__is_active=True,
    ).exists()
    detail = {
        "zh": "没有运营人员，没有人能在后台新建组织。",
        "en": "There is no operator, so nobody can take in an organisation in the back office.",
    }
    if operators:
        detail = {"zh": "有运营人员。", "en": "There is an operator."}
    return Check("people.operator", ok=operators, detail=detail)


def _administrators() -> Check:
    """Every tenant has an active person who administers it."""
    held = Membership.objects.filter(tenant_id=OuterRef("id"), role__in=ADMINISTER, person__active=True)
    without = list(Tenant.objects.filter(~Exists(held)).order_by("slug")[: SHOWN + 1])
    names = ", ".join(tenant.slug for tenant in without[:SHOWN]) + (" …" if len(without) > SHOWN else "")
    detail = {
        "zh": f"没有管理员的组织：{names}。请在后台指定。",
        "en": f"Organisations without an administrator: {names}. Please name one in the back office.",
    }
    if not without:
        detail = {"zh": "每个组织都有管理员。", "en": "Every organisation has an administrator."}
    return Check("people.administrators", ok=not without, detail=detail)


def _sign_up() -> Check:
    """ALULA_SIGN_UP names a tenant that is there."""
    slug = sign_up.value
    if not slug:
        return Check("people.sign_up", ok=True, detail={"zh": "未开放自助注册。", "en": "Sign-up is closed."})
    if Tenant.objects.filter(slug=slug).exists():
        detail = {"zh": f"自助注册的人加入 {slug}。", "en": f"People who sign up join {slug}."}
        return Check("people.sign_up", ok=True, detail=detail)
    detail = {
        "zh": f"ALULA_SIGN_UP 指定的组织 {slug} 不存在，自助注册已关闭。",
        "en": f"ALULA_SIGN_UP names {slug}, which does not exist, so sign-up is closed.",
    }
    return Check("people.sign_up", ok=False, detail=detail)
