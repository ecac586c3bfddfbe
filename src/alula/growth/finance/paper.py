"""An enquiry on paper, to be handed to the branch: A4, in the reader's language, nothing beside what was agreed to.

Chinese is set in STSong-Light, a font that every PDF reader brings (Adobe-GB1), so that no font file need be shipped.
"""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONT = "STSong-Light"
INK, QUIET, LINE = (HexColor(c) for c in ("#16202a", "#52606d", "#e4e8ec"))
WORDS = {
    "zh": {
        "title": "融资咨询单",
        "agreed": "企业同意提供本页内容：{when}（小翼编号 {id}，校验 {digest}）",
        "own": "资料由企业自行填写，未经审计。额度、利率和是否受理以银行答复为准，本页不构成任何承诺。",
        "sign": "企业签章：                              日期：",
    },
    "en": {
        "title": "Enquiry for finance",
        "agreed": "The firm agreed to give what stands on this page: {when} (Alula number {id}, check {digest})",
        "own": "Stated by the firm itself, not audited. Limit, rate and acceptance are as the bank answers; this page promises nothing.",
        "sign": "Seal of the firm:                              Date:",
    },
}


def paper(sections: list[dict[str, Any]], language: str, *, when: str, number: str, digest: str) -> bytes:
    """The sheet as a PDF document, in "zh" or "en"."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    words = WORDS[language]
    parts: list[Any] = [_text(words["title"], 18), Spacer(1, 4 * mm)]
    for section in sections:
        if section["lines"]:
            parts += [
                Spacer(1, 3 * mm),
                _text(section["title"][language], 12),
                _table(section["lines"], language),
            ]
    agreed = words["agreed"].format(when=when, id=number, digest=digest[:16])
    parts += [Spacer(1, 8 * mm), _text(agreed, 9, QUIET), _text(words["own"], 9, QUIET)]
    parts += [Spacer(1, 14 * mm), _text(words["sign"], 10.5)]
    out = io.BytesIO()
    margins = {"leftMargin": 22 * mm, "rightMargin": 22 * mm, "topMargin": 22 * mm, "bottomMargin": 20 * mm}
    SimpleDocTemplate(out, pagesize=A4, title=words["title"], author="Alula", **margins).build(parts)
    return out.getvalue()


def _text(text: str, size: float, color: Any = INK) -> Paragraph:
    style = ParagraphStyle(
        f"p{size}{color}", fontName=FONT, fontSize=size, leading=size * 1.6, textColor=color, wordWrap="CJK"
    )
    return Paragraph(escape(text), style)


def _table(lines: list[dict[str, Any]], language: str) -> Table:
    rows = [[_text(one["label"][language], 10, QUIET), _text(one["value"][language], 10)] for one in lines]
    table = Table(rows, colWidths=[62 * mm, 104 * mm], hAlign="LEFT")
    table.setStyle(
        TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    )
    return table
