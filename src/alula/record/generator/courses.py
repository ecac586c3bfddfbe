"""The habit that is built in: people work through the lessons of a course, answer its questions and sit its exam."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from uuid import UUID

from alula.record.generator.calendar import Day
from alula.record.generator.habits import Trainee, habit
from alula.record.iri import iri, vocabulary
from alula.record.statement import (
    Activity,
    ActivityDefinition,
    Context,
    ContextActivities,
    Result,
    Score,
    Statement,
    Verb,
    iso_duration,
)
from alula.record.verbs import ANSWERED, COMPLETED, EXPERIENCED, FAILED, PASSED

TITLES = (
    ("重疾险产品知识", "Critical illness products"), ("保险合同与条款", "Contracts and clauses"),
    ("客户需求分析", "Understanding needs"), ("异议处理", "Handling objections"),
    ("合规与反洗钱", "Compliance and anti-money laundering"), ("消费者权益保护", "Consumer protection"),
    ("理赔服务", "Claims service"), ("电话礼仪", "On the telephone"), ("数据安全", "Data security"),
    ("新人入职", "First weeks"), ("基层管理", "Leading a small team"), ("养老金融", "Pensions"),
    ("健康管理", "Health management"), ("家庭财务规划", "Family finance"), ("车险实务", "Motor insurance"),
    ("商务写作", "Business writing"), ("时间管理", "Managing time"), ("团队协作", "Working together"),
    ("绿色金融", "Green finance"), ("数字化工具", "Digital tools"),
)  # fmt: skip
LESSONS, QUESTIONS = 8, 12
PASS_MARK = 60
COURSE_TYPE = "http://adlnet.gov/expapi/activities/course"
LESSON_TYPE = "http://adlnet.gov/expapi/activities/lesson"
QUESTION_TYPE = "http://adlnet.gov/expapi/activities/question"
UNIT_PATH = vocabulary("extensions", "unit-path")
"""Extension of the context: the unit to which the person belonged at that moment."""


@lru_cache(maxsize=1024)
def _thing(base: str, kind: str, course: int, number: int) -> Activity:  # noqa: ARG001 - another base, other names
    """A course (`number` counts for nothing then), or a lesson or question of it."""
    (zh, en), path = TITLES[course], ["courses", f"sample-{course + 1:02}"]
    if kind == LESSON_TYPE:
        path, zh, en = [*path, "lessons", str(number)], f"{zh}·第 {number} 课", f"{en}, lesson {number}"
    elif kind == QUESTION_TYPE:
        path, zh, en = [*path, "questions", str(number)], f"{zh}·第 {number} 题", f"{en}, question {number}"
    return Activity(id=iri(*path), definition=ActivityDefinition(type=kind, name={"zh": zh, "en": en}))


def _context(trainee: Trainee, registration: UUID, course: Activity | None = None) -> Context:
    around = None if course is None else ContextActivities(parent=(course,))
    return Context(
        registration=registration, context_activities=around, extensions={UNIT_PATH: trainee.unit_path}
    )


@habit("courses")
def courses(trainee: Trainee, day: Day, chance: Random) -> Iterator[Statement]:
    """One sitting: a course of the week, a lesson or two, some questions, and now and then the exam."""
    week = day.date.toordinal() // 7
    # The same course and registration all week, without anything to remember: both follow from person and week.
    own = Random(trainee.id.int ^ week)  # noqa: S311 - made up on purpose, not secret
    number, registration = own.randrange(len(TITLES)), UUID(int=own.getrandbits(128), version=4)
    base = iri()
    course = _thing(base, COURSE_TYPE, number, 0)
    whole, inside = _context(trainee, registration), _context(trainee, registration, course)
    moment = day.moment(chance)

    def said(verb: Verb, thing: Activity, result: Result, at: datetime, context: Context) -> Statement:
        return Statement(
            actor=trainee.person, verb=verb, object=thing, result=result, context=context, timestamp=at
        )

    for _ in range(chance.randrange(1, 3)):
        seconds = chance.randrange(90, 600)
        moment += timedelta(seconds=seconds)
        lesson = _thing(base, LESSON_TYPE, number, chance.randrange(LESSONS) + 1)
        yield said(
            EXPERIENCED, lesson, Result(completion=True, duration=iso_duration(seconds)), moment, inside
        )
    for _ in range(chance.randrange(1, 5)):
        seconds = chance.randrange(8, 60)
        moment += timedelta(seconds=seconds)
        question = _thing(base, QUESTION_TYPE, number, chance.randrange(QUESTIONS) + 1)
        known = trainee.knows(chance)
        yield said(ANSWERED, question, Result(success=known, duration=iso_duration(seconds)), moment, inside)
    if chance.random() < 0.3:
        points, seconds = trainee.score(chance), chance.randrange(400, 1500)
        moment += timedelta(seconds=seconds)
        passed = points >= PASS_MARK
        result = Result(
            score=Score(scaled=points / 100, raw=points, min=0, max=100),
            success=passed,
            duration=iso_duration(seconds),
        )
        yield said(PASSED if passed else FAILED, course, result, moment, whole)
        if passed:
            yield said(COMPLETED, course, Result(completion=True), moment, whole)
