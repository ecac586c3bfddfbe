"""A small talk: a scenario, recordings of known voices, turns with known times, and the readings of its words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import msgspec
import numpy as np
from known_voices import flattened, phrase, silence, sing

from alula.coach.conversation import Turn
from alula.coach.delivery.prosody import measure
from alula.coach.delivery.score import score_delivery
from alula.coach.scenario.model import Scenario
from alula.coach.understanding.reading import Intention, Reading
from alula.engines.speech.audio import RATE, from_floats

KINDS = ("greeting", "courtesy", "acknowledge", "present", "handle_objection", "farewell", "rude")
KIND_OF_TURN = (
    "greeting",
    "acknowledge",
    "present",
    "handle_objection",
    "present",
    "courtesy",
    "present",
    "farewell",
)
ACT_BEFORE = ("open", "ask", "ask", "doubt", "ask", "ask", "doubt", "ask")
TEXT = "您好，这款产品每年只要三千六百元，您放心。"


def _both(text):
    return {"zh": text, "en": text}


def _act(name, kind):
    return {"id": name, "kind": kind, "topic": "product", "say": ["一", "二", "三"]}


def scenario(language="zh", forbidden_words=("随便你",)):
    level = {"interest": 50, "trust": 50, "patience": 50, "objections": 3, "vagueness": 0.0}
    return msgspec.convert(
        {
            "format": "alula.scenario/1", "id": "small", "version": 1, "language": language, "title": _both("小"),
            "summary": _both("小"), "industry": _both("小"), "role": _both("小"), "setting": _both("小"),
            "goal": _both("小"), "minutes": 5,
            "persona": {"name": "李女士", "age": 40, "gender": "female", "occupation": _both("教师"), "background": _both("无")},
            "product": {"name": "产品"},
            "stages": [{"id": "open", "title": _both("开场"), "goal": _both("开场")}],
            "intents": [{"id": f"to_{kind}", "kind": kind, "title": _both(kind), "examples": ["一", "二", "三"]} for kind in KINDS],
            "key_points": [{"id": "price", "title": _both("价格"), "weight": 1, "stage": "open", "say": ["元"]}],
            "forbidden": [], "forbidden_words": list(forbidden_words),
            "customer": {
                "opening": "open", "levels": {"easy": level, "normal": level, "hard": level},
                "acts": [_act("open", "open"), _act("ask", "question"), _act("doubt", "objection")],
            },
        },
        Scenario,
    )  # fmt: skip


def reading(kind):
    return Reading(Intention(f"to_{kind}", 0.9), points=(), claims=(), forbidden=())


@dataclass(frozen=True)
class Voice:
    """One recorded reply: two phrases with a pause between, lively, ending low."""

    seed: int = 0
    middle: float = 6.0
    factor: float = 1.0
    gain: float = 1.0
    pause: float = 0.45
    syllable: float = 0.21
    lead: float = 0.0

    def sound(self):
        phrases = [
            phrase(
                count, seconds=self.syllable * longer, swing=7.0, middle=self.middle, seed=self.seed + more
            )
            for count, longer, more in ((9, 1.0, 0), (9, 1.3, 100))
        ]
        one, two = (sing(flattened(part, self.factor, self.middle)) for part in phrases)
        return self.gain * np.concatenate([silence(self.lead), one, silence(self.pause), two])


@lru_cache(maxsize=400)
def recorded(voice, gain, text, language):
    """The prosody of a reply and the seconds of speech in it."""
    pcm = from_floats(gain * voice.sound())
    return measure(pcm, text, language), len(pcm) / RATE - voice.lead


@dataclass(frozen=True)
class Talk:
    """Eight replies to a customer who speaks for two seconds each time.

    `latency` is the trainee's, per reply or for all; negative values speak over the customer.
    """

    voices: tuple = tuple(Voice(seed) for seed in range(8))
    latency: float | tuple = 0.8
    text: str = TEXT
    kinds: tuple = KIND_OF_TURN
    language: str = "zh"
    gain: float = 1.0

    def turns(self):
        at, turns = 0.0, []
        for number, voice in enumerate(self.voices):
            turns.append(Turn("customer", "请问多少钱？", start=at, end=at + 2.0, act=ACT_BEFORE[number]))
            at += 2.0
            prosody, spoken = recorded(voice, self.gain, self.text, self.language)
            start = at + (self.latency[number] if isinstance(self.latency, tuple) else self.latency)
            turns.append(Turn("trainee", self.text, start=start, end=start + spoken, prosody=prosody))
            at = start + spoken + 0.5
        return turns

    def readings(self):
        return [one for kind in self.kinds for one in (None, reading(kind))]

    def score(self, **options):
        return score_delivery(scenario(self.language), self.turns(), self.readings(), **options)


def voices(count=8, **properties):
    """That many voices, alike but for what they say."""
    return tuple(Voice(seed, **properties) for seed in range(count))
