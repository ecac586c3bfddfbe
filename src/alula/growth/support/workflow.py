"""The way of a request and of a technical problem: which move leads from where to where, and whose it is.

draft -> sent -> accepted -> assigned -> in_progress -> delivered -> rated
sent, accepted -> returned (with a question) -> sent; -> declined (with the reason)
anything open -> withdrawn
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from alula.kernel.errors import Refusal, register
from alula.kernel.texts import Texts

register(
    "growth",
    {
        "move_not_possible": {
            "zh": "当前状态是“{state_zh}”，不能{move_zh}。页面可能已过时，请刷新后再看。",
            "en": "It is “{state_en}” now, so this cannot be done: {move_en}. The page may be out of date.",
        },
        "words_needed": {"zh": "请写明{what_zh}。", "en": "Please write {what_en}."},
    },
)

Side = Literal["owner", "officer"]


class Move(NamedTuple):
    """One step. `words`: what has to be written with it; None where words are free."""

    side: Side
    since: frozenset[str]
    to: str
    name: Texts
    words: Texts | None = None


def _move(
    side: Side, since: str, to: str, name: tuple[str, str], words: tuple[str, str] | None = None
) -> Move:
    asked: Texts | None = {"zh": words[0], "en": words[1]} if words else None
    return Move(side, frozenset(since.split()), to, {"zh": name[0], "en": name[1]}, asked)


REQUEST_STATES: dict[str, Texts] = {
    "draft": {"zh": "草稿", "en": "Draft"},
    "sent": {"zh": "已提交", "en": "Sent"},
    "accepted": {"zh": "已受理", "en": "Accepted"},
    "assigned": {"zh": "已指派", "en": "Assigned"},
    "in_progress": {"zh": "服务中", "en": "In progress"},
    "delivered": {"zh": "已交付", "en": "Delivered"},
    "rated": {"zh": "已评价", "en": "Rated"},
    "returned": {"zh": "待补充", "en": "Question open"},
    "declined": {"zh": "未受理", "en": "Declined"},
    "withdrawn": {"zh": "已撤回", "en": "Withdrawn"},
}
REQUEST_MOVES: dict[str, Move] = {
    "send": _move("owner", "draft returned", "sent", ("提交", "send")),
    "accept": _move("officer", "sent", "accepted", ("受理", "accept")),
    "assign": _move("officer", "accepted assigned in_progress", "assigned", ("指派专家", "assign an expert")),
    "start": _move("officer", "assigned", "in_progress", ("开始服务", "start")),
    "deliver": _move("officer", "in_progress", "delivered", ("交付", "deliver"), ("交付了什么", "what was delivered")),
    "return": _move("officer", "sent accepted", "returned", ("退回补充", "return"), ("要补充的问题", "the question")),
    "decline": _move("officer", "sent accepted", "declined", ("不予受理", "decline"), ("原因", "the reason")),
    "withdraw": _move("owner", "sent accepted assigned in_progress returned", "withdrawn", ("撤回", "withdraw")),
    "rate": _move("owner", "delivered", "rated", ("评价", "rate")),
}  # fmt: skip
WORKING = ("assigned", "in_progress")
"""States in which an expert is busy with a request."""
WAITING = ("sent", "accepted", *WORKING)
"""States in which the agency owes the firm something."""
CHANGEABLE = ("draft", "returned")
"""States in which the firm may still change what it wrote."""

PROBLEM_STATES: dict[str, Texts] = {
    "draft": {"zh": "草稿", "en": "Draft"},
    "with_agency": {"zh": "机构审核中", "en": "With the agency"},
    "released": {"zh": "已发布", "en": "Released"},
    "chosen": {"zh": "已选定", "en": "Chosen"},
    "solved": {"zh": "已解决", "en": "Solved"},
    "closed": {"zh": "已关闭", "en": "Closed"},
}
PROBLEM_MOVES: dict[str, Move] = {
    "hand_in": _move("owner", "draft", "with_agency", ("提交给机构", "hand it in")),
    "hand_back": _move("officer", "with_agency", "draft", ("退回修改", "hand it back"), ("要修改什么", "what to change")),
    "release": _move("owner", "with_agency", "released", ("发布摘要", "release the summary")),
    "choose": _move("owner", "released", "chosen", ("选定方案", "choose an offer")),
    "solve": _move("owner", "chosen", "solved", ("确认解决", "confirm that it is solved"), ("结果", "the result")),
    "close": _move("owner", "draft with_agency released chosen", "closed", ("关闭", "close it"), ("原因", "the reason")),
}  # fmt: skip


def step(moves: dict[str, Move], states: dict[str, Texts], state: str, move: str, words: str) -> str:
    """The state that a move leads to.

    Raises:
        Refusal: growth.move_not_possible (409); growth.words_needed (422), when words are asked and none are given.
    """
    one = moves[move]
    if state not in one.since:
        now = states[state]
        raise Refusal(
            "growth.move_not_possible",
            status=409,
            state_zh=now["zh"],
            state_en=now["en"],
            move_zh=one.name["zh"],
            move_en=one.name["en"],
        )
    if one.words and not words.strip():
        raise Refusal(
            "growth.words_needed",
            status=422,
            field="words",
            what_zh=one.words["zh"],
            what_en=one.words["en"],
        )
    return one.to


def possible(moves: dict[str, Move], state: str, side: Side) -> list[str]:
    """The moves that a side has in a state, in the order in which they stand above."""
    return [name for name, one in moves.items() if one.side == side and state in one.since]
