"""The resources of xAPI: each function takes a call and gives an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from alula.engines.files import chosen_files
from alula.kernel.errors import Refusal
from alula.record import spine
from alula.record.mentions import agent_key
from alula.record.moments import parse_timestamp
from alula.record.spine import StoredStatement
from alula.record.xapi import activities, documents, finding, multipart, showing
from alula.record.xapi.calls import NO_CONTENT, VERSIONS, Answer, Call, json_answer, version_of
from alula.record.xapi.credentials import Credential
from alula.record.xapi.documents import Condition, Document, Shelf
from alula.record.xapi.rules import need_iri, need_timestamp, need_uuid
from alula.record.xapi.storing import Prepared, attachment_key, prepare, write

NAMES_LOOKED_AT = 50
"""Statements of an agent, newest first, in which its names are looked for."""


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.replace(microsecond=0), usegmt=True)


def _own(credential: Credential) -> str | None:
    """The authority to which a credential's reading is limited; None when it may read all."""
    return None if "read_all" in credential.scopes else agent_key(credential.authority)


def prepare_statements(call: Call, credential: Credential) -> Prepared:
    """What a PUT or POST of statements wants written.

    Raises:
        Refusal: whatever is wrong with it (400, 403).
    """
    credential.require("write")
    put_id = None
    finding.known_only(call.params, frozenset({"statementId"} if call.method == "PUT" else ()))
    if call.method == "PUT":
        if "statementId" not in call.params:
            raise Refusal("xapi.parameter_missing", field="statementId", where="statementId")
        put_id = call.params["statementId"]
        need_uuid(put_id, "statementId")
    raw, attachments = _sent(call)
    return prepare(credential, raw, attachments, call.version, put_id=put_id)


def stored_answer(call: Call, prepared: Prepared) -> Answer:
    """The answer when it is stored."""
    return NO_CONTENT if call.method == "PUT" else json_answer(prepared.ids)


def store_statements(call: Call, credential: Credential) -> Answer:
    prepared = prepare_statements(call, credential)
    write(prepared)
    return stored_answer(call, prepared)


def _sent(call: Call) -> tuple[bytes, dict[str, bytes]]:
    if call.media_type == "application/json":
        return call.body, {}
    if call.media_type == "multipart/mixed":
        return multipart.statements_and_attachments(call.header("content-type"), call.body)
    raise Refusal("xapi.content_type", field="Content-Type")


def get_statements(call: Call, credential: Credential) -> Answer:
    credential.require("read_all", "read_own")
    for name, voided in (("statementId", False), ("voidedStatementId", True)):
        if name in call.params:
            wanted = finding.one_params(call.params, name)
            form, with_files = finding.format_of(call.params), finding.flag(call.params, "attachments")
            stored = finding.one(credential.tenant_id, wanted, voided=voided, authority=_own(credential))
            shown = _shown(call, credential, [stored], form, with_files=with_files)
            return _with_files(json_answer(shown[0]), credential, shown, [stored], with_files=with_files)
    return _page(call, credential, finding.query_of(call.params))


def get_more(call: Call, credential: Credential) -> Answer:
    """The next page: /xapi/more/<token>, as the answer before it said."""
    credential.require("read_all", "read_own")
    finding.known_only(call.params, frozenset())
    return _page(call, credential, finding.from_token(call.resource.removeprefix("more/")))


def _page(call: Call, credential: Credential, query: finding.Query) -> Answer:
    found, following = finding.page(credential.tenant_id, query, authority=_own(credential))
    shown = _shown(call, credential, found, query.format, with_files=query.attachments)
    more = "" if following is None else f"/xapi/more/{finding.to_token(following)}"
    answer = json_answer({"statements": shown, "more": more})
    return _with_files(answer, credential, shown, found, with_files=query.attachments)


def _shown(
    call: Call, credential: Credential, found: Sequence[StoredStatement], form: str, *, with_files: bool
) -> Sequence[Any]:
    """The statements as they are encoded: decoded only when something is changed in them or looked up."""
    if form == "exact" and not with_files:
        return showing.exact(found, call.version)
    languages = showing.languages_of(call.header("accept-language"))
    return showing.shown(credential.tenant_id, found, form, languages, call.version)


def _with_files(
    answer: Answer,
    credential: Credential,
    shown: Sequence[Any],
    found: Sequence[StoredStatement],
    *,
    with_files: bool,
) -> Answer:
    if found:
        answer = replace(answer, headers={"Last-Modified": _http_date(max(one.stored for one in found))})
    if not with_files:
        return answer
    files, parts = chosen_files(), {}
    for statement in shown:
        inner = statement["object"]
        for one in (*statement.get("attachments", ()), *inner.get("attachments", ())):
            sha2 = one["sha2"].lower()
            if sha2 not in parts and files.exists(key := attachment_key(credential.tenant_id, sha2)):
                with files.open(key) as content:
                    parts[sha2] = (sha2, one["contentType"], content.read())
    content_type, body = multipart.write(answer.body, parts.values())
    return replace(answer, content_type=content_type, body=body)


def _condition(call: Call) -> Condition:
    return Condition(call.header("if-match"), call.header("if-none-match"))


class Documents:
    """One of the three document resources: what names a document in it, and what a list of it may be limited by."""

    def __init__(self, resource: str, name: str, scope: tuple[str, ...], *, registered: bool = False) -> None:
        self.resource, self.name, self.scope, self.registered = resource, name, scope, registered
        self.common = frozenset({*scope, *(("registration",) if registered else ())})

    def _shelf(self, call: Call, credential: Credential) -> Shelf:
        credential.require("profile")
        activity = agent = ""
        for name in self.scope:
            if name not in call.params:
                raise Refusal("xapi.parameter_missing", field=name, where=name)
        if "activityId" in self.scope:
            activity = call.params["activityId"]
            need_iri(activity, "activityId")
        if "agent" in self.scope:
            agent = agent_key(finding.agent_of(call.params))
        return Shelf(credential.tenant_id, self.resource, activity, agent)

    def _registration(self, call: Call) -> UUID | None:
        given = call.params.get("registration")
        if given is None:
            return None
        need_uuid(given, "registration")
        return UUID(given)

    def _one(self, call: Call) -> str:
        finding.known_only(call.params, self.common | {self.name})
        if not call.params.get(self.name):
            raise Refusal("xapi.parameter_missing", field=self.name, where=self.name)
        return call.params[self.name]

    def get(self, call: Call, credential: Credential) -> Answer:
        shelf, registration = self._shelf(call, credential), self._registration(call)
        if self.name in call.params:
            found = documents.read(shelf, self._one(call), registration)
            if found is None:
                raise Refusal("xapi.no_document", status=404)
            return Answer(200, found.content, found.content_type, _marks(found))
        finding.known_only(call.params, self.common | {"since"})
        since = call.params.get("since")
        if since is not None:
            need_timestamp(since, "since")
        listed = documents.names(shelf, registration, parse_timestamp(since) if since else None)
        answer = json_answer([one.name for one in listed])
        if listed:
            answer = replace(answer, headers={"Last-Modified": _http_date(listed[-1].updated_at)})
        return answer

    def put(self, call: Call, credential: Credential) -> Answer:
        shelf, name = self._shelf(call, credential), self._one(call)
        sent = (call.header("content-type") or "application/octet-stream", call.body)
        # 1.0.3 asks for it in the profiles (Communication 2.6, 2.7, 3.1), 2.0 in State too, of documents there (4.1.4).
        asked: documents.Asked = "when_there"
        if call.version == "1.0.3":
            asked = "never" if self.resource == "state" else "always"
        documents.put(shelf, name, self._registration(call), sent, _condition(call), asked=asked)
        return NO_CONTENT

    def post(self, call: Call, credential: Credential) -> Answer:
        shelf, name = self._shelf(call, credential), self._one(call)
        sent = (call.header("content-type") or "application/octet-stream", call.body)
        documents.merge(shelf, name, self._registration(call), sent, _condition(call))
        return NO_CONTENT

    def delete(self, call: Call, credential: Credential) -> Answer:
        shelf, registration = self._shelf(call, credential), self._registration(call)
        if self.registered and self.name not in call.params:
            finding.known_only(call.params, self.common)
            documents.delete_all(shelf, registration)
            return NO_CONTENT
        documents.delete(shelf, self._one(call), registration, _condition(call))
        return NO_CONTENT


def _marks(found: Document) -> dict[str, str]:
    return {"ETag": f'"{found.etag}"', "Last-Modified": _http_date(found.updated_at)}


def get_activity(call: Call, credential: Credential) -> Answer:
    """What is known of an activity; its id alone when nothing is."""
    credential.require("read_all", "read_own", "profile")
    finding.known_only(call.params, frozenset({"activityId"}))
    if "activityId" not in call.params:
        raise Refusal("xapi.parameter_missing", field="activityId", where="activityId")
    one = call.params["activityId"]
    need_iri(one, "activityId")
    known = activities.definitions(credential.tenant_id, [one])
    return json_answer(
        {"objectType": "Activity", "id": one, **({"definition": known[one]} if one in known else {})}
    )


def get_agent(call: Call, credential: Credential) -> Answer:
    """The Person that an agent belongs to: the agent's own identifier and the names that it was given."""
    credential.require("read_all", "read_own", "profile")
    finding.known_only(call.params, frozenset({"agent"}))
    who = finding.agent_of(call.params)
    if who.get("objectType", "Agent") != "Agent":
        raise Refusal("xapi.parameter_value", field="agent", expected="an agent", where="agent")
    names = [who["name"]] if "name" in who else []
    if credential.scopes & {"read_all", "read_own"}:
        names += _names(credential, agent_key(who))
    person: dict[str, Any] = {"objectType": "Person"}
    if names:
        person["name"] = list(dict.fromkeys(names))
    for name in ("mbox", "mbox_sha1sum", "openid", "account"):
        if name in who:
            person[name] = [who[name]]
    return json_answer(person)


def _names(credential: Credential, key: str) -> list[str]:
    own = _own(credential)
    base, params = spine.found_by_all(credential.tenant_id, actor_key=key, authority=own)
    found = spine.select(
        f"WHERE {base} ORDER BY position DESC LIMIT %s",
        [*params, NAMES_LOOKED_AT],
    )
    return [one.statement.actor.name for one in found if one.statement.actor.name]


def about(call: Call) -> Answer:
    """Which versions are spoken; the only resource that asks for neither credential nor version."""
    if call.method != "GET":
        raise Refusal("xapi.method", status=405)
    return json_answer({"version": list(VERSIONS), "extensions": {}})


_STATE = Documents("state", "stateId", ("activityId", "agent"), registered=True)
_ACTIVITY = Documents("activities", "profileId", ("activityId",))
_AGENT = Documents("agents", "profileId", ("agent",))

Handler = Callable[[Call, Credential], Answer]
RESOURCES: dict[str, dict[str, Handler]] = {
    "statements": {"PUT": store_statements, "POST": store_statements, "GET": get_statements},
    "activities": {"GET": get_activity},
    "agents": {"GET": get_agent},
    **{
        path: {"GET": one.get, "PUT": one.put, "POST": one.post, "DELETE": one.delete}
        for path, one in (
            ("activities/state", _STATE),
            ("activities/profile", _ACTIVITY),
            ("agents/profile", _AGENT),
        )
    },
}


def answer(call: Call) -> Answer:
    """Answer a call.

    Raises:
        Refusal: whatever the resource refuses.
    """
    if call.resource == "about":
        return about(call)
    handlers = {"GET": get_more} if call.resource.startswith("more/") else RESOURCES.get(call.resource)
    if handlers is None:
        raise Refusal("xapi.no_resource", status=404)
    call, credential = admitted(call)
    if call.method not in handlers:
        raise Refusal("xapi.method", status=405, expected=sorted(handlers))
    return handlers[call.method](call, credential)


def admitted(call: Call) -> tuple[Call, Credential]:
    """The call with the version that it is served by, and who asks.

    Raises:
        Refusal: xapi.version_header (400), xapi.not_signed_in (401).
    """
    call = versioned(call)
    return call, call.credential()


def versioned(call: Call) -> Call:
    """The call with the version that it is served by.

    Raises:
        Refusal: xapi.version_header (400).
    """
    return replace(call, version=version_of(call.headers.get("x-experience-api-version")))
