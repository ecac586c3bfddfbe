"""What can be wrong with a scenario file, said with its place and in both languages."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from alula.coach.scenario.model import Bilingual

Path = tuple[str | int, ...]

# One sentence per code. Placeholders are filled by the place that finds the problem.
_SENTENCES: dict[str, tuple[str, str]] = {
    # the file itself
    "unreadable": ("无法读取文件。请检查它是否存在、是否有读取权限。", "The file cannot be read: {why}."),
    "too_big": ("文件超过 {limit} 字节。", "The file is larger than {limit} bytes."),
    "not_utf8": ("文件不是 UTF-8 编码。", "The file is not UTF-8 text."),
    "empty": ("文件里没有内容。", "The file is empty."),
    "syntax": ("这里不是有效的 YAML。请检查缩进、冒号、括号和引号。", "This is not valid YAML: {why}."),
    "alias": (
        "不使用锚点（&）和别名（*），请把内容写全。",
        "Anchors (&) and aliases (*) are not used; write the content out.",
    ),
    "tag": ("不使用 YAML 标签（{tag}）。", "YAML tags ({tag}) are not used."),
    "many_documents": (
        "一个文件只放一个场景（去掉“---”之后的内容）。",
        "One file holds one scenario (remove what follows “---”).",
    ),
    "too_deep": ("嵌套超过 {limit} 层。", "Nested deeper than {limit} levels."),
    # the shape
    "duplicate_key": (
        "“{name}”写了两次，前一次在第 {line} 行。",
        "“{name}” is given twice, first on line {line}.",
    ),
    "unknown_field": ("没有“{name}”这个字段。{hint_zh}", "There is no field “{name}”.{hint_en}"),
    "missing_field": ("缺少“{name}”。", "“{name}” is missing."),
    "wrong_shape": ("这里应当是{want_zh}，写的却是{got_zh}。", "Expected {want_en}, found {got_en}."),
    "no_value": ("冒号后没有写内容。", "Nothing is written after the colon."),
    "not_a_number": (
        "“{text}”不是这里能用的数。请写成 3600、-5 或 3.5：不加引号、千分位、单位，也不以 0 开头。",
        "“{text}” is not a number that can stand here. Write 3600, -5 or 3.5: no quotes, separators, unit or leading zero.",
    ),
    "not_whole": ("“{text}”应当是整数。", "“{text}” should be a whole number."),
    "not_a_switch": ("“{text}”请写成 true 或 false。", "Write true or false instead of “{text}”."),
    "not_a_date": (
        "“{text}”不是日期。请写成 2026-03-15。",
        "“{text}” is not a date. Write it as 2026-03-15.",
    ),
    "not_allowed": (
        "“{text}”不可用。可以是：{allowed}。{hint_zh}",
        "“{text}” is not one of: {allowed}.{hint_en}",
    ),
    "not_a_slug": (
        "“{text}”不能作标识。用小写字母开头，只含小写字母、数字和下划线。",
        "“{text}” cannot be an identifier. Start with a lower-case letter; use lower-case letters, digits and _.",
    ),
    "too_short": ("这里不能是空的。", "This cannot be empty."),
    "too_long": (
        "超过 {limit} 个字符（现有 {count} 个）。",
        "Longer than {limit} characters (it has {count}).",
    ),
    "too_few": (
        "至少要有 {limit} 项（现有 {count} 项）。",
        "At least {limit} are needed (there are {count}).",
    ),
    "out_of_range": (
        "{text} 超出范围，应在 {low} 到 {high} 之间。",
        "{text} is out of range; it should be between {low} and {high}.",
    ),
    "invalid": ("这里{zh}。", "What stands here does not fit: {en}."),
    # the meaning
    "duplicate_id": (
        "标识“{id}”在第 {line} 行已经用过。",
        "The identifier “{id}” is already used on line {line}.",
    ),
    "unknown_reference": ("没有标识为“{id}”的{kind_zh}。{hint_zh}", "There is no {kind_en} “{id}”.{hint_en}"),
    "cycle": ("先后关系绕成了圈：{cycle}。", "The order runs in a circle: {cycle}."),
    "fact_needs": ("这一类事实（{kind}）需要写 {needs}。", "A fact of kind {kind} needs {needs}."),
    "fact_rejects": ("这一类事实（{kind}）不用写 {name}。", "A fact of kind {kind} takes no {name}."),
    "fact_unit": ("期限的单位请用：{allowed}。", "The unit of a duration is one of: {allowed}."),
    "fact_range": ("low 应小于 high。", "low should be less than high."),
    "fact_tolerance": ("tolerance 应在 0 到 1 之间。", "tolerance should be between 0 and 1."),
    "empty_words": ("“ + ”的两边都要有词。", "Both sides of “ + ” need a word."),
    "weights": ("{names} 相加应为 100，现在是 {sum}。", "{names} should sum to 100; they sum to {sum}."),
    "missing_level": (
        "缺少难度“{level}”。easy、normal、hard 都要有。",
        "The level “{level}” is missing; easy, normal and hard are all needed.",
    ),
    "unreachable": ("客户永远不会走到“{id}”：{why_zh}。", "The customer can never come to “{id}”: {why_en}."),
    "missing_ending": (
        "难度 {level} 没有“{kind}”这种结束。",
        "Level {level} has no act of kind “{kind}” to end with.",
    ),
    # the quality floor
    "thin": (
        "{what_zh}只有 {count} 个，建议至少 {floor} 个。",
        "Only {count} {what_en}; at least {floor} are advised.",
    ),
    "no_example": (
        "没有写 example，漏讲时报告给不出示范。",
        "Without an example the report cannot show how to say it.",
    ),
}


class Problem(Struct, frozen=True):
    """One thing wrong, where it stands. Lines and columns count from 1; `field` is a path such as `key_points[3].facts[0]`.

    An "error" keeps the scenario from being used; a "warning" is advice to its author.
    """

    line: int
    column: int
    field: str
    code: str
    message: Bilingual
    severity: Literal["error", "warning"] = "error"


class ScenarioErrors(ValueError):  # noqa: N818 - it carries many
    """A scenario file that cannot be used.

    Attributes:
        name: the file's name, as given.
        problems: every problem found, in the order of the file.
    """

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        self.name, self.problems = name, problems
        super().__init__(
            "\n".join(f"{name}:{p.line}:{p.column}: {p.field}: {p.message.en}" for p in problems)
        )


def sentence(code: str, **values: Any) -> Bilingual:
    """The sentence of a code in both languages."""
    zh, en = _SENTENCES[code]
    return Bilingual(zh=zh.format(**values), en=en.format(**values))


def written(path: Path) -> str:
    """A path as a reader writes it: ("stages", 1, "after", 0) is `stages[1].after[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
