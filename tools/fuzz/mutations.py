"""What is done to a valid statement or its request, and the status that the specification asks for then.

A mutation answers with the bytes of the body and the statuses that are right. 1.0.3: Data 2, Communication 2-3; 2.0: 4.2-4.3.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any, NamedTuple

from fuzz.statements import Json, Maker

OK, BAD = (200,), (400,)


class Sent(NamedTuple):
    """One request: everything that is sent, and the statuses that are right. `ids` are stored exactly when it is accepted."""

    body: bytes
    right: tuple[int, ...]
    ids: tuple[str, ...] = ()
    path: str = "/xapi/statements"
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    who: str = "writer"


Mutation = Callable[[Maker], Sent]


def encode(thing: Any) -> bytes:
    return json.dumps(thing, ensure_ascii=False).encode()


def valid(make: Maker) -> Sent:
    one = make.statement()
    return Sent(encode(one), OK, (one["id"],))


def batch(make: Maker) -> Sent:
    some = [make.statement() for _ in range(make.chance.randrange(1, 12))]
    return Sent(encode(some), OK, tuple(one["id"] for one in some))


def _broken(make: Maker, change: Callable[[Maker, Json], None], right: tuple[int, ...] = BAD) -> Sent:
    """A valid statement after `change`, alone or among valid ones: nothing of the batch may be stored."""
    one = make.statement()
    change(make, one)
    identifier = one.get("id")
    ids = (identifier,) if isinstance(identifier, str) else ()
    if make.chance.random() < 0.2:
        others = [make.statement() for _ in range(3)]
        place = make.chance.randrange(4)
        return Sent(
            encode([*others[:place], one, *others[place:]]), right, tuple(two["id"] for two in others) + ids
        )
    return Sent(encode(one), right, ids)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every object inside a statement that the specification describes (not inside extensions or language maps)."""
    found = []
    if isinstance(value, dict):
        found.append(path)
        for key, item in value.items():
            if key not in {"extensions", "display", "name", "description"}:
                found += _places(item, (*path, key))
    elif isinstance(value, list):
        for order, item in enumerate(value):
            found += _places(item, (*path, order))
    return found


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


def _unknown_property(make: Maker, one: Json) -> None:
    _at(one, make.chance.choice(_places(one)))["unheardOf"] = make.chance.choice((1, "x", None, [], {}))


def _wrong_case(make: Maker, one: Json) -> None:
    key = make.chance.choice(("actor", "verb", "object"))
    one[key.capitalize()] = one.pop(key)


def _missing(make: Maker, one: Json) -> None:
    place, key = make.chance.choice(
        [((), "actor"), ((), "verb"), ((), "object"), (("verb",), "id")]
        + ([(("object",), "id")] if "id" in one["object"] else [])
    )
    del _at(one, place)[key]


def _null(make: Maker, one: Json) -> None:
    place = _at(one, make.chance.choice(_places(one)))
    if not place:
        one["actor"] = None
        return
    place[make.chance.choice(list(place))] = None


def _wrong_type(make: Maker, one: Json) -> None:
    wrong = make.chance.choice((7, 0.5, True, "text", ["list"], {"an": "object"}))
    one[make.chance.choice(("actor", "verb", "object", "result", "context"))] = (
        wrong if not isinstance(wrong, dict) else ["list"]
    )


def _wrong_id(make: Maker, one: Json) -> None:
    one["id"] = make.chance.choice(
        ("", "x", one["id"][:-1], one["id"] + "0", one["id"].replace("-", ""), 7, "{" + one["id"] + "}")
    )


def _wrong_iri(make: Maker, one: Json) -> None:
    wrong = make.chance.choice(("", "no-scheme", "//host/path", "http://a b", 5, "/relative", "<http://x>"))
    if make.chance.random() < 0.5:
        one["verb"]["id"] = wrong
    else:
        one["object"] = {"id": wrong}
        one.get("context", {}).pop("platform", None)


def _wrong_actor(make: Maker, one: Json) -> None:
    one["actor"] = make.chance.choice(
        (
            {},
            {"name": "nobody"},
            {"mbox": "person@fuzz.example"},
            {"mbox": "mailto:"},
            {"mbox": "mailto:a@x.example", "openid": "https://fuzz.example/a"},
            {"mbox_sha1sum": "abc"},
            {"openid": "not an iri"},
            {"account": {"name": "x"}},
            {"account": {"homePage": "https://fuzz.example"}},
            {"account": {"homePage": "nowhere", "name": "x"}},
            {"objectType": "Group"},
            {"objectType": "Group", "member": []},
            {
                "objectType": "Group",
                "member": [{"objectType": "Group", "member": [{"mbox": "mailto:a@x.example"}]}],
            },
            {"objectType": "agent", "mbox": "mailto:a@x.example"},
            {"objectType": "Person", "mbox": "mailto:a@x.example"},
            {"mbox": "mailto:a@x.example", "member": [{"mbox": "mailto:b@x.example"}]},
        )
    )


def _wrong_time(make: Maker, one: Json) -> None:
    one["timestamp"] = make.chance.choice(
        (
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-01-01T25:00:00Z",
            "2026-01-01T00:00:00-00:00",
            20260101,
            "12:00",
        )
    )


def _wrong_result(make: Maker, one: Json) -> None:
    one["result"] = make.chance.choice(
        (
            {"score": {"scaled": 1.001}},
            {"score": {"scaled": -2}},
            {"score": {"raw": 5, "min": 6, "max": 9}},
            {"score": {"raw": 10, "max": 9}},
            {"score": {"min": 9, "max": 8}},
            {"score": {"scaled": "1"}},
            {"score": 1},
            {"success": "true"},
            {"completion": 1},
            {"duration": "1 hour"},
            {"duration": "P1Q"},
            {"duration": "PT"},
            {"duration": 60},
            {"extensions": {"no iri": 1}},
            {"extensions": []},
            {"response": 5},
        )
    )


def _wrong_context(make: Maker, one: Json) -> None:
    one["context"] = make.chance.choice(
        (
            {"registration": "not-a-uuid"},
            {"language": "not_a_language"},
            {"language": ""},
            {"team": {"mbox": "mailto:a@x.example"}},
            {"instructor": {}},
            {"contextActivities": {"sibling": []}},
            {"contextActivities": {"parent": [{"id": "x"}]}},
            {"contextActivities": []},
            {"statement": {"objectType": "StatementRef"}},
            {"statement": {"id": make.uuid()}},
            {"extensions": {"x": 1}},
            {"platform": 5},
        )
    )


def _wrong_object(make: Maker, one: Json) -> None:
    one.pop("context", None)
    inner = {"actor": make.agent(), "verb": make.verb(), "object": make.activity()}
    one["object"] = make.chance.choice(
        (
            {"objectType": "activity", "id": "https://fuzz.example/a"},
            {"objectType": "StatementRef", "id": "x"},
            {"objectType": "StatementRef"},
            {"objectType": "SubStatement", **inner, "id": make.uuid()},
            {"objectType": "SubStatement", **inner, "stored": "2026-01-01T00:00:00Z"},
            {"objectType": "SubStatement", **inner, "version": "1.0.0"},
            {"objectType": "SubStatement", **inner, "object": {"objectType": "SubStatement", **inner}},
            {"objectType": "SubStatement", "actor": make.agent(), "verb": make.verb()},
            {"id": "https://fuzz.example/a", "definition": {"interactionType": "guess"}},
            {"id": "https://fuzz.example/a", "definition": {"name": "text"}},
            {"id": "https://fuzz.example/a", "definition": {"name": {"not a tag!": "x"}}},
            {"id": "https://fuzz.example/a", "definition": {"moreInfo": "nowhere"}},
            {"id": "https://fuzz.example/a", "definition": {"extensions": {"x": 1}}},
        )
    )


def _void_something_else(_: Maker, one: Json) -> None:
    one["verb"] = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    one["object"] = {"id": "https://fuzz.example/a"}
    one.pop("context", None)


def _wrong_attachment(make: Maker, one: Json) -> None:
    whole = make.attachment()
    key = make.chance.choice(("usageType", "display", "contentType", "length", "sha2"))
    if make.chance.random() < 0.5:
        del whole[key]
    else:
        whole[key] = make.chance.choice((None, -1, "?", [], {"!": 1}))
    one["attachments"] = [whole]


def _platform_of_no_activity(make: Maker, one: Json) -> None:
    one["object"] = {**make.agent(), "objectType": "Agent"}
    one["context"] = {make.chance.choice(("platform", "revision")): "x"}


CHANGES = (
    _unknown_property, _wrong_case, _missing, _null, _wrong_type, _wrong_id, _wrong_iri, _wrong_actor, _wrong_time,
    _wrong_result, _wrong_context, _wrong_object, _void_something_else, _wrong_attachment, _platform_of_no_activity,
)  # fmt: skip


def broken(make: Maker) -> Sent:
    """One thing wrong inside a statement."""
    return _broken(make, make.chance.choice(CHANGES))


def malformed(make: Maker) -> Sent:
    """Bytes that are no JSON of one value, or JSON that must not be read."""
    one = make.statement()
    text = encode(one)
    doubled = b'{"verb":' + encode(make.verb()) + b"," + text[1:]
    deep = make.chance.choice((100, 10_000, 200_000))
    nested = (
        text[:-1] + b',"result":{"extensions":{"https://fuzz.example/x":' + b"[" * deep + b"]" * deep + b"}}}"
    )
    bodies = (
        b"", b"null", b"7", b'"text"', b"{}", b"[null]", b"[[]]", b"\xff\xfe" + text, text[: len(text) // 2],
        text + b"x", text.decode().encode("utf-16"), text.replace(b'"verb"', b'"ver\xc3\x28b"'), doubled,
        b"[" + text + b"," + text + b"]", text.replace(b"{", b"{{", 1), text[:-1] + b',"result":{"score":{"raw":NaN}}}',
        text[:-1] + b',"result":{"response":"\\ud800"}}', b"\x00" * 50, nested if deep > 1000 else b"[[[[",
        text[:-1] + b',"version":"3.0.0"}', text[:-1] + b',"version":1}',
    )  # fmt: skip
    return Sent(make.chance.choice(bodies), BAD, (one["id"],))


def wrong_request(make: Maker) -> Sent:
    """A valid body in a request that is wrong."""
    one = make.statement()
    body, ids = encode(one), (one["id"],)
    other = make.uuid()
    choices = (
        Sent(body, BAD, ids, headers=(("X-Experience-API-Version", ""),)),
        Sent(body, BAD, ids, headers=(("X-Experience-API-Version", "0.95"),)),
        Sent(body, BAD, ids, headers=(("X-Experience-API-Version", "latest"),)),
        Sent(body, BAD, ids, headers=(("Content-Type", "text/plain"),)),
        Sent(body, BAD, ids, headers=(("Content-Type", "multipart/mixed"),)),
        Sent(body, BAD, ids, path="/xapi/statements?unheard=of"),
        Sent(body, BAD, ids, path=f"/xapi/statements?statementId={other}", method="PUT"),
        Sent(body, BAD, ids, path="/xapi/statements", method="PUT"),
        Sent(body, (401,), ids, who="nobody"),
        Sent(body, (401, 429), ids, who="liar"),
        Sent(body, (403,), ids, who="reader"),
        Sent(body, (404, 405), ids, path="/xapi/statement"),
        Sent(body, (404, 405), ids, method="DELETE"),
        Sent(body, (404, 405), ids, path="/xapi/statements/../statements"),
    )
    return make.chance.choice(choices)


def reading(make: Maker) -> Sent:
    """A GET with parameters that are right, wrong, or of another tenant."""
    wrong = (
        "limit=-1", "limit=x", "since=yesterday", "until=", "ascending=maybe", "format=full", "verb=x", "activity=x",
        "registration=7", "agent=x", "agent=%7B%7D", "statementId=x", "related_agents=1", "attachments=2", "Limit=1",
        f"statementId={make.uuid()}&voidedStatementId={make.uuid()}", f"statementId={make.uuid()}&limit=1", "%00=1",
        "agent=" + "%5B" * 2000,
    )  # fmt: skip
    right = (
        "limit=1",
        "limit=0&ascending=true",
        "verb=https%3A%2F%2Ffuzz.example%2Fverbs%2Fdid&limit=2",
        "format=ids&limit=1",
    )
    roll = make.chance.random()
    if roll < 0.5:
        return Sent(
            b"", BAD, path=f"/xapi/statements?{make.chance.choice(wrong)}", method="GET", who="reader"
        )
    if roll < 0.7:
        return Sent(
            b"", (404,), path=f"/xapi/statements?statementId={make.uuid()}", method="GET", who="reader"
        )
    return Sent(b"", OK, path=f"/xapi/statements?{make.chance.choice(right)}", method="GET", who="reader")


def huge(make: Maker) -> Sent:
    """Large things that are allowed, and those that are too large."""
    one = make.statement()
    size = make.chance.choice((10_000, 1_000_000, 17 * 1024 * 1024))
    if make.chance.random() < 0.5:
        one["result"] = {"response": "学" * (size // 3)}
        return Sent(encode(one), OK if size < 10**7 else (413,), (one["id"],))
    one["verb"] = {"id": "https://fuzz.example/" + "v" * min(size, 100_000)}
    return Sent(encode(one), BAD, (one["id"],))


def again(make: Maker) -> Sent:
    """The same id with another content, in one batch and alone: refused, the first stays."""
    one = make.statement()
    two = copy.deepcopy(one)
    two["verb"] = {"id": "https://fuzz.example/verbs/other"}
    return Sent(encode([one, two]), BAD, (one["id"],))


KINDS: tuple[tuple[Mutation, int], ...] = (
    (valid, 25), (batch, 4), (broken, 40), (malformed, 12), (wrong_request, 8), (reading, 8), (again, 3),
)  # fmt: skip
"""How often each is sent. `huge` is sent by itself, a few hundred times: it is slow."""
