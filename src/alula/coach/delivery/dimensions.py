"""From measures to scores: a dimension is a list of weighted parts, each a measured value on a named plateau.

A part that cannot be measured is left out and the others carry its weight; a dimension of which less than
half can be measured is None. A dimension is the weighted mean of its parts, 0-100. The directions come from
research on speech (docs/coach/delivery.md names the source of each); weights and plateaus are engineering
defaults, not published norms.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, median, pstdev

import numpy as np

from alula.coach.conversation import Prosody
from alula.coach.delivery.baseline import f0_range, rate, weighted
from alula.coach.delivery.parts import (
    MOST_PLACES,
    Heard,
    Part,
    Place,
    Places,
    longest_turn,
    moments,
    part,
    pauses,
    turn_that_shows,
)
from alula.coach.delivery.plateaus import Plateau, Side
from alula.coach.delivery.syllables import Language, fillers, syllables
from alula.coach.delivery.talk import Reply, Seconds

LEAST_VOICED = 1.0  # seconds of voice in a talk, for tone and infectiousness
LEAST_MINUTES = 0.05  # of speech, for anything counted per minute
LONG_PAUSE = 0.7
RISING = 3.0  # semitones a second
LONGEST_OVERLAP = 3.0
_SAID = Plateau(0.0, 100.0, None, None, unit=None)  # it was said, or it was not


def response_speed(heard: Heard) -> list[Part]:
    """响应速度: 0.7 median + 0.3 90th percentile of the latency, from the customer's last sound on.

    A faster reply is felt as more connection, by the speakers and by listeners; the usual gap is about 0.2 s
    (Templeton et al. 2022). Nothing is too fast here: speaking before the customer has finished is overlap,
    which affinity judges, and counts as a latency of 0.
    """
    answered = [reply for reply in heard.replies if reply.latency is not None]
    if not answered:
        return []
    latencies = [reply.latency or 0.0 for reply in answered]
    p90 = float(np.percentile(latencies, 90))
    p = heard.plateaus
    return [
        *part("latency", 0.7, median(latencies), p.latency_median, _slowest(answered, p.latency_median)),
        *part("slowest", 0.3, p90, p.latency_p90, _slowest(answered, p.latency_p90)),
    ]


def _slowest(answered: Sequence[Reply], plateau: Plateau) -> Places:
    """The replies beyond the plateau, each with its share of the excess; the slowest one when none is."""

    def places(side: Side) -> list[Place]:
        ranked = sorted(answered, key=lambda reply: (-(reply.latency or 0.0), reply.index))
        late = [
            reply for reply in ranked if side == "high" and (reply.latency or 0.0) > (plateau.full_to or 0.0)
        ]
        return [
            Place(
                reply.index,
                _gap(reply),
                max((reply.latency or 0.0) - (plateau.full_to or 0.0), 1e-9),
                plateau.show(reply.latency or 0.0),
            )
            for reply in late[:MOST_PLACES] or ranked[:1]
        ]

    return places


def _gap(reply: Reply) -> Seconds | None:
    return None if reply.span is None else (reply.span[0] - (reply.latency or 0.0), reply.span[0])


def tone(heard: Heard) -> list[Part]:
    """语气: 0.4 SD of pitch + 0.3 SD of level over voiced frames + 0.15 falling ends + 0.15 no clipping.

    Moderate variation is heard as engaged, a flat or a wildly moving voice is not (Rosenberg & Hirschberg
    2005). A statement whose end rises sounds like a question: turns that end in a question are left out; a
    rise is a slope above +3 semitones a second over the last 0.4 s. Lexical tones widen Mandarin pitch: it
    has plateaus of its own.
    """
    voices, p = heard.voices, heard.plateaus
    if sum(voice.voiced for voice in voices) < LEAST_VOICED:
        return []
    statements = [
        reply
        for reply in heard.replies
        if reply.voice and reply.voice.final_slope is not None and not _asks(reply.turn.text, heard.language)
    ]
    rising = [reply for reply in statements if reply.voice and (reply.voice.final_slope or 0.0) > RISING]
    falling = 100.0 * (1 - len(rising) / len(statements)) if len(statements) >= 3 else None
    clipped = 100.0 * (weighted(voices, _clipped) or 0.0)
    return [
        *part(
            "pitch_variation",
            0.4,
            weighted(voices, _f0_sd),
            p.f0_sd,
            turn_that_shows(heard.replies, _f0_sd, p.f0_sd),
        ),
        *part(
            "level_variation",
            0.3,
            weighted(voices, _level_sd),
            p.level_sd,
            turn_that_shows(heard.replies, _level_sd, p.level_sd),
        ),
        *part(
            "falling_end",
            0.15,
            falling,
            p.falling,
            lambda _: [_ending(reply) for reply in rising or statements],
        ),
        *part(
            "clipping", 0.15, clipped, p.clipped, turn_that_shows(heard.replies, _clipped_percent, p.clipped)
        ),
    ]


def _f0_sd(voice: Prosody) -> float | None:
    return voice.f0_sd


def _level_sd(voice: Prosody) -> float | None:
    return voice.level_sd


def _clipped(voice: Prosody) -> float:
    return voice.clipped


def _clipped_percent(voice: Prosody) -> float:
    return 100.0 * voice.clipped


def _ending(reply: Reply) -> Place:
    last = reply.voice.phrases[-1] if reply.voice else None
    return Place(reply.index, reply.at(max(last.start, last.end - 1.0), last.end) if last else reply.span)


def _asks(text: str, language: Language) -> bool:
    end = text.rstrip(" \t\n。.!！~…”\"'）)")
    return end.endswith(("?", "？")) or (language == "zh" and end.endswith(("吗", "呢", "吧", "么")))


def infectiousness(heard: Heard) -> list[Part]:
    """感染力: 0.4 range of pitch (5-95 %) + 0.2 SD of level + 0.2 variation of pace + 0.2 emphases a minute.

    A larger pitch range, emphasis, and a tempo that changes between phrases go with charismatic speech
    (Niebuhr et al. 2018, 2020, 2024). The height of the voice does not enter: its direction differs by sex.
    Range and emphasis have no upper edge, so less of them never scores more.
    """
    voices, p = heard.voices, heard.plateaus
    if sum(voice.voiced for voice in voices) < LEAST_VOICED:
        return []
    minutes = sum(voice.speech for voice in voices) / 60.0
    emphasis = sum(len(voice.peaks) for voice in voices) / minutes if minutes >= LEAST_MINUTES else None
    return [
        *part(
            "pitch_range",
            0.4,
            weighted(voices, f0_range),
            p.f0_range,
            turn_that_shows(heard.replies, f0_range, p.f0_range),
        ),
        *part(
            "level_variation",
            0.2,
            weighted(voices, _level_sd),
            p.liveliness,
            turn_that_shows(heard.replies, _level_sd, p.liveliness),
        ),
        *part(
            "pace_variation",
            0.2,
            _variation([pace for voice in voices for pace in _paces(voice)], least=4),
            p.rate_variation,
            turn_that_shows(
                heard.replies, lambda voice: _variation(_paces(voice), least=1), p.rate_variation
            ),
        ),
        *part("emphasis", 0.2, emphasis, p.emphasis, lambda side: _emphasis(heard.replies, side)),
    ]


def _paces(voice: Prosody) -> list[float]:
    """Syllables per second of the phrases that are long enough to have a pace."""
    return [
        phrase.syllables / (phrase.end - phrase.start)
        for phrase in voice.phrases
        if phrase.syllables >= 3 and phrase.end - phrase.start >= 0.5
    ]


def _variation(paces: Sequence[float], *, least: int) -> float | None:
    """Coefficient of variation in percent."""
    return 100.0 * pstdev(paces) / mean(paces) if len(paces) >= least else None


def _emphasis(replies: Sequence[Reply], side: Side) -> list[Place]:
    """The emphases themselves when there are enough; else the longest turn, which had room for more."""
    return moments(replies, lambda voice: voice.peaks) if side == "good" else longest_turn(replies)


def affinity(heard: Heard) -> list[Part]:
    """亲和力: 0.3 pace + 0.15 pauses inside turns + 0.3 overlap of the customer + 0.25 courtesy.

    Pace: syllables per second of speech; a normal one is trusted (Schirmer et al. 2019). Pauses: the mean of
    the silences of 0.2 s and more; short ones are heard as positive. Overlap: seconds spoken into the
    customer's turn (3 s at most each, nothing below 0.2 s), times 10^(dB above the trainee's own ordinary
    level / 20), per reply. Courtesy: share of turns recognised as courtesy, acknowledge, greeting or
    farewell.
    """
    voices, p = heard.voices, heard.plateaus
    silences = [end - start for voice in voices for start, end in voice.pauses]
    gap = (mean(silences) if silences else 0.0) if voices else None
    return [
        *part(
            "pace",
            0.3,
            rate(voices),
            p.rate,
            turn_that_shows(heard.replies, lambda voice: rate([voice]), p.rate),
        ),
        *part("pauses", 0.15, gap, p.gap, lambda side: pauses(heard.replies, side)),
        *_overlap(heard, 0.3),
        *part(
            "courtesy",
            0.25,
            heard.manners.courtesy,
            p.courtesy,
            _words(heard.replies, heard.manners.courteous),
        ),
    ]


def _overlap(heard: Heard, weight: float) -> list[Part]:
    timed = [reply for reply in heard.replies if reply.latency is not None]
    loads = [(min(reply.overlap, LONGEST_OVERLAP) * 10 ** (reply.loudness / 20), reply) for reply in timed]
    load = sum(one for one, _ in loads) / len(loads) if loads else None
    into = sorted((pair for pair in loads if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].index))
    places = [
        Place(
            reply.index,
            reply.span and (reply.span[0], reply.span[0] + reply.overlap),
            one,
            f"{reply.overlap:.2f} s, +{reply.loudness:.1f} dB",
        )
        for one, reply in into
    ] or [Place(reply.index, reply.span) for reply in timed[:1]]
    return part("overlap", weight, load, heard.plateaus.overlap, lambda _: places)


def _words(replies: Sequence[Reply], turns: Sequence[int]) -> Places:
    """The spoken turns that show it; where none does, the first of `replies`."""
    spans = {reply.index: reply.span for reply in replies}
    shown = [turn for turn in turns if turn in spans] or list(spans)[:1]
    return lambda _: [Place(turn, spans[turn]) for turn in shown]


def attitude(heard: Heard) -> list[Part]:
    """服务态度, mostly from words; its six parts and their weights are below.

    0.15 greeting, within the first two turns. 0.25 objections acknowledged: share of the customer's
    objections and hesitations answered by an acknowledging, courteous or objection-handling turn. 0.25 no
    turn recognised as rude or pressure or holding one of the scenario's forbidden words; two of them leave
    nothing. 0.1 farewell or close, within the last two turns. 0.15 no sudden loudness: stretches of 60 ms
    more than 10 dB above the turn's own mean, per minute of speech. 0.1 overlap, as in affinity.
    """
    m, p, replies = heard.manners, heard.plateaus, heard.replies
    minutes = sum(voice.speech for voice in heard.voices) / 60.0
    spikes = sum(len(voice.spikes) for voice in heard.voices) / minutes if minutes >= LEAST_MINUTES else None
    return [
        *part("greeting", 0.15, m.greeted, _SAID, _words(replies, m.greetings)),
        *part("acknowledged", 0.25, m.acknowledged, p.acknowledged, _words(replies, m.objections)),
        *part("rudeness", 0.25, m.rude, p.rudeness, _words(replies, m.rude_turns)),
        *part("farewell", 0.1, m.took_leave, _SAID, _words(replies[::-1], m.farewells)),
        *part(
            "loudness",
            0.15,
            spikes,
            p.spikes,
            lambda _: moments(replies, lambda voice: voice.spikes) or longest_turn(replies),
        ),
        *_overlap(heard, 0.1),
    ]


def fluency(heard: Heard) -> list[Part]:
    """流畅度, shown apart: 0.4 pauses over 0.7 s a minute + 0.3 fillers in 100 syllables + 0.3 pause share.

    Short and infrequent silences are heard as positive; some are needed to be followed. Only from ten seconds
    of spoken turns on. Fillers are counted in the words, so a recogniser that drops them hides them.
    """
    voices, p = heard.voices, heard.plateaus
    seconds = sum(voice.phrases[-1].end - voice.phrases[0].start for voice in voices)
    if seconds < 10.0:
        return []
    silences = [end - start for voice in voices for start, end in voice.pauses]
    long_ones = sum(1 for silence in silences if silence > LONG_PAUSE) / (seconds / 60.0)
    counted = [(fillers(reply.turn.text, heard.language), reply) for reply in heard.replies if reply.voice]
    said = sum(syllables(reply.turn.text, heard.language) for _, reply in counted)
    filled = 100.0 * sum(count for count, _ in counted) / said if said >= 20 else None
    _, most = max(counted, key=lambda pair: (pair[0], -pair[1].index))
    return [
        *part(
            "long_pauses", 0.4, long_ones, p.long_pauses, lambda side: pauses(heard.replies, side, LONG_PAUSE)
        ),
        *part("fillers", 0.3, filled, p.fillers, lambda _: [Place(most.index, most.span)]),
        *part(
            "pause_share",
            0.3,
            100.0 * sum(silences) / seconds,
            p.pause_share,
            lambda side: pauses(heard.replies, side),
        ),
    ]
