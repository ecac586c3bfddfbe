"""The rules for single values. Each refusal names the place in the statement and the rule, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, NoReturn
from urllib.parse import urlsplit

from alula.kernel.errors import Refusal, register
from alula.record.moments import parse_timestamp
from alula.record.statement import ISO_DURATION

RULES = {
    "json": ("不是有效的 JSON", "is not valid JSON"),
    "duplicate": ("中有重复的属性", "holds a property twice"),
    "object": ("必须是对象", "must be an object"),
    "array": ("必须是数组", "must be an array"),
    "text": ("必须是字符串", "must be a string"),
    "filled": ("不能为空", "must not be empty"),
    "number": ("必须是数字", "must be a number"),
    "boolean": ("必须是 true 或 false", "must be true or false"),
    "length": ("必须是不小于 0 的整数", "must be a whole number of 0 or more"),
    "null": ("不能是 null", "must not be null"),
    "unknown": ("不是规范中的属性", "is not a property that the specification knows here"),
    "required": ("缺失", "is missing"),
    "iri": ("必须是带协议的绝对 IRI", "must be an absolute IRI with a scheme"),
    "uuid": ("必须是标准写法的 UUID", "must be a UUID in its standard form"),
    "language": ("必须是 RFC 5646 语言标签", "must be a language tag of RFC 5646"),
    "timestamp": ("必须是带日期和时间的 ISO 8601 时间", "must be a date and time of ISO 8601"),
    "duration": ("必须是 ISO 8601 时长", "must be a duration of ISO 8601"),
    "mbox": ("必须是 mailto: 邮箱地址", "must be an e-mail address after mailto:"),
    "sha1": ("必须是 40 位十六进制数", "must be 40 hexadecimal digits"),
    "sha2": ("必须是 SHA-2 的十六进制摘要", "must be the hexadecimal digest of a SHA-2 hash"),
    "media_type": ("必须是媒体类型", "must be an Internet media type"),
    "one_identifier": (
        "必须恰好有 mbox、mbox_sha1sum、openid、account 之一",
        "must have exactly one of mbox, mbox_sha1sum, openid, account",
    ),
    "at_most_one_identifier": ("不能有多个标识", "must not have more than one identifier"),
    "members": ("匿名小组必须有成员", "is an anonymous group and must have members"),
    "object_type": ("的取值不在规范允许之列", "is not one of the values that the specification allows"),
    "choice": ("的取值不在规范允许之列", "is not one of the values that the specification allows"),
    "scaled": ("必须在 -1 与 1 之间", "must lie between -1 and 1"),
    "raw": ("必须在 min 与 max 之间", "must lie between min and max"),
    "min_max": ("的 min 必须小于 max", "must have min below max"),
    "activity_only": ("只能在宾语是活动时使用", "may be used only when the object is an activity"),
    "interaction": ("与 interactionType 不符", "does not belong to the interactionType"),
    "unique": ("中有重复的 id", "holds an id twice"),
    "voids_statement": (
        "作废陈述的宾语必须是 StatementRef",
        "must be a StatementRef, since the verb is voided",
    ),
    "authority": (
        "必须是个人，或恰好两名成员的匿名小组",
        "must be an agent or an anonymous group of exactly two members",
    ),
    "version": ("不是本接口支持的版本", "is not a version that this request may use"),
    "twice": ("在这批陈述中出现两次", "stands twice in this batch"),
    "differs": ("与 statementId 参数不同", "differs from the parameter statementId"),
    "deep": ("嵌套过深", "is nested too deeply"),
}

register(
    "xapi",
    {
        rule: {"zh": "“{where}”" + zh + "。", "en": "“{where}” " + en + "."}
        for rule, (zh, en) in RULES.items()
    },
)

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`\x00-\x20\x7f]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_MBOX = re.compile(r"mailto:[^\s@<>\x00-\x20]+@[^\s@<>\x00-\x20]+")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_SHA2 = re.compile(r"[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+*-]+(?:\s*;\s*.*)?", re.ASCII)
_LANGUAGE = re.compile(
    r"(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+|i-[a-z]{3,8}|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de)|zh-min(?:-nan)?|zh-(?:guoyu|hakka|xiang)"
    r"|art-lojban|cel-gaulish|no-(?:bok|nyn))",
    re.ASCII | re.IGNORECASE,
)
"""RFC 5646, section 2.1, with the grandfathered tags."""

Check = Callable[[Any, str], object]


def refuse(rule: str, where: str, *, expected: Any = None) -> NoReturn:
    """Refuse with 400: what stands at `where` (a path such as "actor.mbox") breaks the rule."""
    raise Refusal(f"xapi.{rule}", field=where, expected=expected, where=where)


def need_object(value: Any, where: str) -> dict[str, Any]:
    if type(value) is not dict:
        refuse("null" if value is None else "object", where)
    return value


def need_array(value: Any, where: str) -> list[Any]:
    if type(value) is not list:
        refuse("null" if value is None else "array", where)
    return value


def need_text(value: Any, where: str) -> str:
    if type(value) is not str:
        refuse("null" if value is None else "text", where)
    return value


def need_filled(value: Any, where: str) -> None:
    """A text that is not empty and has no U+0000, which PostgreSQL cannot index."""
    if not need_text(value, where) or "\x00" in value:
        refuse("filled", where)


def need_number(value: Any, where: str) -> None:
    if type(value) not in (int, float):
        refuse("null" if value is None else "number", where)


def need_boolean(value: Any, where: str) -> None:
    if type(value) is not bool:
        refuse("null" if value is None else "boolean", where)


def need_length(value: Any, where: str) -> None:
    if type(value) is not int or value < 0:
        refuse("length", where)


def _matching(rule: str, pattern: re.Pattern[str]) -> Check:
    def check(value: Any, where: str) -> None:
        if pattern.fullmatch(need_text(value, where)) is None:
            refuse(rule, where)

    return check


need_uuid = _matching("uuid", _UUID)
need_language = _matching("language", _LANGUAGE)
need_duration = _matching("duration", ISO_DURATION)
need_mbox = _matching("mbox", _MBOX)
need_sha1 = _matching("sha1", _SHA1)
need_sha2 = _matching("sha2", _SHA2)
need_media_type = _matching("media_type", _MEDIA_TYPE)


def need_iri(value: Any, where: str) -> None:
    """An absolute IRI (RFC 3987), kept and compared as it was written."""
    if _IRI.fullmatch(need_text(value, where)) is None:
        refuse("iri", where)
    try:
        urlsplit(value)
    except ValueError:
        refuse("iri", where)


def need_timestamp(value: Any, where: str) -> None:
    """A combined date and time; an offset of -00, -0000 or -00:00 is none."""
    try:
        parse_timestamp(need_text(value, where))
    except ValueError:
        refuse("timestamp", where)


def need_language_map(value: Any, where: str) -> None:
    for tag, text in need_object(value, where).items():
        need_language(tag, f"{where}.{tag}")
        need_text(text, f"{where}.{tag}")


def need_extensions(value: Any, where: str) -> None:
    """Keys are IRIs; values are whatever the sender likes, null included."""
    for name in need_object(value, where):
        need_iri(name, f"{where}.{name}")


def need_known(value: dict[str, Any], known: Collection[str], where: str) -> None:
    """No property that the specification does not name here, in exactly this case, and none that is null."""
    for name, part in value.items():
        if name not in known:
            refuse("unknown", f"{where}.{name}" if where else name, expected=sorted(known))
        if part is None:
            refuse("null", f"{where}.{name}" if where else name)


def need_present(value: dict[str, Any], names: Collection[str], where: str) -> None:
    for name in names:
        if name not in value:
            refuse("required", f"{where}.{name}" if where else name)


def need_choice(value: Any, choices: Collection[str], where: str) -> None:
    if type(value) is not str or value not in choices:
        refuse("choice", where, expected=sorted(choices))
