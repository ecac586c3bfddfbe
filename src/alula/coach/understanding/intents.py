"""The intent model: what the trainee did with a turn, learned from the scenario's own examples.

A linear model on character and word n-grams: TF-IDF rows of unit length, one ridge regression per intent, all
of them solved at once in closed form (docs/decisions/0005-own-linear-intent-model.md). Sentences that belong
to no customer talk (`out_of_scope.*.txt`) are trained as rows of no intent. Every example is also answered by
the model trained without it; those answers choose the line below which a turn is out of scope and turn scores
into a confidence.

The same scenario gives the same model, bit for bit, in every process and on every machine.
"""

from __future__ import annotations

import hashlib
import math
from collections import OrderedDict
from concurrent.futures import Future
from functools import cache
from importlib.resources import files
from itertools import pairwise
from threading import Lock

import numpy as np
from msgspec import Struct

from alula.coach.scenario.model import Scenario
from alula.coach.understanding import ngrams
from alula.coach.understanding.reading import Intention
from alula.coach.understanding.ridge import Floats, fit_logistic, gram_matrix, sigmoid, solve

PENALTY = 0.3  # benchmarks/intents.py prints leave-one-out accuracy for others; flat between 0.1 and 1
KEPT_MODELS = 64  # one is about 1 MB
MOST_PARTS = 60  # sentences of one turn that are looked at singly
RESEMBLES = 0.5  # cosine above which a generic out-of-scope sentence yields to the author's example


class Contribution(Struct, frozen=True):
    """An n-gram that spoke for the best intent (positive) or the runner-up (negative), and by how much."""

    ngram: str
    weight: float


class Explanation(Struct, frozen=True):
    """Why a turn was answered as it was: the n-grams between `best` and `runner_up`, strongest first."""

    intention: Intention
    best: str | None
    runner_up: str | None
    ngrams: tuple[Contribution, ...]


class Check(Struct, frozen=True):
    """How the model answers examples and out-of-scope sentences that were left out of its training.

    `accuracy`: share of examples answered with their own intent (an example refused is wrong).
    `ranked_first`: the share whose own intent scored highest, refused or not. `refused`: share of
    out-of-scope sentences answered None or with an intent of kind "off_topic". `mistakes`: (example, its
    intent, the answer).
    """

    examples: int
    out_of_scope: int
    accuracy: float
    ranked_first: float
    refused: float
    mistakes: tuple[tuple[str, str, str | None], ...]


class IntentModel:
    """A trained model. Immutable after construction, so that threads may share it."""

    def __init__(self, scenario: Scenario) -> None:
        self.intents: tuple[str, ...] = tuple(intent.id for intent in scenario.intents)
        self._off_topic = frozenset(i.id for i in scenario.intents if i.kind == "off_topic")
        texts, labels = _examples(scenario)
        background = _background(scenario.language, texts)
        counted = [ngrams.grams(text) for text in [*texts, *background]]
        self._columns = {
            gram: at for at, gram in enumerate(sorted({g for counts in counted for g in counts}))
        }
        self._idf = self._rarity(counted)
        rows = [self._row(counts) for counts in counted]
        targets = np.zeros((len(rows), len(self.intents)))
        for at, label in enumerate(labels):
            targets[at, label] = 1.0
        dual, left_out = solve(gram_matrix(rows, len(self._columns)), targets, PENALTY)
        self._weights = np.zeros((len(self._columns), len(self.intents)))
        for row, alpha in zip(rows, dual, strict=True):
            columns = np.array([column for column, _ in row], dtype=np.intp)
            values = np.array([value for _, value in row])
            self._weights[columns] += values[:, None] * alpha[None, :]
        self._calibration = self._calibrate(left_out, labels)
        self.check = self._checked(left_out, labels, texts)

    def classify(self, text: str) -> Intention:
        """The intent of a turn.

        A turn of several sentences is read sentence by sentence: the answer is the intent that takes up most
        of it, weighed by length and confidence; the others found are in `also`, in order.

        `confidence` is the chance that the answer is right, 0.5 to 1, as estimated on answers about examples
        the model had not seen, with as many out-of-scope turns as in-scope ones. It holds for turns that
        resemble the author's examples; 0.5 says that the model could not tell. For an empty text: no intent,
        confidence 1.
        """
        parts = ngrams.sentences(text)[:MOST_PARTS]
        if len(parts) > 1:
            return self._together(text, parts)
        return self._single(text)

    def explain(self, text: str, limit: int = 8) -> Explanation:
        """The n-grams of the whole text that decided between the best intent and the runner-up."""
        row = self._row(ngrams.grams(text))
        intention = self.classify(text)
        if not row:
            return Explanation(intention=intention, best=None, runner_up=None, ngrams=())
        best, second = self._two_best(self._scores(row))
        names = list(self._columns)
        margin = self._weights[:, best] - (self._weights[:, second] if second is not None else 0.0)
        parts = sorted(
            ((value * float(margin[column]), names[column]) for column, value in row), key=_strongest
        )
        return Explanation(
            intention=intention,
            best=self.intents[best],
            runner_up=None if second is None else self.intents[second],
            ngrams=tuple(
                Contribution(ngram=name.removeprefix(ngrams.WORD), weight=round(weight, 6))
                for weight, name in parts[:limit]
            ),
        )

    def scores(self, text: str) -> tuple[tuple[str, float], ...]:
        """The raw regression score of every intent for the whole text; an example has about 1."""
        scores = self._scores(self._row(ngrams.grams(text)))
        return tuple(
            (intent, round(float(score), 6)) for intent, score in zip(self.intents, scores, strict=True)
        )

    def _together(self, text: str, parts: list[str]) -> Intention:
        found = [(part, self._single(part)) for part in parts]
        weight: dict[str, float] = {}
        surest: dict[str, float] = {}
        for part, one in found:
            if one.intent is not None:
                weight[one.intent] = weight.get(one.intent, 0.0) + one.confidence * len(part)
                surest[one.intent] = max(surest.get(one.intent, 0.0), one.confidence)
        if not weight:
            return self._single(text)
        order = list(weight)
        best = max(order, key=lambda intent: (weight[intent], -order.index(intent)))
        also = tuple(intent for intent in order if intent != best)
        runner_up = max(also, key=lambda intent: weight[intent]) if also else None
        return Intention(intent=best, confidence=surest[best], runner_up=runner_up, also=also)

    def _single(self, text: str) -> Intention:
        row = self._row(ngrams.grams(text))
        if not row:
            return Intention(intent=None, confidence=1.0)
        scores = self._scores(row)
        best, second = self._two_best(scores)
        chance = self._chance(scores, best, second)
        if chance >= 0.5:
            runner_up = None if second is None else self.intents[second]
            return Intention(intent=self.intents[best], confidence=round(chance, 4), runner_up=runner_up)
        return Intention(intent=None, confidence=round(1.0 - chance, 4), runner_up=self.intents[best])

    def _rarity(self, counted: list[dict[str, int]]) -> list[float]:
        """ln((1 + rows) / (1 + rows with the gram)) + 1, kept to a grid that no libm can disagree about."""
        seen = [0] * len(self._columns)
        for counts in counted:
            for gram in counts:
                seen[self._columns[gram]] += 1
        return [_grid(math.log((1 + len(counted)) / (1 + holders)) + 1.0) for holders in seen]

    def _row(self, counts: dict[str, int]) -> list[tuple[int, float]]:
        """TF-IDF (1 + ln tf) of the known grams, of unit length, by ascending column; may be empty."""
        known = sorted(
            (self._columns[gram], count) for gram, count in counts.items() if gram in self._columns
        )
        raw = [(column, (1.0 + _grid(math.log(count))) * self._idf[column]) for column, count in known]
        length = math.sqrt(math.fsum(value * value for _, value in raw))
        return [(column, value / length) for column, value in raw] if raw else []

    def _scores(self, row: list[tuple[int, float]]) -> Floats:
        total = np.zeros(len(self.intents))
        for column, value in row:
            total += value * self._weights[column]
        return total

    def _two_best(self, scores: Floats) -> tuple[int, int | None]:
        order = sorted(range(len(scores)), key=lambda at: (-float(scores[at]), at))
        return order[0], order[1] if len(order) > 1 else None

    def _chance(self, scores: Floats, best: int, second: int | None) -> float:
        top = float(scores[best])
        margin = top - float(scores[second]) if second is not None else top
        a, b, c = self._calibration
        return sigmoid(a * top + b * margin + c)

    def _calibrate(self, left_out: Floats, labels: list[int]) -> tuple[float, float, float]:
        """Logistic regression of "the best intent is right" on score and margin, moved so that 0.5 is the line.

        Examples and out-of-scope rows weigh the same together. The line is the one that gives the greatest
        sum of examples answered right and out-of-scope rows refused; where several do, the middle of them.
        """
        features, right, weights, in_scope = [], [], [], []
        for at, scores in enumerate(left_out):
            best, second = self._two_best(scores)
            inside = at < len(labels)
            if not inside and self.intents[best] in self._off_topic:
                continue
            margin = float(scores[best]) - (float(scores[second]) if second is not None else 0.0)
            features.append((float(scores[best]), margin))
            right.append(inside and labels[at] == best)
            in_scope.append(inside)
        outside = max(1, in_scope.count(False))
        weights = [100.0 / len(labels) if inside else 100.0 / outside for inside in in_scope]
        a, b, c = fit_logistic(features, right, weights)
        logits = [a * top + b * margin + c for top, margin in features]
        return a, b, c - _line(logits, right, in_scope)

    def _checked(self, left_out: Floats, labels: list[int], texts: list[str]) -> Check:
        accepted_right = first = refused = 0
        mistakes: list[tuple[str, str, str | None]] = []
        for at, scores in enumerate(left_out):
            best, second = self._two_best(scores)
            answer = best if self._chance(scores, best, second) >= 0.5 else None
            if at >= len(labels):
                refused += answer is None or self.intents[answer] in self._off_topic
                continue
            first += best == labels[at]
            accepted_right += answer == labels[at]
            if answer != labels[at]:
                given = None if answer is None else self.intents[answer]
                mistakes.append((texts[at], self.intents[labels[at]], given))
        outside = len(left_out) - len(labels)
        return Check(
            examples=len(labels),
            out_of_scope=outside,
            accuracy=accepted_right / len(labels),
            ranked_first=first / len(labels),
            refused=refused / outside if outside else 1.0,
            mistakes=tuple(mistakes),
        )


def model_for(scenario: Scenario) -> IntentModel:
    """The model of a scenario, trained once and kept while it is among the last `KEPT_MODELS` used.

    Threads that ask for the same scenario at once wait for one training.
    """
    key = hashlib.sha256(scenario.digest()).digest()
    with _lock:
        held = _models.get(key)
        if held is not None:
            _models.move_to_end(key)
        else:
            fresh: Future[IntentModel] = Future()
            _models[key] = fresh
            while len(_models) > KEPT_MODELS:
                _models.popitem(last=False)
    if held is not None:
        return held.result()
    try:
        fresh.set_result(IntentModel(scenario))
    except BaseException as error:
        with _lock:
            _models.pop(key, None)
        fresh.set_exception(error)
        raise
    return fresh.result()


_models: OrderedDict[bytes, Future[IntentModel]] = OrderedDict()
_lock = Lock()


def _examples(scenario: Scenario) -> tuple[list[str], list[int]]:
    pairs = [(text, label) for label, intent in enumerate(scenario.intents) for text in intent.examples]
    return [text for text, _ in pairs], [label for _, label in pairs]


def _background(language: str, examples: list[str]) -> list[str]:
    """The generic out-of-scope sentences of a language that do not resemble what the author teaches."""
    known = [_unit(text) for text in examples]
    return [
        text for text in _generic(language) if all(_cosine(_unit(text), one) < RESEMBLES for one in known)
    ]


@cache
def _generic(language: str) -> tuple[str, ...]:
    source = files("alula.coach.understanding").joinpath(f"out_of_scope.{language}.txt")
    return tuple(line.strip() for line in source.read_text("utf-8").splitlines() if line.strip())


@cache
def _unit(text: str) -> dict[str, float]:
    counts = ngrams.grams(text)
    length = math.sqrt(sum(count * count for count in counts.values()))
    return {gram: count / length for gram, count in counts.items()}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(value * other[gram] for gram, value in one.items() if gram in other)


def _line(logits: list[float], right: list[bool], in_scope: list[bool]) -> float:
    """The logit with the most examples right above it and others below it, as shares; the middle of a tie."""
    inside, outside = max(1, in_scope.count(True)), max(1, in_scope.count(False))
    order = sorted(zip(logits, right, in_scope, strict=True))
    gain = sum(1 / inside for _, ok, _ in order if ok)
    best, low, high = gain, order[0][0], order[0][0]
    tied = True
    for (logit, ok, scope), (above, _, _) in pairwise(order):
        gain += -1 / inside if ok else 0.0 if scope else 1 / outside
        if gain > best + 1e-9:
            best, low, high, tied = gain, logit, above, True
        elif gain > best - 1e-9 and tied:
            high = above
        else:
            tied = False
    return (low + high) / 2


def _grid(value: float) -> float:
    return round(value * 2**20) / 2**20


def _strongest(part: tuple[float, str]) -> tuple[float, str]:
    return -abs(part[0]), part[1]
