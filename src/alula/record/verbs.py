"""Verbs and the sentences they are read by. A domain defines its own in its `statements.py`; here are those many share."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping

from alula.kernel.texts import LANGUAGES, Texts, pick
from alula.record.statement import Activity, Agent, Group, Result, Statement, StatementRef, Verb

_sentences: dict[str, Texts] = {}
_names: dict[str, Texts] = {}
_HAN, _LATIN = r"[\u3400-\u9fff\U00020000-\U000323af]", r"[0-9A-Za-z\u00c0-\u024f]"
_MEETING = re.compile(f"{_HAN}{_LATIN}|{_LATIN}{_HAN}")
_FALLBACK: Texts = {"zh": "{actor}对“{activity}”执行了“{verb}”", "en": "{actor} did “{verb}” on “{activity}”"}


def define_verb(verb_id: str, *, name: Texts, sentence: Texts) -> Verb:
    """Make a verb readable. `sentence` holds {actor} and {activity}, without a full stop: result and stop are added.

    Raises:
        ValueError: a language is missing, or a sentence lacks {actor} or names another placeholder than the two.
    """
    for language in LANGUAGES:
        if not name.get(language) or not sentence.get(language):
            raise ValueError(f"{verb_id}: name and sentence are needed in {language}")
        places = {
            place for _, place, _, _ in string.Formatter().parse(sentence[language]) if place is not None
        }
        if "actor" not in places or not places <= {"actor", "activity"}:
            raise ValueError(f"{verb_id}: the sentence names {sorted(places)}, not actor and activity")
    known = _sentences.setdefault(verb_id, sentence)
    if known != sentence:
        raise ValueError(f"{verb_id} is defined twice with different sentences")
    _names[verb_id] = name
    return Verb(id=verb_id, display=dict(name))


def _adl(word: str, zh: str, en: str) -> Verb:
    """A verb of the ADL vocabulary, known to every xAPI system."""
    return define_verb(
        f"http://adlnet.gov/expapi/verbs/{word}",
        name={"zh": zh, "en": word},
        sentence={"zh": f"{{actor}}{zh}“{{activity}}”", "en": f"{{actor}} {en} “{{activity}}”"},
    )


INITIALIZED = _adl("initialized", "开始了", "started")
COMPLETED = _adl("completed", "完成了", "completed")
PASSED = _adl("passed", "通过了", "passed")
FAILED = _adl("failed", "未通过", "did not pass")
ANSWERED = _adl("answered", "回答了", "answered")
EXPERIENCED = _adl("experienced", "学习了", "worked through")
TERMINATED = _adl("terminated", "结束了", "left")
VOIDED = _adl("voided", "作废了", "voided")


def verb_names() -> dict[str, Texts]:
    """Every verb that is defined here, by its IRI, with its name in both languages."""
    return dict(_names)


def sentence_of(
    statement: Statement, language: str, *, actor: str | None = None, names: Mapping[str, str] | None = None
) -> str:
    """The statement as one sentence.

    Args:
        statement: what is said.
        language: "zh" or "en".
        actor: the name to show, when the caller knows a better one than the statement carries.
        names: better names for whoever else stands in it, by the key of the agent.
    """
    verb = statement.verb
    known = names or {}
    template = pick(_sentences.get(verb.id, _FALLBACK), language)
    said = _filled(
        template,
        actor=actor or known.get(statement.actor.key) or name_of(statement.actor, language),
        verb=_label(verb.display, language) or verb.id.rstrip("/").rpartition("/")[2],
        activity=_thing(statement, language, known),
    )
    score = "" if statement.result is None else _score(statement.result, language)
    return said + score + ("。" if language.startswith("zh") else ".")


def _filled(template: str, **values: str) -> str:
    """The template with its values, and a space wherever a Han and a Latin character came to stand together."""
    said = ""
    for words, place, _, _ in string.Formatter().parse(template):
        for piece in (words, values[place] if place else ""):
            said += f" {piece}" if _MEETING.fullmatch(said[-1:] + piece[:1]) else piece
    return said


def _label(labels: Mapping[str, str] | None, language: str) -> str:
    """The label whose tag has the same first part ("zh-CN" serves "zh"), else any, else ""."""
    if not labels:
        return ""
    short = language.split("-", maxsplit=1)[0]
    return next(
        (text for tag, text in labels.items() if tag.split("-")[0] == short), next(iter(labels.values()))
    )


def name_of(who: Agent | Group, language: str) -> str:
    """What an agent or group is called by its own statement: name, account, address, or how many there are."""
    if who.name:
        return who.name
    if who.account is not None:
        return who.account.name
    if isinstance(who, Group) and who.key == "group":
        return pick({"zh": f"{len(who.member)} 人小组", "en": f"A group of {len(who.member)}"}, language)
    return who.key.partition(":")[2].removeprefix("mailto:")


def _thing(statement: Statement, language: str, names: Mapping[str, str]) -> str:
    thing = statement.object
    if isinstance(thing, Activity):
        name = None if thing.definition is None else thing.definition.name
        return _label(name, language) or thing.id
    if isinstance(thing, (Agent, Group)):
        return names.get(thing.key) or name_of(thing, language)
    if isinstance(thing, StatementRef):
        return str(thing.id)
    return sentence_of(
        Statement(actor=thing.actor, verb=thing.verb, object=thing.object, result=thing.result),
        language,
        names=names,
    ).rstrip("。.")


def _score(result: Result, language: str) -> str:
    score = result.score
    if score is None:
        return ""
    if score.raw is not None and score.max is not None:
        zh, en = f"，得分 {score.raw:g}，满分 {score.max:g}", f", score {score.raw:g} of {score.max:g}"
    elif score.scaled is not None:
        zh, en = f"，得分率 {score.scaled:.0%}", f", score {score.scaled:.0%}"
    elif score.raw is not None:
        zh, en = f"，得分 {score.raw:g}", f", score {score.raw:g}"
    else:
        return ""
    return pick({"zh": zh, "en": en}, language)
