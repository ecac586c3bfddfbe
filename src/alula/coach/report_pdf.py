"""The report on paper: A4, one column, in the reader's language, every point with the words or second it rests on.

Chinese is set in STSong-Light, a font that every PDF reader brings (Adobe-GB1), so that no font file need be shipped. Where a
reader puts another font in its place, the middle dot is missing; so none is used.
"""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import msgspec
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from alula.coach.models import Session
from alula.coach.scenario.model import Bilingual, Scenario
from alula.coach.scoring.report import Blocker, Finding, Report
from alula.kernel.actor import Actor

FONT = "STSong-Light"
INK, QUIET, LINE, ACTION, BAD = (HexColor(c) for c in ("#16202a", "#52606d", "#e4e8ec", "#0b7a75", "#c2412d"))

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "score": "总分", "passed": "达标", "failed": "未达标", "practise": "下次练这三点", "well": "说得好的", "missed": "失分之处",
        "blockers": "合规红线", "transcript": "对话全文", "turn": "第 {n} 句", "seconds": "{a:.1f}-{b:.1f} 秒", "none": "未测量",
        "trainee": "我", "customer": "客户", "points": "{p:+.1f} 分", "page": "第 {n} 页", "content": "内容", "delivery": "表达",
        "completeness": "完整性", "logic": "逻辑性", "accuracy": "准确性", "response_speed": "响应速度", "tone": "语气",
        "infectiousness": "感染力", "affinity": "亲和力", "attitude": "服务态度", "fluency": "流畅度（不计入总分）",
        "comma": "，", "colon": "：", "example": "可以这样说：", "made": "评分规则 {v}；同样的对话总是得到同样的分数。",
    },
    "en": {
        "score": "Total", "passed": "Passed", "failed": "Not passed", "practise": "Three things to practise next",
        "well": "What went well", "missed": "Where points were lost", "blockers": "Compliance", "transcript": "The whole talk",
        "turn": "turn {n}", "seconds": "{a:.1f}-{b:.1f} s", "none": "not measured", "trainee": "Me", "customer": "Customer",
        "points": "{p:+.1f}", "page": "Page {n}", "content": "Content", "delivery": "Delivery", "completeness": "Completeness",
        "logic": "Logic", "accuracy": "Accuracy", "response_speed": "Response speed", "tone": "Tone",
        "infectiousness": "Infectiousness", "affinity": "Affinity", "attitude": "Service attitude",
        "comma": ", ", "colon": ": ", "fluency": "Fluency (not part of the total)", "example": "For example: ",
        "made": "Scoring rules {v}; the same talk always gets the same score.",
    },
}  # fmt: skip


def _style(size: float, *, color: Any = INK, after: float = 2, left: float = 0) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}{color}{after}{left}",
        fontName=FONT,
        fontSize=size,
        leading=size * 1.55,
        textColor=color,
        spaceAfter=after * mm,
        leftIndent=left * mm,
        alignment=TA_LEFT,
        wordWrap="CJK",
    )


class _Sheet:
    """Collects the parts of the document in one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in WORDS else "zh"
        self.words = WORDS[self.language]
        self.parts: list[Any] = []

    def pick(self, both: Bilingual) -> str:
        return both.zh if self.language == "zh" else both.en

    def line(self, text: str, size: float = 10, **style: Any) -> Paragraph:
        return Paragraph(escape(text), _style(size, **style))

    def add(self, text: str, size: float = 10, **style: Any) -> None:
        self.parts.append(self.line(text, size, **style))

    def heading(self, text: str) -> None:
        self.parts.append(Spacer(1, 4 * mm))
        self.add(text, 13, after=2)


def render_pdf(session: Session, scenario: Scenario, actor: Actor) -> bytes:
    """The session's report as a PDF document.

    Raises:
        ValueError: the session has no report.
    """
    if not session.report:
        raise ValueError("the session has no report yet")
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    report = msgspec.json.decode(bytes(session.report), type=Report)
    sheet = _Sheet(actor.language)
    _head(sheet, session, scenario, report, actor)
    _advice(sheet, report)
    _blockers(sheet, report.blockers)
    _findings(sheet, "well", [one for one in report.findings if one.points > 0], scenario)
    _findings(sheet, "missed", [one for one in report.findings if one.points < 0], scenario)
    _transcript(sheet, session)
    versions = ", ".join(f"{name} {version}" for name, version in sorted(report.engine_versions.items()))
    sheet.add(sheet.words["made"].format(v=versions), 8, color=QUIET)
    return _build(sheet, sheet.pick(scenario.title))


def _build(sheet: _Sheet, title: str) -> bytes:
    out = io.BytesIO()

    def foot(canvas: Any, document: Any) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(QUIET)
        canvas.drawRightString(A4[0] - 20 * mm, 12 * mm, sheet.words["page"].format(n=document.page))
        canvas.drawString(20 * mm, 12 * mm, f"Alula 小翼    {title}")

    margins = {"leftMargin": 20 * mm, "rightMargin": 20 * mm, "topMargin": 18 * mm, "bottomMargin": 20 * mm}
    document = SimpleDocTemplate(out, pagesize=A4, title=title, author="Alula", **margins)
    document.build(sheet.parts, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _head(sheet: _Sheet, session: Session, scenario: Scenario, report: Report, actor: Actor) -> None:
    when = session.started_at.astimezone(ZoneInfo(actor.timezone))
    sheet.add(f"{actor.name}    {when:%Y-%m-%d %H:%M}", 9, color=QUIET, after=1)
    sheet.add(sheet.pick(scenario.title), 18, after=2)
    sheet.add(sheet.pick(report.headline), 12, after=4)
    words = sheet.words
    verdict = words["passed"] if report.passed else words["failed"]
    rows = [[words["score"], f"{report.total:.1f}  {verdict}"]]
    for part in (report.content, report.delivery):
        values = msgspec.to_builtins(part) if part is not None else {}
        rows += [
            [words[name], words["none"] if value is None else f"{value:.1f}"]
            for name, value in values.items()
        ]
    rows.append([words["fluency"], words["none"] if report.fluency is None else f"{report.fluency:.1f}"])
    table = Table(rows, colWidths=[70 * mm, 60 * mm], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), FONT, 10),
                ("TEXTCOLOR", (0, 0), (0, -1), QUIET),
                ("TEXTCOLOR", (1, 0), (1, 0), ACTION if report.passed else BAD),
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    sheet.parts.append(table)


def _advice(sheet: _Sheet, report: Report) -> None:
    if report.advice:
        sheet.heading(sheet.words["practise"])
    for at, one in enumerate(report.advice):
        ground = _ground(report, at)
        sheet.add(f"{at + 1}. {sheet.pick(one)}", 10.5, after=0.5 if ground else 2)
        if ground:
            sheet.add(_where(sheet, ground), 9, color=QUIET, left=4)


def _ground(report: Report, at: int) -> Finding | Blocker | None:
    """What an advice rests on, where that has a place in the talk; None for what was not said at all."""
    if at >= len(report.advice_findings):
        return None
    index = report.advice_findings[at]
    ground: Finding | Blocker = report.blockers[at] if index is None else report.findings[index]
    return None if ground.evidence.turn is None and ground.evidence.seconds is None else ground


def _blockers(sheet: _Sheet, blockers: tuple[Blocker, ...]) -> None:
    if blockers:
        sheet.heading(sheet.words["blockers"])
    for one in blockers:
        sheet.add(f"{sheet.pick(one.title)}  {_where(sheet, one)}", color=BAD, after=0.5)
        if one.advice:
            sheet.add(sheet.pick(one.advice), 9, color=QUIET, left=4)


def _where(sheet: _Sheet, one: Finding | Blocker) -> str:
    evidence, words = one.evidence, sheet.words
    parts = []
    if evidence.turn is not None:
        parts.append(words["turn"].format(n=evidence.turn + 1))
    if evidence.seconds is not None:
        parts.append(words["seconds"].format(a=evidence.seconds[0], b=evidence.seconds[1]))
    if evidence.quote:
        parts.append(f"“{evidence.quote}”")
    return f"({words['comma'].join(parts)})" if parts else ""


def _findings(sheet: _Sheet, name: str, findings: list[Finding], scenario: Scenario) -> None:
    if not findings:
        return
    sheet.heading(sheet.words[name])
    examples = {point.id: point.example for point in scenario.key_points}
    for one in sorted(findings, key=lambda finding: -abs(finding.points)):
        points = sheet.words["points"].format(p=one.points) + sheet.words["colon"]
        head = f"{sheet.words[one.dimension]} {points}{sheet.pick(one.title)} {_where(sheet, one)}"
        rows = [sheet.line(head, 9.5, after=0.5)]
        advice = sheet.pick(one.advice) if one.points < 0 and one.advice else ""
        if advice:
            rows.append(sheet.line(advice, 9, color=QUIET, left=4, after=0.5))
        example = examples.get(one.rule.partition(":")[2]) if one.points < 0 else None
        if example and example[:20] not in advice:  # the advice of a missed point ends with it
            rows.append(sheet.line(sheet.words["example"] + example, 9, color=ACTION, left=4, after=1))
        sheet.parts.append(KeepTogether(rows))


def _transcript(sheet: _Sheet, session: Session) -> None:
    sheet.heading(sheet.words["transcript"])
    for turn in session.turns.order_by("index"):
        who = sheet.words["trainee" if turn.speaker == "trainee" else "customer"]
        color = INK if turn.speaker == "trainee" else QUIET
        sheet.add(
            f"{turn.index + 1}. {who}：{turn.text}"
            if sheet.language == "zh"
            else f"{turn.index + 1}. {who}: {turn.text}",
            9,
            color=color,
            after=0.8,
        )
