"""A visit on paper: A4, one column, in the reader's language.

Chinese is set in STSong-Light, a font that every PDF reader brings (Adobe-GB1), so that no font file need be shipped.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

FONT = "STSong-Light"
INK, QUIET = HexColor("#16202a"), HexColor("#52606d")

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "with": "走访组", "agenda": "议程", "checklist": "核查清单", "findings": "发现与建议", "tasks": "后续任务", "none": "无",
        "open": "未核查", "seen": "已核查", "problem": "有问题", "low": "一般", "medium": "较重要", "high": "重要", "proposal": "建议：",
        "firm": "企业", "agency": "服务机构", "due": "截止 ", "done": "已完成", "page": "第 {n} 页", "stop": "：",
    },
    "en": {
        "with": "Group", "agenda": "Agenda", "checklist": "Checklist", "findings": "Findings and proposals", "tasks": "Follow-up",
        "none": "None", "open": "not looked at", "seen": "seen", "problem": "problem", "low": "Minor", "medium": "Notable",
        "high": "Major", "proposal": "Proposal: ", "firm": "firm", "agency": "agency", "due": "due ", "done": "done",
        "page": "Page {n}", "stop": ": ",
    },
}  # fmt: skip


class VisitPaper(NamedTuple):
    """What stands on it. Rows: (texts, state, remark); (severity, words, proposal); (what, side, who, due, done)."""

    campaign: str
    firm: str
    group: str
    experts: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    agenda: str
    checklist: tuple[tuple[Mapping[str, str], str, str], ...]
    findings: tuple[tuple[str, str, str], ...]
    tasks: tuple[tuple[str, str, str, date | None, datetime | None], ...]


def render(paper: VisitPaper, language: str, timezone: str) -> bytes:
    """The paper as a PDF document."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    words = WORDS["en" if language == "en" else "zh"]
    starts, ends = (moment.astimezone(ZoneInfo(timezone)) for moment in (paper.starts_at, paper.ends_at))
    comma = ", " if language == "en" else "、"
    parts = [
        _line(paper.campaign, 9, QUIET),
        _line(paper.firm, 18),
        _line(f"{starts:%Y-%m-%d %H:%M}-{ends:%H:%M}", 11),
        _line(f"{words['with']}{words['stop']}{paper.group} · {comma.join(paper.experts)}", 10, QUIET),
    ]
    if paper.agenda:
        parts += [*_heading(words["agenda"]), _line(paper.agenda)]
    if paper.checklist:
        parts += _heading(words["checklist"])
    for texts, state, remark in paper.checklist:
        parts.append(_line(f"[{words[state]}] {texts['en' if language == 'en' else 'zh']}", 9.5))
        parts += [_line(remark, 9, QUIET, 4)] if remark else []
    parts += _heading(words["findings"])
    for severity, said, proposal in paper.findings:
        parts.append(_line(f"[{words[severity]}] {said}", 10))
        parts += [_line(words["proposal"] + proposal, 9.5, QUIET, 4)] if proposal else []
    parts += [] if paper.findings else [_line(words["none"], 10, QUIET)]
    parts += _heading(words["tasks"])
    for what, side, who, due_on, done_at in paper.tasks:
        facts = [
            words[side],
            who,
            f"{words['due']}{due_on}" if due_on else "",
            words["done"] if done_at else "",
        ]
        parts.append(_line(f"{what} ({' · '.join(filter(None, facts))})"))
    parts += [] if paper.tasks else [_line(words["none"], 10, QUIET)]
    return _build(parts, f"{paper.campaign} · {paper.firm}", words["page"])


def _line(text: str, size: float = 10, color: Any = INK, left: float = 0) -> Paragraph:
    style = ParagraphStyle(
        f"v{size}{color}{left}",
        fontName=FONT,
        fontSize=size,
        leading=size * 1.55,
        textColor=color,
        spaceAfter=1.5 * mm,
        leftIndent=left * mm,
        wordWrap="CJK",
    )
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _heading(text: str) -> list[Any]:
    return [Spacer(1, 4 * mm), _line(text, 13)]


def _build(parts: list[Any], title: str, page: str) -> bytes:
    out = io.BytesIO()

    def foot(canvas: Any, document: Any) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(QUIET)
        canvas.drawRightString(A4[0] - 20 * mm, 12 * mm, page.format(n=document.page))
        canvas.drawString(20 * mm, 12 * mm, f"Alula 小翼 · {title}"[:90])

    margins = {"leftMargin": 20 * mm, "rightMargin": 20 * mm, "topMargin": 18 * mm, "bottomMargin": 20 * mm}
    document = SimpleDocTemplate(out, pagesize=A4, title=title, author="Alula", **margins)
    document.build(parts, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()
