"""Key points and forbidden claims found in a turn, with the words that show them.

A key point is found by words (one `say` entry: all its words in the turn, none of them denied) or by meaning: the n-gram
cosine of a stretch of up to four clauses with one of its paraphrases. What n-grams cannot see is said in
docs/coach/content-score.md: a paraphrase in quite other words, irony, a denial far away.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import msgspec
from msgspec import Struct

from alula.coach.scenario.model import Scenario
from alula.coach.understanding import negation, ngrams
from alula.coach.understanding.normalise import Clause, Normal, clauses, normalise
from alula.coach.understanding.quantities import canonical
from alula.coach.understanding.reading import ForbiddenHit, PointHit, Span
from alula.coach.understanding.words import find

ALIKE = {"zh": 0.45, "en": 0.55}
"""Cosine from which a stretch says what a paraphrase says; English sentences share more letters by chance.

Measured on the shipped scenarios (tests/test_points.py): no sentence of one point is taken for another's, and one in
five Chinese and three in five English sentences is found from its siblings alone.
"""
TIE = 1e-9  # cosines nearer than this are the same; the earlier stretch is quoted
WIDEST = 4  # clauses in a stretch
LONGEST_QUOTE = 80  # characters; beyond, the clause of the first word is quoted

Grams = dict[str, float]


class _Paraphrase(Struct, frozen=True):
    point: str
    vector: Grams
    denies: bool


class _Index(Struct, frozen=True):
    """What a scenario's key points and forbidden claims are recognised by, in their one spelling."""

    points: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    paraphrases: tuple[_Paraphrase, ...]
    rarity: Grams
    usual: float
    alike: float
    forbidden: tuple[tuple[str, tuple[tuple[str, ...], ...], tuple[str, ...]], ...]


class Text(Struct, frozen=True):
    """A turn made ready for finding words: quantities written one way, its clauses, and the sentences that earn nothing."""

    normal: Normal
    clauses: tuple[Clause, ...]
    ignored: frozenset[int]

    def clause_at(self, at: int) -> Clause | None:
        return next((one for one in self.clauses if one.start <= at < one.end), None)


def prepared(normal: Normal, language: str, ignored: frozenset[int] = frozenset()) -> Text:
    """A normal text made ready. `ignored` are numbers of its sentences."""
    one_way = canonical(normal, language)
    return Text(normal=one_way, clauses=clauses(one_way), ignored=ignored)


def points(scenario: Scenario, text: Text) -> tuple[PointHit, ...]:
    """The key points said in a turn, each once, in the order in which they are said."""
    index = _index(scenario.digest())
    hits: dict[str, PointHit] = {}
    for point, entries in index.points:
        for entry in entries:
            if (span := _said(text, entry)) is not None:
                hits[point] = PointHit(point=point, how="words", span=span)
                break
    for point, span in _meant(index, text, frozenset(hits)):
        hits[point] = PointHit(point=point, how="meaning", span=span)
    return tuple(sorted(hits.values(), key=lambda hit: (hit.span.start, hit.point)))


def forbidden(scenario: Scenario, text: Text) -> tuple[ForbiddenHit, ...]:
    """The forbidden claims made in a turn, each once: not denied, not asked, and not beside one of their allowed words.

    A sentence that earns nothing can still do harm: it is looked at like any other.
    """
    hits = []
    for claim, patterns, allowed in _index(scenario.digest()).forbidden:
        span = next(
            (one for pattern in patterns if (one := _claimed(text, pattern, allowed)) is not None), None
        )
        if span is not None:
            hits.append(ForbiddenHit(id=claim, span=span))
    return tuple(hits)


def alikeness(scenario: Scenario, one: str, other: str) -> float:
    """The cosine (0-1) by which two sentences are compared in this scenario; for authors and for the tests."""
    index = _index(scenario.digest())
    vectors = [_vector(_plain(text, scenario.language), index) for text in (one, other)]
    return _cosine(vectors[0], vectors[1])


def _said(text: Text, entry: tuple[str, ...]) -> Span | None:
    """Where all words of an entry stand without being denied."""
    if not _holds(text, entry):
        return None
    bare = _without_own_negations(text, entry)
    found = []
    for word in entry:
        place = next((span for span in find(text.normal.text, word) if _affirmed(bare, span[0])), None)
        if place is None:
            return None
        found.append(place)
    return _quote(text, found)


def _holds(text: Text, entry: tuple[str, ...]) -> bool:
    """Whether the letters of all words stand there at all: of hundreds of entries few do, and only those are looked into."""
    return all(word in text.normal.text for word in entry)


def _without_own_negations(text: Text, entry: tuple[str, ...]) -> Text:
    """The text with the entry's own negating words blanked: in "抵押 + 不需要" the second word denies nothing of the first."""
    own = [word for word in entry if negation.polarity(word)]
    raw = text.normal.text
    for word in own:
        for start, end in find(raw, word):
            raw = raw[:start] + "·" * (end - start) + raw[end:]
    return (
        msgspec.structs.replace(text, normal=msgspec.structs.replace(text.normal, text=raw)) if own else text
    )


def _affirmed(text: Text, start: int) -> bool:
    clause = text.clause_at(start)
    if clause is None or clause.sentence in text.ignored:
        return False
    return not negation.negated(text.normal, clause, start)


def _quote(text: Text, found: list[tuple[int, int]]) -> Span:
    """The clauses that hold the words; when that is long, the clause of the first."""
    first = text.clause_at(found[0][0])
    touched = [clause for start, _ in found if (clause := text.clause_at(start)) is not None]
    assert first is not None  # an affirmed word stands in a clause
    start, end = min(one.start for one in touched), max(one.end for one in touched)
    if end - start > LONGEST_QUOTE:
        start, end = first.start, first.end
    while start < end and text.normal.text[start] in " \"'":
        start += 1
    return text.normal.span(start, end)


def _meant(index: _Index, text: Text, known: frozenset[str]) -> Iterator[tuple[str, Span]]:
    """Points that are not yet found by words, by the stretch most like one of their paraphrases."""
    stretches = list(_stretches(index, text))
    best: dict[str, tuple[float, int, int]] = {}
    for paraphrase in index.paraphrases:
        if paraphrase.point in known:
            continue
        for start, end, vector, denies in stretches:
            alike = _cosine(paraphrase.vector, vector) if denies == paraphrase.denies else 0.0
            if alike >= index.alike and alike > best.get(paraphrase.point, (0.0, 0, 0))[0] + TIE:
                best[paraphrase.point] = (alike, start, end)
    for point, (_, start, end) in best.items():
        yield point, text.normal.span(start, end)


def _stretches(index: _Index, text: Text) -> Iterator[tuple[int, int, Grams, bool]]:
    """Runs of up to `WIDEST` neighbouring clauses: start, end, vector, and whether they deny."""
    for first in range(len(text.clauses)):
        for last in range(first, min(first + WIDEST, len(text.clauses))):
            run = text.clauses[first : last + 1]
            if any(one.sentence in text.ignored for one in run):
                break
            start, end = run[0].start, run[-1].end
            words = text.normal.text[start:end]
            yield start, end, _vector(words, index), negation.polarity(words)


def _claimed(text: Text, pattern: tuple[str, ...], allowed: tuple[str, ...]) -> Span | None:
    if not _holds(text, pattern):
        return None
    bare = _without_own_negations(text, pattern)
    found = []
    for word in pattern:
        place = next((span for span in find(text.normal.text, word) if _asserted(bare, *span, allowed)), None)
        if place is None:
            return None
        found.append(place)
    return _quote(text, found)


def _asserted(text: Text, start: int, end: int, allowed: tuple[str, ...]) -> bool:
    """Said as true: neither denied nor asked, or both ("这不是稳赚吗")."""
    at = next((i for i, one in enumerate(text.clauses) if one.start <= start < one.end), None)
    if at is None:
        return False
    clause = text.clauses[at]
    words = text.normal.text[clause.start : clause.end]
    if any(find(words, one) for one in allowed):
        return False
    denied = negation.negated(text.normal, clause, start) or negation.negated_after(text.normal, clause, end)
    return denied == negation.asks(text.normal, text.clauses, at)


def _plain(text: str, language: str) -> str:
    return canonical(normalise(text), language).text


def _entry(entry: str, language: str) -> tuple[str, ...]:
    return tuple(_plain(word, language) for word in entry.split(" + "))


@lru_cache(maxsize=64)
def _index(digest: bytes) -> _Index:
    scenario = msgspec.json.decode(digest, type=Scenario)
    language = scenario.language
    texts = [
        *(text for point in scenario.key_points for text in (*point.paraphrases, point.example)),
        *(text for intent in scenario.intents for text in intent.examples),
        *(text for act in scenario.customer.acts for text in act.say),
    ]
    rarity, usual = _rarity([_plain(text, language) for text in texts])
    bare = _Index(points=(), paraphrases=(), rarity=rarity, usual=usual, alike=ALIKE[language], forbidden=())
    paraphrases = [
        (point.id, _plain(text, language)) for point in scenario.key_points for text in point.paraphrases
    ]
    return msgspec.structs.replace(
        bare,
        points=tuple((one.id, tuple(_entry(say, language) for say in one.say)) for one in scenario.key_points),
        paraphrases=tuple(
            _Paraphrase(point=point, vector=_vector(text, bare), denies=negation.polarity(text))
            for point, text in paraphrases
        ),
        forbidden=tuple(
            (one.id, tuple(_entry(pattern, language) for pattern in one.patterns),
             tuple(_plain(allow, language) for allow in one.allow))
            for one in scenario.forbidden
        ),
    )  # fmt: skip


def _rarity(texts: list[str]) -> tuple[Grams, float]:
    """How telling each gram is, ln((1 + texts) / (1 + texts with it)) + 1, and what one never seen counts."""
    seen: dict[str, int] = {}
    for text in texts:
        for gram in ngrams.grams(text):
            seen[gram] = seen.get(gram, 0) + 1
    every = 1 + len(texts)
    return {gram: round(math.log(every / (1 + n)) + 1, 6) for gram, n in seen.items()}, round(
        math.log(every) + 1, 6
    )


def _vector(text: str, index: _Index) -> Grams:
    """Grams weighed by rarity, of unit length."""
    raw = {gram: count * index.rarity.get(gram, index.usual) for gram, count in ngrams.grams(text).items()}
    length = math.sqrt(math.fsum(value * value for value in raw.values()))
    return {gram: value / length for gram, value in raw.items()} if length else {}


def _cosine(one: Grams, other: Grams) -> float:
    return math.fsum([one[gram] * other[gram] for gram in one.keys() & other.keys()])
