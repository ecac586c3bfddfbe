"""What the recogniser's short cuts could get wrong: each time it says what the validator says, or nothing."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest

from alula.kernel.errors import Refusal
from alula.record.facade import add_credential
from alula.record.lean import parts, recognising
from alula.record.services import INDEXED_BYTES
from alula.record.xapi import storing
from alula.record.xapi.decoding import DEEPEST, decode
from alula.record.xapi.validator import validate

ACTOR = '{"mbox":"mailto:li@firm.example"}'
VERB = '{"id":"http://firm.example/did","display":{"zh":"做了"}}'
OBJECT = '{"id":"http://firm.example/tea"}'
NIL = str(UUID(int=0))


@pytest.fixture
def credential(db, tenant):
    return add_credential(tenant, "a system", ["write", "define", "read_all"]).credential


def written(*more, **places):
    """The JSON of a statement; `more` stands behind its id, actor, verb and object."""
    its = {"id": f'"{uuid4()}"', "actor": ACTOR, "verb": VERB, "object": OBJECT, **places}
    return "{" + ",".join([*(f'"{name}":{text}' for name, text in its.items()), *more]) + "}"


@pytest.fixture
def recognised(credential):
    """Whether a statement is recognised, new and again; what is, is what the long way makes of it."""

    def ask(text, version="2.0.0"):
        raw = text.encode()
        sender = storing._sender(credential, version, None)
        found = [recognising.recognise(raw, sender) for _ in range(2)]
        assert (found[0] is None) == (found[1] is None)
        try:
            statement = decode(raw)
            validate(statement, version)
        except Refusal:
            assert found == [None, None]
            return None
        expected = storing._recognised(credential, statement, version, None)
        for one in found:
            if one is not None:
                assert one.row._replace(body="") == expected.row._replace(body="")
                assert json.loads(one.row.body) == json.loads(expected.row.body)
                assert (one.id, one.definitions) == (expected.id, expected.definitions)
        return found[0] is not None

    return ask


def nested(depth):
    return "[" * depth + "1" + "]" * depth


@pytest.mark.parametrize(
    ("place", "around", "levels"),
    [
        ("object", '{"id":"http://a.cn/x","definition":{"extensions":{"http://a.cn/e":%s}}}', 4),
        ("context", '{"extensions":{"http://a.cn/e":%s}}', 3),
        ("result", '{"extensions":{"http://a.cn/e":%s}}', 3),
    ],
)
def test_a_part_is_one_level_deeper_than_it_looks(recognised, credential, place, around, levels):
    assert recognised(written(**{place: around % nested(DEEPEST - levels)}))
    too_deep = written(**{place: around % nested(DEEPEST - levels + 1)})
    assert recognised(too_deep) is None
    with pytest.raises(Refusal) as refused:
        storing.prepare(credential, too_deep.encode(), {}, "2.0.0")
    assert refused.value.code == "xapi.deep"


@pytest.mark.parametrize("depth", [200, 5000, 200_000])
def test_far_too_deep_is_refused_like_any_other(credential, depth):
    text = written(f'"context":{{"extensions":{{"http://a.cn/e":{nested(depth)}}}}}')
    assert recognising.recognise(text.encode(), storing._sender(credential, "2.0.0", None)) is None
    with pytest.raises(Refusal) as refused:
        storing.prepare(credential, text.encode(), {}, "2.0.0")
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "text",
    [
        written(verb='{"id":"http://firm.example/did","id":"http://firm.example/did"}'),
        written(object='{"id":"http://a.cn/x","definition":{"name":{"en":"a"},"name":{"en":"a"}}}'),
        written('"context":{"language":"en","language":"en"}'),
        written('"context":{"language":"en"}', '"context":{"language":"en"}'),
        written('"result":{"success":true}', '"result":{"success":true}'),
        written('"result":{"score":{"raw":1},"score":{"raw":1}}'),
        written('"result":{"score":{"min":1,"min":1,"max":2}}'),
        written('"result":{"duration":"PT1S","duration":"PT1S"}'),
        written('"result":{"duration":"PT1S","d\\u0075ration":"PT1S"}'),
        written(f'"\\u0069d":"{uuid4()}"'),
        written('"timestamp":"2026-03-01T08:00:00Z","timestamp":"2026-03-01T08:00:00Z"'),
        # Two quotation marks too few, two too many.
        written('"result":{"response":"a\\u0022b\\u0022","success":true,"success":true}'),
        written('"context":{"platform":"a\\u0022b\\u0022","language":"en","language":"en"}'),
        written(
            '"result":{"success":true,"success":true}',
            verb='{"id":"http://a.cn/v","display":{"en":"\\u0022\\u0022"}}',
        ),
    ],
)
def test_what_stands_twice_is_seen_wherever_it_stands(recognised, text):
    assert recognised(text) is None


@pytest.mark.parametrize(
    "text",
    [
        written(),
        json.dumps(json.loads(written('"context":{"language":"en"}')), indent="\t", ensure_ascii=True),
        written('"context" : { "platform":"\\"\\u5c0f\\"" }'),
        written(
            '"result":{"response":"a \\"quoted\\" word","extensions":{"http://a.cn/e":{"\\"":"\\u0022"}}}'
        ),
        written('"result":{}'),
        written('"context":{}'),
        written('"v\\u0065rsion":"1.0.0"'),
        written(id=f'"{str(uuid4()).upper()}"'),
        written(id=f'"\\u0030{str(uuid4())[1:]}"'),
        written(f'"context":{{"registration" :\n"{str(uuid4()).upper()}"}}'),
        written(f'"context":{{"registration":"{NIL}"}}'),
    ],
)
def test_unusual_but_plain_is_recognised(recognised, text):
    assert recognised(text)
    assert recognised(text, "1.0.3")


@pytest.mark.parametrize(
    "one",
    [
        "0x8a8529f-035e-4a25-9b08-923d10c67fd9",
        "e8a8529f-035e-4a25-9b08-923d10c67f_9",
        "e8a8529f-035e-4a25-9b08-923d10c67f 9",
        "e8a8529f-035e-4a25-9b08-923d10c67fd٣",
        "e8a8529f035e4a259b08923d10c67fd9",
        "e8a8529f0-35e-4a25-9b08-923d10c67fd9",
        "{e8a8529f-035e-4a25-9b08-923d10c67fd9}",
        "e8a8529f-035e-4a25-9b08-923d10c67fd9\\n",
    ],
)
def test_what_is_no_uuid_is_not_recognised(recognised, one):
    assert recognised(written(id=f'"{one}"')) is None
    assert not recognised(written(f'"context":{{"registration":"{one}"}}'))


@pytest.mark.parametrize("decimals", range(10))
def test_a_time_is_cut_to_microseconds(recognised, decimals):
    fraction = f".{'987654321'[:decimals]}" if decimals else ""
    assert recognised(written(f'"timestamp":"2026-03-01T08:09:59{fraction}Z"'))


@pytest.mark.parametrize(
    "time",
    [
        "2026-02-30T10:00:00Z",
        "2025-02-29T10:00:00Z",
        "0000-01-01T10:00:00Z",
        "2026-13-01T10:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T24:00:00.000Z",
        "2026-03-01T10:60:00Z",
        "2026-03-01T10:00:60Z",
        "2026-03-01T10:00:00.Z",
        "2026-03-01T10:00:00,5Z",
        "2026-03-01T10:00:0٣Z",
        "2026-03-01 10:00:00Z",
        "2026-03-01T10:00:00",
        "2026-03-01T10:00:00z",
        "2026-03-01T10:00:00+08:00",
        "2026-W10-1T10:00:00Z",
        "20260301T100000Z",
        "2026-03-01T10Z",
        "2026-03-01",
        "",
    ],
)
def test_any_other_time_is_for_the_validator(recognised, time):
    assert not recognised(written(f'"timestamp":"{time}"'))


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_first_and_the_last_year_are_years(recognised, year):
    assert recognised(written(f'"timestamp":"{year}-12-31T23:59:59.999999999Z"'))


@pytest.mark.parametrize(
    ("result", "right"),
    [
        ('{"score":{"scaled":1}}', True),
        ('{"score":{"scaled":-1.0,"raw":0,"min":0,"max":1}}', True),
        ('{"score":{"raw":1e3,"min":-5,"max":1000}}', True),
        ('{"score":{"scaled":1.0000001}}', None),
        ('{"score":{"scaled":-2}}', None),
        ('{"score":{"scaled":true}}', None),
        ('{"score":{"scaled":"1"}}', None),
        ('{"score":{"min":1,"max":1}}', None),
        ('{"score":{"raw":-1,"min":0}}', None),
        ('{"score":{"raw":2,"min":0,"max":1}}', None),
        (f'{{"score":{{"raw":{10**30},"max":{10**31}}}}}', True),
        (f'{{"score":{{"raw":{10**31},"max":{10**30}}}}}', None),
        ('{"score":{"more":1}}', None),
        ('{"score":null}', None),
        ('{"success":1}', None),
        ('{"duration":"PT1H2M3.5S","success":false,"completion":true}', True),
        ('{"duration":"PT12H"}', True),
        ('{"duration":"P1Y2M3DT4H"}', True),
        ('{"duration":"P4W"}', True),
        ('{"duration":"PT1,5S"}', True),
        ('{"duration":"PT1.S"}', None),
        ('{"duration":"PT"}', None),
        ('{"duration":"PTS"}', None),
        ('{"duration":"PT1M2H3S"}', None),
        ('{"duration":"PT1S\\n"}', None),
        ('{"duration":"PT\u0663S"}', None),
        ('{"duration":5}', None),
        ("null", None),
        ("[]", None),
    ],
)
def test_a_result_is_judged_like_the_validator_does(recognised, result, right):
    assert recognised(written(f'"result":{result}')) is right


def test_a_registration_under_an_escaped_name_is_the_contexts_own(recognised):
    """Another one in the same context, that stands where the remembered form expects it, is not taken for it."""
    inner = f'"extensions":{{"http://a.cn/e":{{"registration":"{uuid4()}"}}}}'
    for name in ("registration", "registr\\u0061tion"):
        for value in (NIL, f"\\u0030{NIL[1:]}", str(uuid4())):
            recognised(written(f'"context":{{"{name}":"{value}",{inner}}}'))
            recognised(written(f'"context":{{{inner},"{name}":"{value}"}}'))


def test_a_context_remembered_without_its_registration_is_not_one_that_has_none(recognised):
    for _ in range(2):
        assert recognised(written(f'"context":{{"registration":"{uuid4()}","language":"zh"}}'))
        assert recognised(written(f'"context":{{"registration":"{NIL}","language":"zh"}}'))
        recognised(written(f'"context":{{"extensions":{{"http://a.cn/e":{{"registration":"{uuid4()}"}}}}}}'))
        recognised(written(f'"context":{{"extensions":{{"http://a.cn/e":{{"registration":"{NIL}"}}}}}}'))


def test_every_place_names_whom_it_names(recognised):
    group = '{"objectType":"Group","member":[{"mbox":"mailto:a@b.cn"},{"mbox":"mailto:c@b.cn"}]}'
    named = '{"objectType":"Group","mbox":"mailto:g@b.cn","member":[{"mbox":"mailto:g@b.cn"}]}'
    agent = '{"objectType":"Agent","mbox":"mailto:li@firm.example"}'
    for actor in (ACTOR, group, named):
        for thing in (OBJECT, agent, group, f'{{"objectType":"StatementRef","id":"{str(uuid4()).upper()}"}}'):
            for context in ("{}", f'{{"instructor":{agent},"team":{group}}}'):
                assert recognised(written(f'"context":{context}', actor=actor, object=thing))


def test_bytes_that_are_no_utf_8_are_not_recognised(credential):
    sender = storing._sender(credential, "2.0.0", None)
    text = written('"context":{"platform":"?"}', '"result":{"response":"?"}')
    for at in [place for place, one in enumerate(text) if one == "?"]:
        raw = text.encode()[:at] + b"\xff" + text.encode()[at + 1 :]
        assert recognising.recognise(raw, sender) is None
        with pytest.raises(Refusal):
            storing.prepare(credential, raw, {}, "2.0.0")


def test_ids_that_differ_in_case_alone_are_one(credential):
    one = str(uuid4())
    three = [written(id=f'"{text}"') for text in (one, uuid4(), one.upper())]
    batch = f"[{','.join(three)}]"
    with pytest.raises(Refusal) as refused:
        storing.prepare(credential, batch.encode(), {}, "2.0.0")
    assert (refused.value.code, refused.value.field) == ("xapi.twice", "[2].id")


@pytest.mark.parametrize("place", ["actor", "verb.id", "object.id", "context"])
@pytest.mark.parametrize("letter", ["a", "é", "小", "\U0001f426"])
def test_what_no_index_could_hold_is_refused_to_the_byte(credential, place, letter):
    head = {"actor": "account:http://a.cn ", "context": "activity:http://a.cn/"}.get(place, "http://a.cn/")
    size = len(letter.encode())
    fits = letter * ((INDEXED_BYTES - len(head)) // size)
    for name, right in ((fits, True), (fits + letter, False)):
        iri = f'{{"id":"http://a.cn/{name}"}}'
        text = {
            "actor": written(actor=f'{{"account":{{"homePage":"http://a.cn","name":"{name}"}}}}'),
            "verb.id": written(verb=iri),
            "object.id": written(object=iri),
            "context": written(f'"context":{{"contextActivities":{{"parent":[{iri}]}}}}'),
        }[place]
        for _ in range(2):
            if right:
                assert len(storing.prepare(credential, text.encode(), {}, "2.0.0").rows) == 1
                continue
            with pytest.raises(Refusal) as refused:
                storing.prepare(credential, text.encode(), {}, "2.0.0")
            assert (refused.value.code, refused.value.field) == ("record.too_long", place)


def test_a_sender_is_remembered_for_each_version_and_put(credential):
    assert json.loads(prepared_body(credential, "1.0.3"))["version"] == "1.0.0"
    assert json.loads(prepared_body(credential, "2.0.0"))["version"] == "2.0.0"
    one = str(uuid4())
    text = written().replace('"id":', '"was":', 1)
    text = "{" + text.split(",", 1)[1]
    prepared = storing.prepare(credential, text.encode(), {}, "2.0.0", put_id=one)
    assert prepared.ids == [one]
    assert json.loads(prepared.rows[0].body)["id"] == one
    assert json.loads(prepared_body(credential, "2.0.0"))["id"] != one


def prepared_body(credential, version):
    return storing.prepare(credential, written().encode(), {}, version).rows[0].body


def test_a_part_too_long_to_remember_is_looked_at_each_time(recognised):
    long = f'{{"id":"http://a.cn/x","definition":{{"name":{{"en":"{"x" * parts.LONGEST}"}}}}}}'
    assert recognised(written(object=long))
    assert long.encode() not in parts.objects
