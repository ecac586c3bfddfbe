"""Refusals: one exception for everything that a caller did which cannot be done, one form on the wire (RFC 9457).

A domain registers the sentences of its codes in both languages beside its rules:

    register("coach", {"session_over": {"zh": "这次陪练已经结束。", "en": "This practice session has ended."}})
    raise Refusal("coach.session_over", status=409)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alula.kernel.texts import Texts, pick

sentences: dict[str, Texts] = {}


def register(domain: str, texts: Mapping[str, Texts]) -> None:
    """Add the sentences of a domain's codes; each may hold {placeholders} that the refusal's `values` fill."""
    sentences.update({f"{domain}.{code}": text for code, text in texts.items()})


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of ours
    """Something that cannot be done as asked.

    Attributes:
        code: "domain.reason", registered with its sentences.
        status: the HTTP status that says the same.
        field: where in the input, as a dotted path, if anywhere.
        expected: what would have been accepted, in words or as a list.
        values: what fills the sentence's placeholders.
    """

    def __init__(
        self, code: str, *, status: int = 400, field: str | None = None, expected: Any = None, **values: Any
    ) -> None:
        super().__init__(code)
        self.code, self.status, self.field, self.expected, self.values = code, status, field, expected, values

    def sentence(self, language: str) -> str:
        """One sentence for the person who asked."""
        return pick(sentences.get(self.code, {"zh": self.code}), language).format(**self.values)

    def problem(self, language: str) -> dict[str, Any]:
        """The problem+json body."""
        body = {
            "type": f"urn:alula:{self.code}",
            "code": self.code,
            "title": self.sentence(language),
            "status": self.status,
            "field": self.field,
            "expected": self.expected,
        }
        return {key: value for key, value in body.items() if value is not None}


def not_found() -> Refusal:
    """The answer for what is not there and for what the actor may not know of: the two look the same."""
    return Refusal("kernel.not_found", status=404)


register(
    "kernel",
    {
        "not_found": {
            "zh": "没有找到。它可能已被删除，或不在您的权限范围内。",
            "en": "Not found. It may have been deleted, or you may not have access to it.",
        },
        "forbidden": {"zh": "您的角色不能进行此操作。", "en": "Your role does not allow this."},
        "not_signed_in": {"zh": "请先登录。", "en": "Please sign in first."},
        "invalid": {"zh": "“{where}”填写有误：{why}", "en": "“{where}” is not right: {why}"},
        "too_many": {
            "zh": "操作过于频繁，请 {seconds} 秒后再试。",
            "en": "Too many requests. Please try again in {seconds} seconds.",
        },
        "fault": {
            "zh": "服务器出错了，已经记录。请稍后再试。",
            "en": "Something went wrong on our side and has been logged. Please try again.",
        },
    },
)
