"""The report on paper: A4, in one language, every clause with its words, article, source and how certain the source is.

Chinese is set in STSong-Light, a font that every PDF reader brings (Adobe-GB1), so that no font file need be shipped.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from alula.growth.certainty import sources
from alula.growth.rulebook.model import Tier
from alula.growth.selftest.tiers import LADDER, TIER_NAMES

FONT = "STSong-Light"
INK, QUIET, LINE, GOOD, BAD, CAUTION = (
    HexColor(c) for c in ("#16202a", "#52606d", "#e4e8ec", "#236e3b", "#a53423", "#85560f")
)
_WIDE = 170 * mm

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "title": "梯度培育自测报告", "made": "自测日期 {day}（资料第 {version} 版）", "printed": "生成时间 {when}", "page": "第 {n} 页",
        "caution": "本报告由企业自行填写的资料算出，不是认定结论；是否认定以主管部门审核为准。规则文字为小翼的转述，每条都标明来源和可信程度，申报前请与官方原文核对。",
        "pass": "符合", "fail": "未符合", "unknown": "还不能判断", "ineligible": "不得申报",
        "met": "符合", "unmet": "未达到", "human": "需要人工判断", "u": "还不知道", "self": "自述比例",
        "rule": "适用规则", "version": "版本 {version}", "overlays": "叠加 {names}", "as_of": "按 {day} 申报计算",
        "counts": "符合 {met} 项，缺 {unmet} 项，未知 {unknown} 项，待人工 {human} 项",
        "needs": "必备条件", "entry": "申报门槛", "score": "评分", "direct": "直通条件（满足一项即可代替评分）", "items": "评分指标",
        "source": "来源", "mark": "可信程度", "notes": "规则说明", "sources": "来源地址", "waived": "{by} 不考察",
        "V2": "两个来源读到", "V": "一个来源读到", "2nd": "二手转述", "M": "凭记忆", "none": "还没有自测结果。", "path_points": "评分达标", "path_conditions": "条件全部符合", "path_direct": "直通条件",
        "scenes": "16 个场景的自评等级", "level": "{n} 级", "not_said": "未填", "points": "总分 {points}", "judged": "由人判断", "to_confirm": "{outcome}（{n} 项判断待确认）", "stated": "自述，待确认", "confirmed": "审核机构已判断", "holds": "符合", "not": "不符合", "with_facts": "随资料填写",
    },
    "en": {
        "title": "Self-test report", "made": "Self-tested on {day} (facts, version {version})", "printed": "Made {when}", "page": "Page {n}",
        "caution": "Computed from what the firm states about itself; it is no decision. The office decides. The words of the rules are Alula's own, each with its source and how certain it is: compare them with the official text before you apply.",
        "pass": "Met", "fail": "Not met", "unknown": "Open", "ineligible": "May not apply",
        "met": "met", "unmet": "not met", "human": "needs a person", "u": "not known", "self": "self-stated ratio",
        "rule": "Rule", "version": "version {version}", "overlays": "with {names}", "as_of": "for an application on {day}",
        "counts": "{met} met, {unmet} missing, {unknown} unknown, {human} for a person",
        "needs": "Conditions", "entry": "Who may apply", "score": "Points", "direct": "Direct items (one replaces the points)", "items": "Indicators",
        "source": "Source", "mark": "How certain", "notes": "Notes of the rule", "sources": "Where the sources were read", "waived": "not asked ({by})",
        "V2": "read in two sources", "V": "read in one source", "2nd": "second-hand", "M": "from memory", "none": "There is no result yet.", "path_points": "by points", "path_conditions": "all conditions met", "path_direct": "by a direct item",
        "scenes": "Levels of the 16 scenes, as stated", "level": "level {n}", "not_said": "not stated", "points": "{points} points in all", "judged": "Judged by people", "to_confirm": "{outcome} ({n} judged by the firm itself, to be confirmed)", "stated": "self-stated, to be confirmed", "confirmed": "judged by the office that checks", "holds": "Met", "not": "Not met", "with_facts": "stated with the facts",
    },
}  # fmt: skip


class _Paper:
    """Collects the parts of the document in one language."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.zone = zone
        self.language = language if language in WORDS else "zh"
        self.words = WORDS[self.language]
        self.parts: list[Flowable] = []
        self.cited: set[str] = set()

    def pick(self, both: Mapping[str, str] | None) -> str:
        return both[self.language] if both else ""

    def line(self, text: str, size: float = 9.5, *, color: Any = INK, after: float = 1) -> Paragraph:
        style = ParagraphStyle(
            f"{size}{color}{after}",
            fontName=FONT,
            fontSize=size,
            leading=size * 1.5,
            textColor=color,
            spaceAfter=after * mm,
            wordWrap="CJK" if self.language == "zh" else None,
        )
        return Paragraph(escape(text), style)

    def add(self, text: str, size: float = 9.5, *, color: Any = INK, after: float = 1) -> None:
        self.parts.append(self.line(text, size, color=color, after=after))

    def heading(self, text: str, size: float = 12) -> None:
        self.parts += [Spacer(1, 3 * mm), self.line(text, size, after=1.5)]


def render_pdf(
    firm: str, reports: Mapping[Tier, dict[str, Any]], language: str, when: datetime, timezone: str
) -> bytes:
    """The stored reports of a firm as one PDF document.

    Args:
        firm: its name.
        reports: by tier, as `queries.selftest.latest_assessments` gives them.
        language: zh or en.
        when: the moment of making.
        timezone: of who reads it.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    paper = _Paper(language, ZoneInfo(timezone))
    local = when.astimezone(paper.zone)
    paper.add(firm, 20, after=1)
    paper.add(paper.words["title"], 13, color=QUIET, after=2)
    for tier in (*LADDER, "digital"):
        if tier in reports:
            paper.parts.append(_standing(paper, tier, reports[tier]))
    paper.parts.append(Spacer(1, 3 * mm))
    paper.add(paper.words["caution"], 8.5, color=CAUTION)
    paper.add(paper.words["printed"].format(when=f"{local:%Y-%m-%d %H:%M}"), 8.5, color=QUIET)
    if not reports:
        paper.add(paper.words["none"])
    for tier in (*LADDER, "digital"):
        if tier in reports:
            _tier(paper, tier, reports[tier])
    _sources(paper)
    return _build(paper, f"{firm}  |  {paper.words['title']}")


def _standing(paper: _Paper, tier: Tier, report: dict[str, Any]) -> Table:
    """One line of the summary: tier, outcome, counts."""
    name = TIER_NAMES[tier]
    color = {"pass": GOOD, "unknown": QUIET}.get(report["outcome"], BAD)
    row = [
        paper.line(name.zh if paper.language == "zh" else name.en, 11),
        paper.line(_outcome(paper, report), 11, color=color),
        paper.line(paper.words["counts"].format(**report["counts"]), 9, color=QUIET),
    ]
    return _table([row], [60 * mm, 35 * mm, _WIDE - 95 * mm])


def _outcome(paper: _Paper, report: dict[str, Any]) -> str:
    """The outcome; of one that rests on the firm's own judgements, that too."""
    outcome = paper.words[report["outcome"]]
    stated = len(report.get("to_confirm", ()))
    return paper.words["to_confirm"].format(outcome=outcome, n=stated) if stated else outcome


def _judgements(paper: _Paper, report: dict[str, Any]) -> None:
    """What persons judged: the question, the answer, whose it is, when and why."""
    words = paper.words
    if report.get("decisions"):
        paper.heading(words["judged"])
    for one in report.get("decisions", ()):
        whose = words["confirmed" if one["confirmed"] else "stated"]
        paper.add(
            f"{paper.pick(one['text'])}  |  {words['holds' if one['holds'] else 'not']}", 9.5, after=0.3
        )
        when = (
            f"{datetime.fromisoformat(one['at']).astimezone(paper.zone):%Y-%m-%d %H:%M}" if one["at"] else ""
        )
        who = [one["of"], one["by"], when or words["with_facts"], one["note"]]
        color = QUIET if one["confirmed"] else CAUTION
        paper.add("  |  ".join(part for part in (whose, *who) if part), 8.5, color=color, after=0.8)


def _tier(paper: _Paper, tier: Tier, report: dict[str, Any]) -> None:
    words = paper.words
    paper.parts.append(Spacer(1, 6 * mm))
    name = TIER_NAMES[tier]
    paper.add(f"{name.zh if paper.language == 'zh' else name.en}  |  {_outcome(paper, report)}", 15, after=1)
    over = (
        "  |  " + words["overlays"].format(names=", ".join(report["overlays"])) if report["overlays"] else ""
    )
    rule = f"{words['rule']} {report['rule']}  |  {words['version'].format(version=report['version'])}{over}  |  {report['document']}"
    paper.add(rule, 9, color=QUIET, after=0.5)
    made = words["made"].format(day=f"{report['made_at']:%Y-%m-%d}", version=report["facts_version"])
    way = report["path"] if report["path"] in {None, "points", "conditions"} else "direct"
    path = f"  |  {words[f'path_{way}']}" if way else ""
    paper.add(f"{words['as_of'].format(day=report['as_of'])}  |  {made}{path}", 9, color=QUIET, after=1)
    _judgements(paper, report)
    for part in ("needs", "score", "direct", "entry"):
        clauses = [
            one for one in report["clauses"] if one["part"] == part and one["state"] != "not_applicable"
        ]
        if clauses:
            paper.heading(words[part])
            paper.parts += [_clause(paper, one) for one in clauses]
        if part == "score" and report["items"]:
            paper.heading(words["items"], 10.5)
            paper.parts += [_clause(paper, one) for one in report["items"]]
    if report.get("scenes"):
        paper.heading(words["scenes"])
        for scene in report["scenes"]:
            level = words["level"].format(n=scene["level"]) if scene["level"] else words["not_said"]
            paper.add(f"{paper.pick(scene['text'])}  {level}", 9, after=0.3)
    if report["notes"]:
        paper.heading(words["notes"], 10.5)
        for note in report["notes"]:
            paper.add(paper.pick(note), 8.5, color=QUIET, after=0.5)


def _clause(paper: _Paper, one: dict[str, Any]) -> Flowable:
    """A clause or item: its state, words, distance, and beneath them article, source and mark."""
    words, state = paper.words, one.get("state")
    paper.cited.update(one["source"])
    label = words["u" if state == "unknown" else state] if state else _points(one["points"])
    color = {"met": GOOD, "unmet": BAD, "human": CAUTION}.get(state or "", QUIET)
    body = [paper.line(paper.pick(one["text"]), 9.5, after=0.3)]
    self_stated = one["self_stated"] or any(part["self_stated"] for part in one.get("parts", ()))
    said = paper.pick(one["said"]) + (f"  |  {words['self']}" if self_stated else "")
    if said:
        body.append(paper.line(said, 9, color=color, after=0.3))
    foot = f"{one['article']}  |  {words['source']} {', '.join(one['source'])}  |  {words['mark']}: {words[one['mark']]}"
    if one.get("waived_by"):
        foot += f"  |  {words['waived'].format(by=one['waived_by'])}"
    body.append(paper.line(foot, 7.5, color=QUIET, after=0.3))
    return KeepTogether([_table([[paper.line(label, 9, color=color), body]], [24 * mm, _WIDE - 24 * mm])])


def _points(points: Any) -> str:
    return "–".join(f"{one}" for one in points) if isinstance(points, list) else f"{points}"


def _table(rows: list[list[Any]], widths: Iterable[float]) -> Table:
    table = Table(rows, colWidths=list(widths), hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _sources(paper: _Paper) -> None:
    """The addresses of every source that was cited."""
    if not paper.cited:
        return
    paper.heading(paper.words["sources"])
    known = sources()
    for key in sorted(paper.cited, key=lambda one: (len(one), one)):
        paper.add(f"{key}  {'  '.join(known.get(key, ()))}", 7.5, color=QUIET, after=0.3)


def _build(paper: _Paper, title: str) -> bytes:
    out = io.BytesIO()

    def foot(canvas: Any, document: Any) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(QUIET)
        canvas.drawRightString(A4[0] - 20 * mm, 12 * mm, paper.words["page"].format(n=document.page))
        canvas.drawString(20 * mm, 12 * mm, f"Alula 小翼  |  {title}"[:70])

    margins = {"leftMargin": 20 * mm, "rightMargin": 20 * mm, "topMargin": 18 * mm, "bottomMargin": 20 * mm}
    document = SimpleDocTemplate(out, pagesize=A4, title=title, author="Alula", **margins)
    document.build(paper.parts, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()
