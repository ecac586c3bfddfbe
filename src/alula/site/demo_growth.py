"""What the demo's small firms state about themselves, the agency that accompanies them, and its ladder."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from importlib.resources import files
from uuid import UUID

from alula.growth import facade as growth
from alula.kernel import clock, jobs
from alula.kernel.actor import Actor

FIRMS = {"owner@yunshan.example": "valve_maker_giant", "owner@qingfan.example": None}
"""Who keeps a firm, and the example whose facts it states. The second has stated nothing yet."""
OFFICER = "officer@linjiang.example"

LIST = """企业名称,统一社会信用代码,所在地,行业,称号,联系人,联系电话
海棠传感技术有限公司,91440101MA5DEM001A,440106,工业,创新型 2024-09-01~2027-08-31,林工,020-5550101
萤火软件有限公司,91440101MA5DEM002B,440106,软件和信息技术服务业,,周工,020-5550102
木棉精密仪器有限公司,91440101MA5DEM003C,440112,工业,创新型 2024-02-01~2027-01-31,梁经理,020-5550103
北江新材料有限公司,91440101MA5DEM004D,440112,工业,专精特新 2024-03-01~2027-02-28,何经理,020-5550104
南岭电机有限公司,91440101MA5DEM005E,440113,工业,创新型 2023-12-25~2026-12-24;专精特新 2024-12-01~2027-11-30,邓工,020-5550105
珠水生物科技有限公司,91440101MA5DEM006F,440105,工业,科技型 2026-02-01~2027-01-31,苏博士,020-5550106
白云物联科技有限公司,91440101MA5DEM007G,440111,软件和信息技术服务业,创新型 2025-09-01~2028-08-31,丁工,020-5550107
榕树食品有限公司,91440101MA5DEM008H,440114,工业,,谭经理,020-5550108
云帆阀门有限公司,91440101MA5DEM009J,440113,工业,专精特新 2023-09-01~2026-08-31;小巨人 2024-07-01~2027-06-30,冯总,020-5550109
东山数控设备有限公司,91440101MA5DEM010K,440104,工业,创新型 2024-09-01~2027-08-31,曾工,020-5550110
南沙海工装备有限公司,91440101MA5DEM011L,440115,工业,专精特新 2025-10-01~2028-09-30,赖经理,020-5550111
增江汽车零部件有限公司,91440101MA5DEM012M,440118,工业,创新型 2025-03-01~2028-02-29,潘工,020-5550112
从化绿源环保有限公司,91440101MA5DEM013N,440117,工业,,陆经理,020-5550113
越秀检测技术有限公司,91440101MA5DEM014P,440104,租赁和商务服务业,科技型 2026-03-01~2027-02-28,容工,020-5550114
"""
"""Fictional firms; the example facts of some of them are put in below."""
FACTS = {
    "91440101MA5DEM001A": "sensor_maker_provincial",
    "91440101MA5DEM002B": "young_software_innovative",
    "91440101MA5DEM003C": "sensor_maker_not_judged",
    "91440101MA5DEM005E": "valve_maker_giant",
    "91440101MA5DEM008H": "food_firm_not_innovative",
    "91440101MA5DEM009J": "valve_maker_bought_patents",
    "91440101MA5DEM010K": "sensor_maker_provincial",
    "91440101MA5DEM012M": "ratios_only_firm",
}
WAYS: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    ("91440101MA5DEM001A", "provincial", 40, ("submit", "take", "visit")),
    ("91440101MA5DEM002B", "innovative", 30, ("submit", "take", "publish")),
    ("91440101MA5DEM003C", "provincial", 21, ("submit", "take", "return")),
    ("91440101MA5DEM010K", "provincial", 9, ("submit",)),
    ("91440101MA5DEM005E", "giant", 14, ("submit", "take")),
    ("91440101MA5DEM007G", "provincial", 6, ()),
    ("91440101MA5DEM008H", "innovative", 55, ("submit", "take", "reject")),
    ("91440101MA5DEM011L", "giant", 3, ("submit",)),
)
"""A firm by its code, the tier it applies for, how many days ago it began, and the moves since."""
WITH = {
    "publish": {"days": 7},
    "return": {"reason": "请补充近两年研发费用的专项审计报告，以及主导产品的市场占有率说明。"},
    "reject": {"reason": "上年度研发费用占营业收入的比例未达到评价标准，可在下一轮重新申报。"},
}
CHECKED = "91440101MA5DEM005E"
"""Its application is being checked: its facts leave two conditions to the officer."""
BATCH = "2026 年第二批"


def make_growth_demo(actors: dict[str, Actor]) -> None:
    """Make what is missing: facts of the demo's firms, released to the city's service centre, and its ladder."""
    for owner, example in FIRMS.items():
        facts = growth.load_facts(_text(example)) if example else None
        growth.found_firm(actors[owner], facts, agency=actors[OFFICER])
        if facts is not None:
            growth.finish_self_test(actors[owner], actors[owner].tenant_id)
    make_ladder_demo(actors[OFFICER], actors["owner@yunshan.example"])
    growth.make_services_demo(actors, OFFICER)
    make_policies_demo(actors[OFFICER], actors["owner@yunshan.example"])


def make_ladder_demo(officer: Actor, owner: Actor) -> None:
    """Make, once, the firms that the agency holds, applications at every stage, candidates and reminders."""
    if growth.firm_of_code(officer, CHECKED):
        return
    with _ago(60):
        growth.found_list(officer, "企业名单.csv", LIST)
        _work()
        for code, example in FACTS.items():
            growth.found_facts(officer, _firm(officer, code), growth.load_facts(_text(example)))
    growth.finish_self_test(officer, _firm(officer, CHECKED))
    for code, tier, days, moves in WAYS:
        _walk(officer, _firm(officer, code), tier, days, moves)
    with _ago(2):
        own = growth.open_application(owner, owner.tenant_id, officer.tenant_id, "giant")
        growth.move_application(owner, own.id, "submit", version=1)
    growth.search_candidates(officer)
    growth.compute_reminders(officer)
    _hold_conference(officer, owner)
    _work()


def _hold_conference(officer: Actor, owner: Actor) -> None:
    """A conference in three weeks, to which all firms are invited and one has registered."""
    begin = clock.now().replace(hour=1, minute=30, second=0, microsecond=0) + timedelta(days=21)
    event = growth.found_event(
        officer,
        name="专精特新企业产融对接会",
        about="政策解读、银行产品介绍和一对一咨询。到场名额有限，线上同步进行。",
        where="临江市会展中心一号厅",
        starts_at=begin,
        ends_at=begin + timedelta(hours=7),
        rooms=[
            growth.RoomIn("主会场", capacity=500),
            growth.RoomIn("线上会场", online=True, link="https://live.linjiang.example/2026"),
        ],
    )
    growth.register_for_event(owner, event.id, event.rooms.get(order=0).id, name=owner.name)


def _walk(officer: Actor, firm_id: UUID, tier: str, days: int, moves: tuple[str, ...]) -> None:
    """Open an application some days ago and move it, a few days apart."""
    with _ago(days):
        one = growth.open_application(officer, firm_id, officer.tenant_id, tier, batch=BATCH)
        if days > 9:
            one = growth.assign_application(
                officer, one.id, officer_id=officer.person_id, batch=BATCH, note=""
            )
    for number, move in enumerate(moves, start=1):
        with _ago(days - number * max(1, days // (len(moves) + 2))):
            one = growth.move_application(officer, one.id, move, version=one.version, **WITH.get(move, {}))  # type: ignore[arg-type]


def _firm(officer: Actor, code: str) -> UUID:
    """The firm of the list with that code.

    Raises:
        LookupError: the list was not taken in.
    """
    found = growth.firm_of_code(officer, code)
    if found is None:
        raise LookupError(code)
    return found


def _ago(days: int) -> AbstractContextManager[None]:
    return clock.at(clock.now() - timedelta(days=days))


def _work() -> None:
    while jobs.run_next("demo"):
        pass


def make_policies_demo(officer: Actor, owner: Actor) -> None:
    """Two policies of the city's own, one of them in two versions, an owner who follows, and an enquiry at a bank."""
    first = _policy("linjiang_titles", 30)
    growth.found_policy(officer, first, note="首次发布")
    _work()
    growth.follow(owner, "", on=True)
    growth.found_policy(officer, _policy("linjiang_titles", 50), note="上限提高到 50 万元")
    growth.found_policy(officer, _text("policies/linjiang_upgrade"), note="首次发布")
    _work()
    asked = growth.Asked(Decimal(300), 12, "扩建密封件生产线", ("revenue", "net_profit", "titles"))
    ask = growth.Ask("icbc_kechuang", "临江支行", asked, "许国强", "020-0000 0000", 7)
    growth.found_enquiry(owner, ask, stage=growth.Stage.SENT)


def _policy(name: str, most: int) -> str:
    return _text(f"policies/{name}").replace("MOST", str(most)).replace("LEAST", str(most // 3))


def _text(example: str) -> str:
    return files("alula.growth.examples").joinpath(f"{example}.yaml").read_text("utf-8")
