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
        expected: what would have been accepted, in words (of each language, where they are a text) or as a list.
        values: what fills the sentence's placeholders; a text of several languages fills it with the right one.
    """

    def __init__(
        self, code: str, *, status: int = 400, field: str | None = None, expected: Any = None, **values: Any
    ) -> None:
        super().__init__(code)
        self.code, self.status, self.field, self.expected, self.values = code, status, field, expected, values

    def sentence(self, language: str) -> str:
        """One sentence for the person who asked."""
        values = {name: _said(value, language) for name, value in self.values.items()}
        return pick(sentences.get(self.code, {"zh": self.code}), language).format(**values)

    def problem(self, language: str) -> dict[str, Any]:
        """The problem+json body."""
        body = {
            "type": f"urn:alula:{self.code}",
            "code": self.code,
            "title": self.sentence(language),
            "status": self.status,
            "field": self.field,
            "expected": _said(self.expected, language),
        }
        return {key: value for key, value in body.items() if value is not None}


def _said(value: Any, language: str) -> Any:
    return pick(value, language) if isinstance(value, Mapping) else value


def invalid(field: str, rule: Texts) -> Refusal:
    """The answer (422) for what stands at a field, or for the whole input when `field` is empty, and breaks a rule.

    The rule reads on after the field's name: {"zh": "必须是整数", "en": "must be a whole number"}.
    """
    return Refusal(
        "kernel.invalid",
        status=422,
        field=field or None,
        expected={"zh": f"{rule['zh']}。", "en": f"{rule['en'][0].upper()}{rule['en'][1:]}."},
        where=f"“{field}”" if field else {"zh": "请求的内容", "en": "The request"},
        rule=rule,
    )


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
        "stale_page": {
            "zh": "页面已过期，请刷新后重试。",
            "en": "This page is out of date. Please reload it and try again.",
        },
        "not_signed_in": {"zh": "请先登录。", "en": "Please sign in first."},
        "invalid": {"zh": "{where}{rule}。", "en": "{where} {rule}."},
        "unreadable": {
            "zh": "请求的内容无法读取。请按接口的说明发送。",
            "en": "The request cannot be read. Please send it as the API describes.",
        },
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
