"""Who is in a made-up year: branches of different zeal and skill, people of different talent, newcomers, one that falls.

Everything follows from the seed by arrays, so a million people cost some megabytes and nothing has to be remembered
between two days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from alula.record.generator.calendar import busyness
from alula.record.hashed import hashed_id

PEOPLE_IN_BRANCH, BRANCHES_LEAST, BRANCHES_MOST = 25, 3, 400
NEWCOMERS = 0.2
"""Share of the people who are hired during the year."""
ACTIVE = 0.25
"""Share of the people who learn on a plain working day."""
FIRST_MONTH_ZEAL = 1.6
ONE_MONTH = 30.0


@dataclass(frozen=True)
class Cohort:
    """The people of a year.

    Args:
        people: how many.
        days: length of the year.
        seed: the same seed, people and days give the same cohort.
        first: the first day.
    """

    people: int
    days: int
    seed: int
    first: date

    @cached_property
    def branches(self) -> int:
        """How many branches there are."""
        return max(BRANCHES_LEAST, min(BRANCHES_MOST, self.people // PEOPLE_IN_BRANCH))

    @cached_property
    def falling_branch(self) -> int:
        """The branch that falls behind: one of the larger third, so that it is seen."""
        return self.seed % max(1, self.branches // 3)

    @cached_property
    def falls_from(self) -> int:
        """The number of the day from which it falls: the first of a month in the middle of the year, if there is one."""
        middle = self.first + timedelta(days=self.days // 2)
        month = middle if middle.day == 1 else (middle.replace(day=1) + timedelta(days=32)).replace(day=1)
        number = (month - self.first).days
        return number if number < self.days else self.days // 2

    @cached_property
    def branch_of(self) -> NDArray[np.int64]:
        """Each person's branch; sizes differ, the first branch is the largest."""
        weights = 1.0 / np.sqrt(np.arange(self.branches) + 3.0)
        return self._chance("branch").choice(self.branches, self.people, p=weights / weights.sum())

    @cached_property
    def hired(self) -> NDArray[np.int64]:
        """The number of the day on which each person came; negative before the year, by up to eight years."""
        chance = self._chance("hired")
        old = -chance.integers(200, 3000, self.people)
        return np.where(
            chance.random(self.people) < NEWCOMERS, chance.integers(0, self.days, self.people), old
        )

    @cached_property
    def _talent(self) -> NDArray[np.float64]:
        return self._chance("talent").normal(0, 0.06, self.people)

    @cached_property
    def _zeal(self) -> NDArray[np.float64]:
        return self._chance("zeal").gamma(4.0, 0.25, self.people)

    @cached_property
    def _branch_skill(self) -> NDArray[np.float64]:
        return self._chance("branch skill").normal(0, 0.05, self.branches)

    @cached_property
    def _branch_zeal(self) -> NDArray[np.float64]:
        return self._chance("branch zeal").uniform(0.6, 1.4, self.branches)

    def fallen(self, day: int) -> float:
        """For how many months the falling branch has been falling on a day; 0 before."""
        return max(0.0, (day - self.falls_from + 1) / ONE_MONTH)

    def active(self, day: int) -> NDArray[np.int64]:
        """The numbers of the people who learn on a day, in order."""
        zeal = self._branch_zeal.copy()
        zeal[self.falling_branch] *= 0.75 ** self.fallen(day)
        share = ACTIVE * busyness(self.first + timedelta(days=day)) * zeal[self.branch_of] * self._zeal
        tenure = day - self.hired
        share = np.where(tenure < ONE_MONTH, share * FIRST_MONTH_ZEAL, share)
        drawn = self._chance("active", day).random(self.people)
        return np.nonzero((tenure >= 0) & (drawn < np.minimum(share, 0.95)))[0]

    def skills(self, day: int) -> NDArray[np.float64]:
        """Each person's skill on a day, 0.05 to 0.98.

        A newcomer knows 0.28 less and has caught up with two thirds of it after 45 days; everybody gains 0.05 in a year.
        """
        branch = self._branch_skill.copy()
        branch[self.falling_branch] -= 0.04 * self.fallen(day)
        tenure = np.maximum(day - self.hired, 0)
        skill = (
            0.7
            + branch[self.branch_of]
            + self._talent
            - 0.28 * np.exp(-tenure / 45.0)
            + 0.05 * day / max(1, self.days)
        )
        return np.clip(skill, 0.05, 0.98)

    def _chance(self, *what: object) -> np.random.Generator:
        seed = hashed_id("cohort", self.seed, self.people, self.days, *what).int
        return np.random.Generator(np.random.PCG64(seed))
