"""A made-up year of training in a tenant: its branches and people, then what they did (`alula demo statements`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from alula.kernel import clock
from alula.people import facade as people
from alula.record import facade as record

AT_ONCE = 2000
"""People written in one transaction."""

REGIONS = {
    "华北区": ("北京", "天津", "石家庄", "太原", "呼和浩特"),
    "华东区": ("上海", "杭州", "南京", "苏州", "宁波", "合肥", "济南", "青岛"),
    "华南区": ("广州", "深圳", "佛山", "东莞", "南宁", "海口", "厦门", "福州"),
    "华中区": ("武汉", "长沙", "郑州", "南昌"),
    "西部区": ("成都", "重庆", "西安", "昆明", "贵阳", "兰州"),
    "东北区": ("沈阳", "大连", "哈尔滨", "长春"),
}
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余"
FIRST = "子雨欣嘉思佳晓文俊明志建国海春秋雪慧静丽敏艳娟秀英玉兰婷宇浩博天一鑫"
LAST = "涵怡琪轩杰伟强军勇磊洋波鹏飞超辉刚平东华芳霞红梅燕云峰宁然安琳瑶彤阳"

Told = Callable[[int, float], None]


@dataclass(frozen=True)
class Made:
    """What a run made. `falling` is the branch that falls behind, from the day `falls_from` on."""

    statements: int
    people: int
    first: date
    last: date
    falling: str
    falls_from: date


def year_of(
    tenant_id: UUID, people_count: int, days: int, seed: int, *, last: date | None, habits: tuple[str, ...]
) -> record.Year:
    """The year that is asked for: up to `last`, else that of an unfinished run, else up to yesterday.

    Raises:
        Refusal: generator.out_of_range, generator.unknown_habit (422).
    """
    zone = ZoneInfo(people.timezone_of(tenant_id))
    end = last or record.unfinished_year(tenant_id, people_count, days, seed)
    yesterday = clock.now().astimezone(zone).date() - timedelta(days=1)
    return record.Year(tenant_id, people_count, days, seed, end or yesterday, zone, habits)


def branch_names(count: int) -> list[tuple[str, str]]:
    """(region, branch) for so many branches; cities come again with a number when they run out."""
    cities = [(region, city) for region, some in REGIONS.items() for city in some]
    # Taken in turn from all over the country, so that few branches do not all stand in one region.
    order = sorted(range(len(cities)), key=lambda place: place * 13 % len(cities))
    names = []
    for number in range(count):
        (region, city), again = cities[order[number % len(cities)]], number // len(cities)
        names.append((region, f"{city}{f'第{again + 1}' if again else ''}分公司"))
    return names


def make_people(year: record.Year, slug: str) -> Iterator[int]:
    """Make the branches and people of a year who are missing; gives how many were looked at so far.

    They belong to the year's seed: a further year of the same seed finds them there.
    """
    units = _units(year)
    branches = year.cohort.branch_of
    for first in range(0, year.people, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, year.people))
        extras = [
            people.Extra(
                id=year.person_id(number),
                name=person_name(year.seed, number),
                email=f"trainee-{year.seed}-{number + 1:07}@{slug}.example",
                unit_id=units[branches[number]],
            )
            for number in numbers
        ]
        people.ensure_extras(year.tenant_id, extras)
        yield numbers.stop


def paths_of(year: record.Year) -> list[str]:
    """The unit path of each branch of the year, in order."""
    units = _units(year)
    paths = people.unit_paths(year.tenant_id, units)
    return [paths[unit] for unit in units]


def _units(year: record.Year) -> list[UUID]:
    made = [people.ensure_unit(year.tenant_id, names) for names in branch_names(year.cohort.branches)]
    return [one for one in made if one is not None]


def person_name(seed: int, number: int) -> str:
    """A name of two or three characters that follows from seed and number."""
    chance = Random(seed * 1_000_003 + number)  # noqa: S311 - made up on purpose, not secret
    middle = chance.choice(FIRST) if chance.random() < 0.75 else ""
    return chance.choice(SURNAMES) + middle + chance.choice(LAST)


def make_statements(year: record.Year, paths: list[str], *, most: int | None, told: Told) -> Made:
    """Write the year into the record and say what it holds."""
    statements = record.write_year(year, paths, most=most, progress=told)
    cohort = year.cohort
    return Made(
        statements=statements,
        people=year.people,
        first=cohort.first,
        last=year.last,
        falling=" / ".join(branch_names(cohort.branches)[cohort.falling_branch]),
        falls_from=cohort.first + timedelta(days=cohort.falls_from),
    )
