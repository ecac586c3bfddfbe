"""The directory of experts: by hand, from lists good and bad, and for nobody but its agency."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from alula.growth.models import Expert
from alula.growth.services import experts
from alula.growth.support import expert_list
from alula.kernel.actor import Role
from alula.kernel.errors import Refusal
from alula.people import facade as people

pytestmark = pytest.mark.django_db
HEADING = ["姓名", "单位", "类型", "服务类型", "专长", "行业", "行政区划代码", "名额"]
GOOD = ["陈教授", "华南理工", "专家", "技术升级、政策解读与辅导", "ip, 新材料", "农、林、牧、渔业", 440106, 2]


@pytest.fixture
def officer(db):
    city = people.ensure_tenant("city", "临江", kind="agency")
    return people.ensure_person(
        city,
        email="officer@test.example",
        name="officer",
        roles=[Role.OFFICER],
        password="correct-horse-battery",
    )


def workbook(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def send(client, data, name="list.xlsx", mode="all_or_nothing"):
    return client.post("/api/growth/experts/import", {"file": SimpleUploadedFile(name, data), "mode": mode})


def test_a_workbook_is_taken_and_again_changes_nothing(officer, browser_of):
    client = browser_of(officer)
    data = workbook(HEADING, GOOD, ["市检测中心", "", "机构", "technology", "质量与标准", "工业", "4401", ""])
    assert send(client, data).json() == {
        "written": True,
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
        "bad": [],
    }
    one = Expert.objects.get(name="陈教授")
    assert (one.kinds, one.expertise, one.industries) == (
        ["technology", "policy"],
        ["ip", "materials"],
        ["agriculture"],
    )
    assert (one.place, one.capacity, one.form) == ("440106", 2, "person")
    assert Expert.objects.get(name="市检测中心").form == "institution"
    assert send(client, data).json()["unchanged"] == 2
    changed = send(client, workbook(HEADING, [*GOOD[:-1], 5])).json()
    assert (changed["changed"], Expert.objects.count()) == (1, 2)


BAD = [
    (["", "甲"], "name", "没有姓名。"),
    (["乙", "", "神仙"], "form", "不认识“神仙”。"),
    (["丙", "", "", "算命"], "kinds", "不认识“算命”。"),
    (["丁", "", "", "", "ip;炼丹"], "expertise", "不认识“炼丹”。"),
    (["戊", "", "", "", "", "星际"], "industries", "不认识“星际”。"),
    (["己", "", "", "", "", "", "44010"], "place", "行政区划代码为 2、4 或 6 位数字。"),
    (["庚", "", "", "", "", "", "", "0"], "capacity", "名额应为 1 到 99 的整数。"),
    (["陈教授", "华南理工"], "name", "与第 2 行是同一位。"),
    (["辛" * 201], "name", "超过 200 个字。"),
]


def test_each_bad_row_is_told_with_line_column_and_reason(officer, browser_of):
    client = browser_of(officer)
    data = workbook(HEADING, GOOD, *(row for row, _, _ in BAD))
    report = send(client, data).json()
    assert (report["written"], report["refused"], Expert.objects.count()) == (False, len(BAD), 0)
    assert [(one["line"], one["column"], one["message"]) for one in report["bad"]] == [
        (number, column, words) for number, (_, column, words) in enumerate(BAD, 3)
    ]
    kept = send(client, data, mode="keep_good").json()
    assert (kept["written"], kept["added"], Expert.objects.count()) == (True, 1, 1)


def test_csv_in_either_encoding_and_files_that_are_none(officer, browser_of):
    client = browser_of(officer)
    text = "姓名,专长\n李工,新材料\n"
    assert send(client, text.encode("gb18030"), "a.csv").json()["added"] == 1
    assert send(client, ("\ufeff" + text).encode(), "a.csv").json()["unchanged"] == 1
    for data, code in (
        (b"PK\x03\x04 broken", "growth.list_unreadable"),
        (b"", "growth.list_heading"),
        ("名字\n李\n".encode(), "growth.list_heading"),
        (b"\xff\xfe\xff", "growth.list_unreadable"),
        ("姓名\n" + "甲\n" * 5001).encode()
        and (("姓名\n" + "".join(f"甲{n}\n" for n in range(5001))).encode(), "growth.list_too_long"),
    ):
        assert send(client, data).json()["code"] == code
    assert send(client, b"x" * (5 * 1024 * 1024 + 1)).status_code == 413


def test_a_package_that_unpacks_to_far_more_is_refused(monkeypatch):
    monkeypatch.setattr(expert_list, "MOST_UNPACKED", 1000)
    with pytest.raises(Refusal) as refused:
        expert_list.read(workbook(HEADING, GOOD))
    assert refused.value.code == "growth.list_unreadable"


def test_the_directory_is_found_filtered_and_changed(officer, browser_of):
    client = browser_of(officer)
    body = {
        "name": "陈教授",
        "organisation": "华南理工",
        "kinds": ["technology"],
        "expertise": ["ip"],
        "ties": [{"kind": "employed", "party": "宏达"}],
    }
    made = client.post("/api/growth/experts", body, "application/json")
    assert made.status_code == 201, made.content
    path = f"/api/growth/experts/{made.json()['id']}"
    assert (
        client.post("/api/growth/experts", body, "application/json").json()["code"] == "growth.expert_known"
    )
    changed = client.put(path, body | {"active": False, "ties": []}, "application/json").json()
    assert (changed["active"], changed["ties"]) == (False, [])
    for query, number in (
        ("q=华南", 1),
        ("q=xx", 0),
        ("kind=technology", 1),
        ("kind=policy", 0),
        ("expertise=ip", 1),
        ("active=yes", 0),
        ("active=no", 1),
        ("form=institution", 0),
    ):
        assert client.get(f"/api/growth/experts?{query}").json()["total"] == number, query
    wrong = client.put(path, body | {"industries": ["space"]}, "application/json")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "industries")


def test_another_agency_and_a_firm_find_nothing(world, officer, browser_of):
    experts.add_expert(officer, experts.Card("person", "陈教授"))
    one = Expert.objects.get()
    county = people.ensure_tenant("county", "邻县", kind="agency")
    neighbour = people.ensure_person(county, email="neighbour@test.example", name="neighbour", roles=[Role.OFFICER], password="correct-horse-battery")  # fmt: skip
    body = {"name": "x"}
    for who in (neighbour, world.admin, world.lin):
        client = browser_of(who)
        assert client.get(f"/api/growth/experts/{one.id}").status_code == 404
        assert client.put(f"/api/growth/experts/{one.id}", body, "application/json").status_code == 404
    assert browser_of(world.admin).get("/api/growth/experts").status_code == 404
    assert browser_of(world.admin).post("/api/growth/experts", body, "application/json").status_code == 404
    assert browser_of(neighbour).get("/api/growth/experts").json()["items"] == []
