"""Evidence: files added behind a question and removed again."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import partial
from uuid import UUID

from django.db import transaction

from alula.engines.files import chosen_files
from alula.growth.models import Evidence
from alula.growth.queries.evidence import evidence_visible_to
from alula.growth.selftest.questions import questions
from alula.growth.selftest.sniffing import ENDINGS, media_type_of
from alula.growth.services.selftest import kept_firm
from alula.growth.statements import evidence as statements
from alula.kernel import clock
from alula.kernel.actor import Actor
from alula.kernel.errors import Refusal, not_found, register

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 100
_LONGEST_NAME = 120

register(
    "growth",
    {
        "evidence_kind": {
            "zh": "只能添加 PDF、图片（PNG、JPG）、Word、Excel 或 OFD 文件。",
            "en": "Evidence is a PDF, a picture (PNG, JPG), a Word, Excel or OFD file.",
        },
        "evidence_size": {
            "zh": "文件不能是空的，也不能超过 {most} MB。",
            "en": "The file may not be empty, nor larger than {most} MB.",
        },
        "evidence_many": {
            "zh": "一家企业最多保留 {most} 份证明材料，请先删除不用的。",
            "en": "A firm keeps {most} pieces of evidence at most. Remove one first.",
        },
    },
)


@transaction.atomic
def add_evidence(actor: Actor, firm_id: UUID, question: str, name: str, data: bytes) -> Evidence:
    """Keep a file behind a question of the self-test.

    Args:
        actor: who keeps the firm.
        firm_id: whose evidence.
        question: the id of a question.
        name: what the file was called; shown only.
        data: the file; what it is, its content says.

    Raises:
        Refusal: kernel.not_found; growth.not_held (403); growth.evidence_kind, _size, _many (422).
    """
    firm = kept_firm(actor, firm_id)
    if question not in {one.id for one in questions(clock.now().year)}:
        raise not_found()
    if not 0 < len(data) <= MOST_BYTES:
        raise Refusal("growth.evidence_size", status=422, field="file", most=MOST_BYTES // 1024 // 1024)
    kind = media_type_of(data)
    if kind is None:
        raise Refusal("growth.evidence_kind", status=422, field="file", expected=sorted(ENDINGS.values()))
    if Evidence.objects.filter(firm=firm).count() >= MOST_FILES:
        raise Refusal("growth.evidence_many", status=422, field="file", most=MOST_FILES)
    added = Evidence(
        firm=firm,
        question=question,
        name=shown_name(name, kind),
        media_type=kind,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        person_id=actor.person_id,
        by_tenant_id=actor.tenant_id,
    )
    chosen_files().put(added.key, data)
    try:
        added.save(force_insert=True)
        statements.evidence_added(actor, firm)
    except BaseException:
        chosen_files().delete(added.key)
        raise
    return added


@transaction.atomic
def remove_evidence(actor: Actor, firm_id: UUID, evidence_id: UUID) -> None:
    """Delete a file for good, once the row is surely gone.

    Raises:
        Refusal: kernel.not_found; growth.not_held (403).
    """
    firm = kept_firm(actor, firm_id)
    one = evidence_visible_to(actor, firm_id, evidence_id)
    transaction.on_commit(partial(chosen_files().delete, one.key))
    one.delete()
    statements.evidence_removed(actor, firm)


def shown_name(name: str, kind: str) -> str:
    """The name without folders and control characters, with the ending of what the file really is."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip(" .")
    ending = ENDINGS[kind]
    stem = clean[: -len(ending)] if clean.lower().endswith(ending) else clean.removesuffix(".jpeg")
    return f"{stem[: _LONGEST_NAME - len(ending)] or 'file'}{ending}"
