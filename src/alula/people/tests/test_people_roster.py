"""People as a CSV file, in and out."""

from __future__ import annotations

import csv
import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people import facade, services
from alula.people.models import Membership, Person, User
from alula.people.roster import reading

GOOD = """姓名,邮箱,部门,角色,工号
钱一,qian@shop.example,华南/广州,学员,A1
孙二,sun2@shop.example,华南 / 深圳,主管；培训师,A2
李三,li@shop.example,,,
"""


@pytest.fixture
def send(world, browser_of):
    """Import a text as the administrator; the report."""
    browser = browser_of(world.admin)

    def post(text, mode=None, encoding="utf-8"):
        content = text.encode(encoding) if isinstance(text, str) else text
        data = {"file": SimpleUploadedFile("people.csv", content)}
        return browser.post("/api/people/import", data | ({"mode": mode} if mode else {}))

    return post


def counts(answer):
    report = answer.json()
    return {key: report[key] for key in ("added", "changed", "unchanged", "refused", "written")}


def test_takes_people_with_units_and_roles(world, send, said):
    before = len(said(world.admin.tenant_id))
    answer = send(GOOD)
    assert counts(answer) == {"added": 3, "changed": 0, "unchanged": 0, "refused": 0, "written": True}
    sun = Person.objects.get(user__email="sun2@shop.example")
    assert (sun.name, sun.unit.name, sun.number) == ("孙二", "深圳", "A2")
    held = set(Membership.objects.filter(person=sun).values_list("role", "unit__name"))
    assert held == {("manager", "深圳"), ("trainer", "深圳")}
    li = Person.objects.get(user__email="li@shop.example")
    assert (li.unit, list(li.memberships.values_list("role", "unit"))) == (None, [("learner", None)])
    assert said(world.admin.tenant_id)[before:] == ["imported-people"], "one act, one statement"


def test_the_same_file_again_changes_nothing(world, send, said):
    send(GOOD)
    before = said(world.admin.tenant_id)
    again = send(GOOD)
    assert counts(again) == {"added": 0, "changed": 0, "unchanged": 3, "refused": 0, "written": True}
    assert said(world.admin.tenant_id) == before


def test_a_corrected_file_brings_people_up_to_date(world, send):
    send(GOOD)
    corrected = GOOD.replace("钱一", "钱壹").replace("华南 / 深圳", "华南").replace(",,,", ",,作者,A3")
    assert counts(send(corrected)) == {
        "added": 0,
        "changed": 3,
        "unchanged": 0,
        "refused": 0,
        "written": True,
    }
    assert Person.objects.get(user__email="qian@shop.example").name == "钱壹"
    assert Person.objects.get(user__email="sun2@shop.example").unit.name == "华南"
    li = Person.objects.get(user__email="li@shop.example")
    assert (li.number, set(li.memberships.values_list("role", flat=True))) == ("A3", {"learner", "author"})


BAD = """name,email,unit,role,number
Fine,fine@shop.example,华南/广州,learner,B1
,noname@shop.example,,,
Address,not-an-address,,,
Twice,FINE@shop.example,,,
Lost,lost@shop.example,华北,,
King,king@shop.example,,king,
Op,op@shop.example,,operator,
Formula,"=HYPERLINK(""http://x"")@shop.example",,,
=1+1,sum@shop.example,,,
Elsewhere,stranger@test.example,,,
Taken,taken@shop.example,,,007
Repeat,repeat@shop.example,,,B1
"""
REFUSED = [
    (3, "name", "people.name_missing"),
    (4, "email", "people.email_invalid"),
    (5, "email", "people.row_repeated"),
    (6, "unit", "people.unit_unknown"),
    (7, "role", "people.role_unknown"),
    (8, "role", "people.role_not_here"),
    (9, "email", "people.email_invalid"),
    (10, "name", "people.looks_like_formula"),
    (11, "email", "people.email_elsewhere"),
    (12, "number", "people.number_taken"),
    (13, "number", "people.row_repeated"),
]


@pytest.mark.parametrize(("mode", "taken"), [(None, 0), ("all_or_nothing", 0), ("keep_good", 1)])
def test_each_bad_row_is_reported_and_the_good_kept_as_chosen(world, send, mode, taken):
    services.change_person(world.admin, world.lin.person_id, number="007")
    before = User.objects.count()
    answer = send(BAD, mode)
    report = answer.json()
    assert [(bad["line"], bad["column"], bad["code"]) for bad in report["bad"]] == REFUSED
    assert all(bad["message"] and "{" not in bad["message"] for bad in report["bad"])
    assert (report["rows"], report["refused"], report["written"]) == (12, 11, mode == "keep_good")
    assert User.objects.count() - before == taken


def test_an_excel_file_in_gb18030_and_one_with_a_mark(world, send):
    assert counts(send(GOOD, encoding="gb18030"))["added"] == 3
    assert counts(send(GOOD, encoding="utf-8-sig"))["unchanged"] == 3
    assert Person.objects.filter(name="钱一").exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "people.column_missing"),
        ("name,phone\nx,1\n", "people.column_missing"),
        (b"name,email\nx,\xff\xff\xff\n", "people.file_unreadable"),
        ('name,email\n"x,y@z.example\n', "people.file_unreadable"),
        ("name,email\n" + "x" * (5 * 1024 * 1024), "people.file_too_big"),
        ("name,email\n" + "a,b\n" * 50_001, "people.file_too_long"),
    ],
    ids=["empty", "columns", "bytes", "quote", "bytes-limit", "rows-limit"],
)
def test_files_that_are_no_list_of_people(world, send, text, code):
    answer = send(text)
    assert answer.status_code in {413, 422}
    assert answer.json()["code"] == code
    if code == "people.file_unreadable":
        assert answer.json()["expected"] in ("格式正确的 CSV 文件。", "UTF-8, GB 18030")


def test_a_heading_alone_is_an_empty_list(world, send):
    assert counts(send("name,email\n\n,\n")) == {
        "added": 0, "changed": 0, "unchanged": 0, "refused": 0, "written": True,
    }  # fmt: skip


def test_imported_people_sign_in_with_an_issued_password_alone(world, send, client):
    send(GOOD)
    qian = Person.objects.get(user__email="qian@shop.example")
    assert not qian.user.has_usable_password()
    password = services.issue_initial_password(world.admin, qian.id)
    assert client.login(email="qian@shop.example", password=password)


def exported(browser, **query):
    answer = browser.get("/api/people/persons.csv", query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff"), "Excel knows UTF-8 by it"
    return text


def test_export_holds_the_list_and_comes_back_unchanged(world, browser_of, send):
    send(GOOD)
    text = exported(browser_of(world.admin))
    rows = {row["邮箱"]: row for row in csv.DictReader(io.StringIO(text[1:]))}
    assert set(rows) == {*(user.email for user in User.objects.exclude(email="stranger@test.example"))}
    shown = ["孙二", "sun2@shop.example", "华南/深圳", "主管;培训师", "A2", "在用"]
    assert list(rows["sun2@shop.example"].values()) == shown
    assert counts(send(text))["unchanged"] == len(rows)
    only = exported(browser_of(world.admin), role="manager")
    assert only.count("\n") == 3


def test_a_role_held_elsewhere_is_not_granted_anew(world, browser_of, send):
    """Zhao sits in Shenzhen and leads Guangzhou; his row, sent back as exported, makes him lead no more."""
    guangzhou = Person.objects.get(id=world.lin.person_id).unit_id
    services.grant_role(world.admin, world.zhao.person_id, Role.MANAGER, guangzhou)
    held = set(Membership.objects.values_list("person_id", "role", "unit_id"))
    assert counts(send(exported(browser_of(world.admin))))["changed"] == 0
    assert set(Membership.objects.values_list("person_id", "role", "unit_id")) == held


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_export_defuses_formulas(world, browser_of, name):
    services.change_person(world.admin, world.lin.person_id, name=name)
    rows = list(csv.reader(io.StringIO(exported(browser_of(world.admin)))))
    assert f"'{name}" in {row[0] for row in rows}
    assert not any(cell.startswith(reading.FORMULA) for row in rows[1:] for cell in row)


def test_another_administrator_meanwhile(world, monkeypatch):
    """An address that is taken between the check and the writing is refused; nothing stays half done."""
    from alula.people.roster import importing

    planned = importing._planned

    def plan_then_lose(*args):
        plan = planned(*args)
        User.objects.create_user("qian@shop.example")
        return plan

    monkeypatch.setattr(importing, "_planned", plan_then_lose)
    rows = reading.read(len(GOOD), GOOD.encode)
    with pytest.raises(Refusal, match=r"people\.changed_meanwhile"):
        importing.take(world.admin, rows, keep_good=True)
    assert not Person.objects.filter(name="李三").exists()


@pytest.mark.slow
@pytest.mark.services  # it is PostgreSQL that has read whole tables for each row here
def test_fifty_thousand_rows(world, send, record_property):
    for number in range(50):
        facade.ensure_unit(world.admin.tenant_id, ["店", str(number)])
    text = "name,email,unit,role,number\n" + "".join(
        f"人{n},p{n}@big.example,店/{n % 50},learner,{n}\n" for n in range(50_000)
    )
    assert len(text.encode()) < reading.MOST_BYTES
    begin = time.perf_counter()
    assert counts(send(text))["added"] == 50_000
    first = time.perf_counter() - begin
    begin = time.perf_counter()
    assert counts(send(text))["unchanged"] == 50_000
    again = time.perf_counter() - begin
    record_property("seconds", {"added": first, "again": again})
    last = Person.objects.get(tenant_id=world.admin.tenant_id, number="49999")
    assert [held.role for held in last.memberships.filter(tenant_id=last.tenant_id)] == [Role.LEARNER]
    assert first < 300, "minutes mean that something reads whole tables for each row"
    assert again < 300
