"""Statements of the service. They name the kind of a request and never its words: a record outlives confidentiality."""

from __future__ import annotations

from alula.growth.models import Bottleneck, Firm, Programme, ServiceRequest, Visit
from alula.growth.statements.building import say, verb
from alula.growth.support.kinds import EXPERTISE, KINDS, Expertise, ServiceKind
from alula.kernel.actor import Actor
from alula.kernel.texts import Texts
from alula.record import facade as record


def _verb(word: str, zh: str, en: str) -> record.Verb:
    """A verb that is read as "actor did it: thing"."""
    return verb(
        word,
        {"zh": zh, "en": en},
        {"zh": f"{{actor}}{zh}“{{activity}}”", "en": f"{{actor}} {en} “{{activity}}”"},
    )


MOVED = {
    "send": _verb("sent-request", "提交了服务需求", "sent the request"),
    "accept": _verb("accepted-request", "受理了服务需求", "accepted the request"),
    "assign": _verb("assigned-request", "为服务需求指派了专家：", "assigned an expert to the request"),
    "start": _verb("started-request", "开始办理服务需求", "began to work on the request"),
    "deliver": _verb("delivered-request", "交付了服务需求", "delivered the request"),
    "return": _verb(
        "returned-request", "退回了服务需求，请企业补充：", "returned with a question the request"
    ),
    "decline": _verb("declined-request", "未受理服务需求", "declined the request"),
    "withdraw": _verb("withdrew-request", "撤回了服务需求", "withdrew the request"),
    "rate": _verb("rated-request", "评价了服务需求", "rated the request"),
}
PLANNED = _verb("planned-visit", "安排了走访", "planned the visit")
CONFIRMED = _verb("confirmed-visit", "确认了走访时间", "confirmed the visit")
VISITED = _verb("finished-visit", "完成了走访", "finished the visit")
RELEASED_FINDINGS = _verb("released-findings", "发布了走访发现", "released findings of the visit")
READ_CONFIDENTIAL = _verb(
    "read-confidential", "查看了技术难题的保密内容", "read the confidential part of the problem"
)
BOTTLENECK_MOVED = {
    "hand_in": _verb("handed-in-problem", "提交了技术难题", "handed in the problem"),
    "hand_back": _verb("handed-back-problem", "退回修改技术难题", "handed back the problem"),
    "release": _verb("released-problem", "发布了技术难题摘要", "released the summary of the problem"),
    "choose": _verb("chose-offer", "选定了技术难题的方案", "chose an offer for the problem"),
    "solve": _verb("solved-problem", "确认解决了技术难题", "confirmed as solved the problem"),
    "close": _verb("closed-problem", "关闭了技术难题", "closed the problem"),
}
OFFERED = _verb("offered-solution", "提出了技术难题的方案", "offered a solution to the problem")
ENROLLED = _verb("enrolled-in-programme", "为人员报名了培训项目", "enrolled people in the programme")
ATTENDED = _verb("recorded-attendance", "登记了培训项目的出勤", "recorded attendance of the programme")


def _thing(kind: str, type_: str, id_: object, name: Texts, **extensions: object) -> record.Activity:
    more = {
        record.vocabulary("extensions", key.replace("_", "-")): value for key, value in extensions.items()
    }
    return record.Activity(
        id=record.iri("growth", kind, str(id_)),
        definition=record.ActivityDefinition(
            type=record.vocabulary("activity-types", type_),
            name={"zh-CN": name["zh"], "en-US": name["en"]},
            extensions=more or None,
        ),
    )


def request_moved(actor: Actor, request: ServiceRequest, move: str) -> None:
    """A move of a request; a rating is told with its stars."""
    rated = {"rating": request.rating} if move == "rate" else {}
    name = KINDS[ServiceKind(request.kind)]
    thing = _thing("requests", "service-request", request.id, name, request_kind=request.kind, **rated)
    say(actor, request.firm, MOVED[move], thing)


def visit(actor: Actor, one: Visit, what: record.Verb) -> None:
    """Something about a visit."""
    title = one.campaign.title
    say(actor, one.firm, what, _thing("visits", "visit", one.id, {"zh": title, "en": title}))


def bottleneck(actor: Actor, one: Bottleneck, what: record.Verb) -> None:
    """Something about a technical problem, which is named by its field alone."""
    name = EXPERTISE[Expertise(one.field)]
    say(actor, one.firm, what, _thing("bottlenecks", "technical-problem", one.id, name))


def programme(actor: Actor, one: Programme, firm: Firm, what: record.Verb) -> None:
    """Something about a programme and a firm's people in it."""
    say(actor, firm, what, _thing("programmes", "programme", one.id, {"zh": one.title, "en": one.title}))
