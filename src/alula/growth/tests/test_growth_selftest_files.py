"""Files of the self-test: workbooks in, evidence kept, the report on paper."""

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alula.engines.files import chosen_files
from alula.growth.certainty import certain, sources
from alula.growth.facts import load_facts_file
from alula.growth.models import Draft, Evidence
from alula.growth.permissions import Release
from alula.growth.rulebook.load import FOLDER
from alula.growth.selftest import workbook
from alula.growth.services import firms, selftest
from alula.growth.services.evidence import shown_name
from alula.growth.storing import decode_facts
from alula.growth.verification import doubts
from alula.kernel import clock
from alula.kernel.actor import Role
from alula.people import facade as people

EXAMPLES = FOLDER.parent.parent / "examples"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
PDF = b"%PDF-1.7\n" + b"0" * 64


@pytest.fixture
def owner(world):
    with clock.at(datetime(2026, 5, 8, 3, tzinfo=UTC)):
        firms.own_firm(world.admin)
        yield world.admin


@pytest.fixture
def officer(db):
    agency = people.ensure_tenant("city", "临江", kind="agency")
    return people.ensure_person(
        agency,
        email="officer@test.example",
        name="officer",
        roles=[Role.OFFICER],
        password="correct-horse-battery",
    )


def base(actor):
    return f"/api/growth/firms/{actor.tenant_id}"


def fill(language="zh", figures=None, lists=None):
    """A template filled in as a person would: values beside their paths, rows under their columns."""
    book = openpyxl.load_workbook(io.BytesIO(workbook.template(2026, language)))
    first = book.worksheets[0]
    rows = {first.cell(row, 1).value: row for row in range(4, first.max_row + 1)}
    for path, value in (figures or {}).items():
        first.cell(rows[path], 3, value)
    for path, items in (lists or {}).items():
        sheet = next(one for one in book.worksheets if one["A1"].value == path)
        columns = {sheet.cell(2, column).value: column for column in range(1, sheet.max_column + 1)}
        for order, item in enumerate(items):
            for name, value in item.items():
                sheet.cell(4 + order, columns[name], value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(client, actor, data, mode="all_or_nothing", name="facts.xlsx"):
    return client.post(
        f"{base(actor)}/selftest/import", {"file": SimpleUploadedFile(name, data), "mode": mode}
    )


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_filled_in_template_becomes_the_draft(owner, browser_of, language):
    client = browser_of(owner)
    template = client.get(f"/api/growth/selftest/template.xlsx?language={language}")
    assert template.status_code == 200
    yes = {"zh": "是", "en": "yes"}[language]
    kind = {"zh": "发明专利（Ⅰ类）", "en": "invention (class I)"}[language]
    data = fill(
        language,
        {"revenue.2025": 6600.55, "entry.abnormal_list": {"zh": "否", "en": "no"}[language], "industry": {"zh": "工业", "en": "Industry"}[language], "honours.none": yes},
        {"rights": [{"kind": kind, "related": yes, "granted": date(2021, 5, 11), "owner_rank": 1}]},
    )  # fmt: skip
    answer = send(client, owner, data).json()
    assert answer == {"written": True, "taken": 5, "refused": 0, "bad": []}
    facts = decode_facts(Draft.objects.get().facts)
    assert f"{facts.revenue[2025]}" == "6600.55"
    assert facts.entry.abnormal_list is False
    assert facts.honours == ()
    assert (facts.rights[0].kind, f"{facts.rights[0].granted}") == ("invention", "2021-05-11")


@pytest.mark.django_db
def test_every_bad_cell_is_told_with_its_address(owner, browser_of):
    client = browser_of(owner)
    data = fill(
        "zh",
        {"revenue.2025": "=1+1", "revenue.2024": "很多", "main_revenue.2025": 7, "staff.2025": 120},
        {
            "rights": [
                {"kind": "魔法"},
                {"kind": "软件著作权（Ⅱ类）", "granted": "昨天"},
                {"kind": "软件著作权（Ⅱ类）"},
            ]
        },
    )
    refused = send(client, owner, data).json()
    assert refused["written"] is False
    assert not Draft.objects.exists()
    places = {(one["sheet"], one["cell"]) for one in refused["bad"]}
    assert {cell for sheet, cell in places if sheet == "知识产权"} == {"A4", "H5"}
    assert sum(sheet == "资料" for sheet, _ in places) == 2
    assert all(one["expected"]["zh"] and one["expected"]["en"] for one in refused["bad"])
    kept = send(client, owner, data, "keep_good").json()
    assert (kept["written"], kept["refused"]) == (True, 4)
    facts = decode_facts(Draft.objects.get().facts)
    assert facts.staff == {2025: 120}
    assert [one.kind for one in facts.rights] == ["software"]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (60 * 1024 * 1024))
    return out.getvalue()


def entities():
    """A workbook whose sheet calls an entity that calls an entity that calls an entity."""
    good, out = io.BytesIO(fill()), io.BytesIO()
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            data = old.read(one)
            if one.filename == "xl/workbook.xml":
                data = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l11;</x>'.encode()
            new.writestr(one.filename, data)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb, "growth.workbook_large"),
        (entities, "growth.workbook_unreadable"),
        (lambda: b"", "growth.workbook_unreadable"),
        (lambda: b"name,revenue\n1,2", "growth.workbook_unreadable"),
        (lambda: b"PK\x03\x04" + b"0" * 900, "growth.workbook_unreadable"),
        (lambda: fill()[:3000], "growth.workbook_unreadable"),
        (lambda: b"PK\x03\x04" + b"0" * (3 << 20), "growth.workbook_large"),
    ],
)
def test_what_is_no_workbook_is_refused_and_nothing_is_kept(owner, browser_of, data, code):
    answer = send(browser_of(owner), owner, data())
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_a_formula_is_no_value_even_where_any_text_would_do(owner, browser_of):
    data = fill("zh", lists={"rights": [{"kind": "软件著作权（Ⅱ类）", "name": '=HYPERLINK("http://x")'}]})
    (bad,) = send(browser_of(owner), owner, data).json()["bad"]
    assert (bad["sheet"], bad["cell"]) == ("知识产权", "B4")
    assert "公式" in bad["expected"]["zh"]
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_a_workbook_of_something_else_is_refused(owner, browser_of):
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    assert send(browser_of(owner), owner, out.getvalue()).json()["code"] == "growth.workbook_other"


def add(client, actor, name, data, question="rights"):
    return client.post(
        f"{base(actor)}/evidence", {"file": SimpleUploadedFile(name, data), "question": question}
    )


@pytest.mark.django_db
def test_evidence_is_kept_handed_out_and_deleted(owner, browser_of, django_capture_on_commit_callbacks):
    client = browser_of(owner)
    added = add(client, owner, "专利证书.pdf", PDF).json()
    assert (added["name"], added["media_type"]) == ("专利证书.pdf", "application/pdf")
    file = client.get(f"{base(owner)}/evidence/{added['id']}/file")
    assert b"".join(file.streaming_content) == PDF
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"
    key = Evidence.objects.get().key
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(f"{base(owner)}/evidence/{added['id']}").status_code == 204
    assert not chosen_files().exists(key)
    assert client.get(f"{base(owner)}/evidence/{added['id']}/file").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("page.pdf", b"<html><script>alert(1)</script>", "growth.evidence_kind"),
        ("run.png", b"MZ\x90\x00", "growth.evidence_kind"),
        ("pack.docx", b"PK\x03\x04" + b"0" * 40, "growth.evidence_kind"),
        ("empty.pdf", b"", "growth.evidence_size"),
        ("large.pdf", b"%PDF-" + b"0" * (10 << 20), "growth.evidence_size"),
    ],
)
def test_what_is_no_evidence_is_refused(owner, browser_of, name, data, code):
    answer = add(browser_of(owner), owner, name, data)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Evidence.objects.exists()


@pytest.mark.django_db
def test_a_name_leads_nowhere_and_its_ending_is_what_the_file_is(owner, browser_of):
    client = browser_of(owner)
    added = add(client, owner, "..%2f..\\..\\etc\\passwd.exe", PNG).json()
    assert added["name"] == "passwd.exe.png"
    assert Evidence.objects.get().key == f"growth/evidence/{owner.tenant_id}/{added['id']}"
    assert add(client, owner, "x.png", PNG, question="../../x").status_code == 404
    assert shown_name("a/b\\\r\n\u202e.", "application/pdf") == "file.pdf"
    assert len(shown_name("长" * 900, "image/png")) == 120


@pytest.mark.django_db
def test_an_agency_sees_evidence_only_when_it_was_released(world, owner, officer, browser_of):
    added = add(browser_of(owner), owner, "a.png", PNG).json()
    firms.accompany(officer, owner.tenant_id, released=[Release.FACTS, Release.ASSESSMENTS])
    city = browser_of(officer)
    path = f"{base(owner)}/evidence/{added['id']}"
    assert city.get(f"{base(owner)}/evidence").status_code == 404
    assert city.get(f"{path}/file").status_code == 404
    firms.release(owner, officer.tenant_id, [Release.EVIDENCE])
    assert city.get(f"{path}/file").status_code == 200
    assert city.delete(path).status_code == 403
    other = browser_of(world.stranger)
    assert other.get(f"{path}/file").status_code == 404
    assert other.delete(path).status_code == 404
    assert add(other, owner, "b.png", PNG).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_holds_every_clause_with_its_source_and_mark(owner, browser_of, language, monkeypatch):
    facts = load_facts_file(EXAMPLES / "ratios_only_firm.yaml")
    firms.save_facts(owner, owner.tenant_id, facts, based_on=0)
    made = selftest.finish(owner, owner.tenant_id)
    assert len(made) == 3
    monkeypatch.setattr("reportlab.rl_config.pageCompression", 0)
    answer = browser_of(owner).get(f"{base(owner)}/report.pdf?language={language}")
    assert answer["Content-Type"] == "application/pdf"
    words = set(text_of(answer.content))
    for expected in {
        "zh": [
            "SRDI-2026",
            "主营业务收入占营业收入比重不低于",
            "附件1（二）",
            "S23",
            "一个来源读到",
            "二手转述",
            "自述比例",
            "需要人工判断",
        ],
        "en": [
            "SRDI-2026",
            "Main-business revenue 80% of revenue or more",
            "S23",
            "read in one source",
            "self-stated",
            "needs a person",
        ],
    }[language]:
        assert any(expected in one for one in words) or expected in "".join(text_of(answer.content)), expected


def text_of(pdf):
    """The texts of an uncompressed PDF whose Chinese is set in UCS-2, as our font is."""
    found = []
    for part in pdf.split(b"(")[1:]:
        raw = part.split(b") Tj")[0]
        found.append(unescaped(raw).decode("utf-16-be", "ignore"))
    return found


def unescaped(raw):
    out, at = bytearray(), 0
    while at < len(raw):
        if raw[at : at + 1] == b"\\":
            if raw[at + 1 : at + 4].isdigit():
                out.append(int(raw[at + 1 : at + 4], 8))
                at += 4
                continue
            at += 1
            out += {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(
                raw[at : at + 1], raw[at : at + 1]
            )
        else:
            out += raw[at : at + 1]
        at += 1
    return bytes(out)


@pytest.mark.django_db
def test_a_report_of_another_tenant_is_not_there(world, owner, browser_of):
    assert browser_of(world.stranger).get(f"{base(owner)}/report.pdf").status_code == 404
    assert browser_of(owner).get(f"{base(owner)}/report.pdf").status_code == 200


def test_every_text_has_a_mark_and_a_source_that_is_named():
    texts = certain()
    assert len(texts) > 150
    known = sources()
    assert {key for one in texts for key in one.sources} <= set(known)
    assert {one.mark for one in texts} == {"V", "V2", "2nd", "M"}
    listed = {(one.of, one.words.zh) for one in texts} | {
        (one.of, one.check.zh) for one in texts if one.check
    }
    assert {(one.rule, one.words.zh) for one in doubts()} <= listed
