"""The digital-level test: its questions come from the table of 2024, its 16 scenes stand beside it with levels and no points."""

from __future__ import annotations

from typing import Final

from alula.growth.rulebook import load
from alula.growth.rulebook.model import Band, Item, Rule, Stated, Words
from alula.growth.selftest.form import Choice, Field, Question


def _w(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


SCENES: Final[dict[str, dict[str, Words]]] = {
    "design": {
        "product_design": _w("产品设计", "Product design"),
        "process_design": _w("工艺设计", "Process design"),
        "marketing": _w("营销管理", "Marketing"),
        "after_sales": _w("售后服务", "After-sales service"),
    },
    "production": {
        "planning_scheduling": _w("计划排程", "Planning and scheduling"),
        "production_control": _w("生产管控", "Production control"),
        "quality_management": _w("质量管理", "Quality management"),
        "equipment_management": _w("设备管理", "Equipment management"),
        "safety_production": _w("安全生产", "Work safety"),
        "energy_management": _w("能耗管理", "Energy management"),
    },
    "supply": {
        "purchasing": _w("采购管理", "Purchasing"),
        "warehousing": _w("仓储物流", "Warehousing and logistics"),
    },
    "support": {
        "finance": _w("财务管理", "Finance"),
        "human_resources": _w("人力资源", "Human resources"),
        "collaboration": _w("协同办公", "Office collaboration"),
        "decision_support": _w("决策支持", "Decision support"),
    },
}
"""The 16 scenes of 2024 in the order of the table. How they and the points make one level was not seen in any source."""

_SCENE_GROUPS = {
    "design": _w("产品和市场用到哪一级？", "Product and market: which level?"),
    "production": _w("生产用到哪一级？", "Production: which level?"),
    "supply": _w("采购和仓储用到哪一级？", "Purchasing and storage: which level?"),
    "support": _w("管理支持用到哪一级？", "Support: which level?"),
}
_BLOCKS = {
    "foundation": _w("数字化基础各得几分？", "Foundation: how many points?"),
    "management": _w("数字化管理各得几分？", "Management: how many points?"),
    "effect": _w("数字化成效各得几分？", "Effect: how many points?"),
}
_LEVELS = tuple(Choice(str(n), _w(f"{n} 级", f"level {n}")) for n in (1, 2, 3, 4))


def questions() -> tuple[Question, ...]:
    """The level and score that the platform gave, the points of the table by block, the scenes by field."""
    return (_platform(), *(_block(name, words) for name, words in _BLOCKS.items()), *_scenes())


def scene_questions() -> tuple[str, ...]:
    """The questions about scenes; no clause asks for them, the test does."""
    return tuple(f"scenes_{name}" for name in SCENES)


def _platform() -> Question:
    return Question(
        "digital",
        _w("国家平台给出的数字化水平是几级、几分？", "Which digital level and score did the national platform give?"),
        _w("在 zjtx.miit.gov.cn 免费自测后填写。2026 年 4 月起不再是认定条件，部分补助仍用到。", "After the free self-test on zjtx.miit.gov.cn. Since April 2026 no condition of the titles, but some subsidies use it."),
        (
            Field("digital.level", "choice", _w("等级", "Level"), _LEVELS),
            Field("digital.score", "score", _w("得分（2022 年版）", "Score (table of 2022)"), most="100"),
        ),
    )  # fmt: skip


def _block(group: str, words: Words) -> Question:
    rule = load.shipped()["DIGITAL-2024"]
    assert isinstance(rule, Rule)
    assert rule.score is not None
    items = [item for item in rule.score.items if item.group == group]
    return Question(
        f"digital_{group}",
        words,
        _w(
            "对照平台评测表填写各项得分；比率填百分比。没有填 0。",
            "Points of the platform's table; rates in percent. Nothing is 0.",
        ),
        tuple(_answer(item) for item in items),
    )


def _answer(item: Item) -> Field:
    short = _w(item.words.zh.partition("：")[0], item.words.en.partition(":")[0])
    if isinstance(item.points, Band):
        return Field(f"digital.answers.{item.id}", "percent", short, most="100")
    assert isinstance(item.points, Stated)
    return Field(item.points.of, "score", short, most=str(item.most))


def _scenes() -> tuple[Question, ...]:
    return tuple(
        Question(
            f"scenes_{name}",
            _SCENE_GROUPS[name],
            _w(
                "每个场景 1–4 级，从低到高；没有开展的留空。",
                "Each scene has a level from 1 to 4; leave out what is not done.",
            ),
            tuple(
                Field(f"digital.scenes.{scene}", "choice", words, _LEVELS) for scene, words in scenes.items()
            ),
        )
        for name, scenes in SCENES.items()
    )
