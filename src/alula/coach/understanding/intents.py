"""The intent model: what the trainee did with a turn, learned from the scenario's own examples.

A linear model on character and word n-grams: TF-IDF rows of unit length; one ridge regression per intent and
one per kind of intent, all solved at once in closed form (docs/decisions/0005-own-linear-intent-model.md). An
intent's score is its own plus half its kind's, so that sentences of every trade (`seeds.*.yaml`) help an
author who wrote ten. Every row is also answered by the model trained without it; those answers choose the
line below which a turn is out of scope, turn scores into a confidence, and are the quality shown to the
author (`IntentModel.check`).

The same scenario gives the same model, bit for bit, in every process and on every machine.
"""

from __future__ import annotations

import hashlib
import math
from collections import OrderedDict
from concurrent.futures import Future
from itertools import pairwise
from threading import Lock
from typing import get_args

import numpy as np
from msgspec import Struct

from alula.coach.scenario.model import IntentKind, Scenario
from alula.coach.understanding import ngrams
from alula.coach.understanding.reading import Intention
from alula.coach.understanding.ridge import Floats, fit_logistic, gram_matrix, sigmoid, solve
from alula.coach.understanding.seeds import Lesson, lessons

PENALTY = 0.3  # leave-one-out accuracy is flat between 0.1 and 1 (benchmarks/intents.py)
KIND_SHARE = 0.5  # of the kind's score in an intent's; flat between 0.25 and 1
RESEMBLES = 0.6  # cosine from which a seed yields to an author's example that teaches something else
KEPT_MODELS = 64  # one is about 2 MB
MOST_PARTS = 60  # sentences of one turn that are looked at singly
KINDS: tuple[IntentKind, ...] = get_args(IntentKind)


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


class Mistake(Struct, frozen=True):
    """An example that the model, trained without it, answers differently from its author."""

    example: str
    intent: str
    answer: str | None


class Check(Struct, frozen=True):
    """How the model answers examples and out-of-scope sentences that were left out of its training.

    `accuracy`: share of examples answered with their own intent (an example refused is wrong).
    `ranked_first`: the share whose own intent scored highest, refused or not. `refused`: share of the
    `out_of_scope` generic sentences answered None or with an intent of kind "off_topic".
    """

    examples: int
    out_of_scope: int
    accuracy: float
    ranked_first: float
    refused: float
    mistakes: tuple[Mistake, ...]


class IntentModel:
    """A trained model. Immutable after construction, so that threads may share it."""

    def __init__(self, scenario: Scenario) -> None:
        self.intents: tuple[str, ...] = tuple(intent.id for intent in scenario.intents)
        self._kinds = tuple(intent.kind for intent in scenario.intents)
        taught = lessons(scenario)
        counted = [ngrams.grams(lesson.text) for lesson in taught]
        self._ngrams = tuple(sorted({gram for counts in counted for gram in counts}))
        self._columns = {gram: at for at, gram in enumerate(self._ngrams)}
        self._rarity = self._rarities(counted)
        self._rarest = _log((1 + len(counted)) / 2) + 1.0
        rows = [self._row(counts) for counts in counted]
        kernel = gram_matrix(rows, len(self._columns))
        kept = np.array(_undisputed(kernel, taught))
        taught = tuple(taught[at] for at in kept)
        dual, left_out = solve(kernel[kept[:, None], kept[None, :]], self._targets(taught), PENALTY)
        self._weights = np.zeros((len(self._columns), len(self.intents) + 1))
        for at, alpha in zip(kept, self._combined(dual), strict=True):
            columns = np.array([column for column, _ in rows[at]], dtype=np.intp)
            values = np.array([value for _, value in rows[at]])
            self._weights[columns] += values[:, None] * alpha[None, :]
        answers = self._combined(left_out)
        self._calibration = self._calibrate(answers, taught)
        self.check = self._checked(answers, taught)

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
        return self._together(text, parts) if len(parts) > 1 else self._single(text)

    def explain(self, text: str, limit: int = 8) -> Explanation:
        """The n-grams of the whole text that decided between the best intent and the runner-up."""
        row = self._row(ngrams.grams(text))
        if not row:
            return Explanation(intention=self.classify(text), best=None, runner_up=None, ngrams=())
        best, second = _two_best(self._scores(row))
        margin = self._weights[:, best] - (self._weights[:, second] if second is not None else 0.0)
        parts = [(value * float(margin[column]), self._ngrams[column]) for column, value in row]
        parts.sort(key=lambda part: (-abs(part[0]), part[1]))
        return Explanation(
            intention=self.classify(text),
            best=self.intents[best],
            runner_up=None if second is None else self.intents[second],
            ngrams=tuple(
                Contribution(ngram=gram.removeprefix(ngrams.WORD), weight=round(weight, 6))
                for weight, gram in parts[:limit]
            ),
        )

    def _together(self, text: str, parts: list[str]) -> Intention:
        weight: dict[str, float] = {}
        surest: dict[str, float] = {}
        for part in parts:
            one = self._single(part)
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
        best, second = _two_best(scores)
        chance = sigmoid(self._logit(scores))
        if chance >= 0.5:
            runner_up = None if second is None else self.intents[second]
            return Intention(intent=self.intents[best], confidence=round(chance, 4), runner_up=runner_up)
        return Intention(intent=None, confidence=round(1.0 - chance, 4), runner_up=self.intents[best])

    def _rarities(self, counted: list[dict[str, int]]) -> list[float]:
        """ln((1 + rows) / (1 + rows with the gram)) + 1."""
        seen = [0] * len(self._columns)
        for counts in counted:
            for gram in counts:
                seen[self._columns[gram]] += 1
        return [_log((1 + len(counted)) / (1 + holders)) + 1.0 for holders in seen]

    def _row(self, counts: dict[str, int]) -> list[tuple[int, float]]:
        """TF-IDF (1 + ln tf) of the known grams by ascending column; may be empty.

        Of unit length with all grams of the text; those never seen weigh as the rarest do, so a text that shares two
        words with an example is not taken for it. A row left out of training was normalised in the same way.
        """
        known = sorted(
            (self._columns[gram], count) for gram, count in counts.items() if gram in self._columns
        )
        raw = [(column, (1.0 + _log(count)) * self._rarity[column]) for column, count in known]
        rarest = self._rarest * self._rarest
        strange = [
            (1.0 + _log(count)) ** 2 * rarest for gram, count in counts.items() if gram not in self._columns
        ]
        length = math.sqrt(math.fsum([*(value * value for _, value in raw), *strange]))
        return [(column, value / length) for column, value in raw]

    def _targets(self, taught: tuple[Lesson, ...]) -> Floats:
        """1 for the row's intent and for its kind; a seed's 1 is shared among the intents of its kind."""
        targets = np.zeros((len(taught), len(self.intents) + len(KINDS)))
        for at, lesson in enumerate(taught):
            if lesson.kind is None:
                continue
            alike = [column for column, kind in enumerate(self._kinds) if kind == lesson.kind]
            own = alike if lesson.intent is None else [self.intents.index(lesson.intent)]
            targets[at, own] = 1.0 / max(1, len(own))
            targets[at, len(self.intents) + KINDS.index(lesson.kind)] = 1.0
        return targets

    def _combined(self, outputs: Floats) -> Floats:
        """Per row the scores of the intents and, last, how much it sounds like the talk at all."""
        first = len(self.intents)
        kinds = [first + KINDS.index(kind) for kind in self._kinds]
        scores = outputs[:, :first] + KIND_SHARE * outputs[:, kinds]
        belongs = np.zeros(len(outputs))
        for column, kind in enumerate(KINDS):
            if kind != "off_topic":
                belongs += outputs[:, first + column]
        return np.concatenate([scores, belongs[:, None]], axis=1)

    def _scores(self, row: list[tuple[int, float]]) -> Floats:
        columns = np.array([column for column, _ in row], dtype=np.intp)
        values = np.array([value for _, value in row])
        return (values[:, None] * self._weights[columns]).sum(axis=0)  # row after row: the order is fixed

    def _logit(self, scores: Floats) -> float:
        *weights, constant = self._calibration
        return sum(a * x for a, x in zip(weights, _features(scores), strict=True)) + constant

    def _foreign(self, lesson: Lesson) -> bool:
        """Whether the sentence should get no intent, or only one of kind "off_topic"."""
        return lesson.intent is None and lesson.kind in {None, "off_topic"}

    def _calibrate(self, answers: Floats, taught: tuple[Lesson, ...]) -> tuple[float, ...]:
        """Logistic regression of "the best intent is right" on `_features`, moved so that 0.5 is the line.

        Examples and out-of-scope sentences weigh the same together. The line is the one that gives the
        greatest sum of examples answered right and out-of-scope sentences refused; where several do, the
        middle of them.
        """
        features: list[tuple[float, ...]] = []
        right: list[bool] = []
        inside: list[bool] = []
        for scores, lesson in zip(answers, taught, strict=True):
            best, _ = _two_best(scores)
            if lesson.intent is not None or (self._foreign(lesson) and self._kinds[best] != "off_topic"):
                features.append(_features(scores))
                right.append(lesson.intent == self.intents[best])
                inside.append(lesson.intent is not None)
        shares = {True: 100.0 / inside.count(True), False: 100.0 / max(1, inside.count(False))}
        *weights, constant = fit_logistic(features, right, [shares[one] for one in inside])
        logits = [sum(a * x for a, x in zip(weights, one, strict=True)) + constant for one in features]
        return *weights, constant - _line(logits, right, inside)

    def _checked(self, answers: Floats, taught: tuple[Lesson, ...]) -> Check:
        right = first = refused = 0
        mistakes: list[Mistake] = []
        for scores, lesson in zip(answers, taught, strict=True):
            best, _ = _two_best(scores)
            answer = best if self._logit(scores) >= 0.0 else None
            name = None if answer is None else self.intents[answer]
            if lesson.intent is not None:
                first += self.intents[best] == lesson.intent
                right += name == lesson.intent
                if name != lesson.intent:
                    mistakes.append(Mistake(example=lesson.text, intent=lesson.intent, answer=name))
            elif self._foreign(lesson):
                refused += answer is None or self._kinds[answer] == "off_topic"
        examples = sum(lesson.intent is not None for lesson in taught)
        foreign = sum(self._foreign(lesson) for lesson in taught)
        return Check(
            examples=examples,
            out_of_scope=foreign,
            accuracy=right / examples,
            ranked_first=first / examples,
            refused=refused / max(1, foreign),
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


def _undisputed(kernel: Floats, taught: tuple[Lesson, ...]) -> list[int]:
    """The rows to learn from: all examples, and the seeds that resemble no example of another kind."""
    own = [at for at, lesson in enumerate(taught) if lesson.intent is not None]
    return own + [
        at
        for at in range(len(own), len(taught))
        if not any(kernel[at, mine] >= RESEMBLES and taught[mine].kind != taught[at].kind for mine in own)
    ]


def _two_best(scores: Floats) -> tuple[int, int | None]:
    order = sorted(range(len(scores) - 1), key=lambda at: (-float(scores[at]), at))
    return order[0], order[1] if len(order) > 1 else None


def _features(scores: Floats) -> tuple[float, float, float]:
    """What the confidence rests on: the best score, its lead, and how much it sounds like the talk at all."""
    best, second = _two_best(scores)
    lead = float(scores[best]) - (0.0 if second is None else float(scores[second]))
    return float(scores[best]), lead, float(scores[-1])


def _line(logits: list[float], right: list[bool], inside: list[bool]) -> float:
    """The logit with the most examples right above it and others below it, as shares; the middle of a tie."""
    examples, others = max(1, inside.count(True)), max(1, inside.count(False))
    order = sorted(zip(logits, right, inside, strict=True))
    gain = sum(1 / examples for _, ok, _ in order if ok)
    best, low, high = gain, order[0][0], order[0][0]
    tied = True
    for (logit, ok, example), (above, _, _) in pairwise(order):
        gain += -1 / examples if ok else 0.0 if example else 1 / others
        if gain > best + 1e-9:
            best, low, high, tied = gain, logit, above, True
        elif gain > best - 1e-9 and tied:
            high = above
        else:
            tied = False
    return (low + high) / 2


def _log(value: float) -> float:
    """The natural logarithm, on a grid so coarse (2^-20) that no two maths libraries differ."""
    return round(math.log(value) * 2**20) / 2**20
