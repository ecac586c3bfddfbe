"""What the intent model costs and how often it is right, per shipped scenario.

Run: python benchmarks/intents.py

CPU figures are process time, so that other work on the machine weighs less. Leave-one-out is in closed form: every
example is answered by the model trained without it.
"""

from __future__ import annotations

import platform
import time

from alula.coach.scenario.load import builtin
from alula.coach.scenario.model import Scenario
from alula.coach.understanding import intents
from alula.coach.understanding.intents import IntentModel

PENALTIES = (0.1, 0.3, 1.0)
ROUNDS = 5


def classify_microseconds(model: IntentModel, scenario: Scenario) -> tuple[float, float]:
    """p50 and p95 of the CPU time of one answer, over all key points' sentences, which are as long as real turns."""
    turns = [text for point in scenario.key_points for text in (point.example, *point.paraphrases) if text]
    taken = []
    for text in turns * ROUNDS:
        started = time.process_time_ns()
        model.classify(text)
        taken.append((time.process_time_ns() - started) / 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[len(taken) * 95 // 100]


def main() -> None:
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print(
        f"{'scenario':28}{'examples':>9}{'train ms':>10}{'p50 us':>8}{'p95 us':>8}"
        f"{'right':>8}{'first':>8}{'refused':>9}"
    )
    for scenario in builtin():
        started = time.process_time()
        model = IntentModel(scenario)
        trained = (time.process_time() - started) * 1000
        p50, p95 = classify_microseconds(model, scenario)
        check = model.check
        print(
            f"{scenario.id:28}{check.examples:>9}{trained:>10.0f}{p50:>8.0f}{p95:>8.0f}"
            f"{check.accuracy:>8.1%}{check.ranked_first:>8.1%}{check.refused:>9.1%}"
        )
    print("\nranked first, leave-one-out, by penalty")
    for scenario in builtin():
        shares = []
        for penalty in PENALTIES:
            intents.PENALTY = penalty
            shares.append(f"{penalty}: {IntentModel(scenario).check.ranked_first:.1%}")
        print(f"{scenario.id:28}{'   '.join(shares)}")


if __name__ == "__main__":
    main()
