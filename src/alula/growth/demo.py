"""The service in the demo: the centre's experts, and requests of the two firms at every stage of their way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from alula.growth.queries.experts import has_experts
from alula.growth.services import college, experts, market, support, visits
from alula.growth.support.kinds import Expertise, ServiceKind, Urgency
from alula.kernel import clock
from alula.kernel.actor import Actor

_EXPERTS = (
    experts.Card(
        "person",
        "陈启明",
        "华南理工大学",
        ("technology", "cultivation"),
        ("materials", "machinery", "research"),
        ("industry",),
        "440106",
        3,
        "020-5550 0101",
        "chen@hust.example",
    ),
    experts.Card(
        "person",
        "罗文清",
        "临江市知识产权服务中心",
        ("technology", "policy"),
        ("ip", "application"),
        ("industry", "software"),
        "440100",
        5,
        "020-5550 0102",
        "luo@ip.example",
    ),
    experts.Card(
        "institution",
        "临江市产品质量检测院",
        "",
        ("technology",),
        ("quality", "materials"),
        ("industry",),
        "440100",
        8,
        "020-5550 0103",
        "",
    ),
    experts.Card(
        "person",
        "梁嘉怡",
        "粤信会计师事务所",
        ("finance", "policy"),
        ("tax", "credit", "application"),
        ("industry", "retail"),
        "440300",
        4,
        "0755-5550 0104",
        "liang@cpa.example",
    ),
    experts.Card(
        "institution",
        "南方软件学院",
        "",
        ("talent", "technology"),
        ("people", "digital", "software"),
        ("software",),
        "440100",
        6,
        "020-5550 0105",
        "",
    ),
    experts.Card(
        "person",
        "许维新",
        "宏达阀门有限公司",
        ("technology",),
        ("machinery", "materials"),
        ("industry",),
        "440100",
        2,
    ),
)
_NEEDS = {
    "owner@yunshan.example": (
        support.Wording(
            ServiceKind.TECHNOLOGY,
            "超低温阀体铸造缺陷分析",
            "LNG 用超低温阀体在 -196 ℃ 试压时有约 4% 出现微渗漏。\n已换过两家铸件供应商，缺陷位置仍集中在阀颈。"
            "希望专家到现场看工艺，给出检测和改进方案。",
            expertise=("materials", "machinery"),
            urgency=Urgency.SOON,
            keep_from=("宏达阀门有限公司",),
        ),
        support.Wording(
            ServiceKind.POLICY,
            "小巨人复核材料辅导",
            "明年三月复核，想请专家先看一遍知识产权和财务材料。",
            expertise=("application", "ip"),
            confidential=True,
        ),
        support.Wording(
            ServiceKind.TALENT,
            "数控技师培训",
            "新上两条产线，需要培训 12 名数控技师。",
            expertise=("people",),
        ),
        support.Wording(
            ServiceKind.POLICY,
            "研发费用加计扣除口径",
            "三个研发项目共用设备，折旧怎样分摊才符合加计扣除要求？",
            expertise=("tax",),
        ),
    ),
    "owner@qingfan.example": (
        support.Wording(
            ServiceKind.FINANCE,
            "研发贷款对接",
            "想了解软件企业可以申请的信用贷款，额度在 300 万元左右。",
            expertise=("credit",),
            urgency=Urgency.URGENT,
        ),
    ),
}


def make_services_demo(actors: dict[str, Actor], office: str) -> None:
    """Experts of the service centre, and requests of the firms at every stage of their way; once."""
    officer = actors[office]
    if has_experts(officer):
        return
    known = {}
    for card in _EXPERTS:
        ties = [experts.TieIn("employed", card.organisation)] if card.name == "许维新" else []
        known[card.name] = experts.add_expert(officer, card, ties)
    for owner, needs in _NEEDS.items():
        for order, wording in enumerate(needs):
            request = support.draft_request(actors[owner], wording._replace(agency_id=officer.tenant_id))
            support.send(actors[owner], request.id)
            if order == 0 and owner.endswith("yunshan.example"):
                support.accept(officer, request.id)
            if order == 1:
                support.accept(officer, request.id, clock.now().date() - timedelta(days=2))
                support.assign(officer, request.id, known["罗文清"].id)
                support.start(officer, request.id)
                support.add_message(officer, request.id, "材料清单已整理好，请先补上两份审计报告。")
            if order == 3:
                support.accept(officer, request.id)
                support.assign(officer, request.id, known["梁嘉怡"].id)
                support.start(officer, request.id)
                support.deliver(officer, request.id, "已完成辅助账样表和归集口径说明。")
            if order == 2:
                support.accept(officer, request.id)
                support.assign(officer, request.id, known["南方软件学院"].id)
                support.start(officer, request.id)
                support.deliver(officer, request.id, "与南方软件学院商定两期培训班，共 12 人，下周一开班。")
                support.rate(actors[owner], request.id, 5, "课程贴合产线，技师们反映很好。")
    _market(actors, officer)
    _college(officer, actors["owner@qingfan.example"])
    _visits(actors, office, [known["陈启明"].id, known["罗文清"].id])


def _visits(actors: dict[str, Actor], office: str, members: list[UUID]) -> None:
    """A campaign of this month, with a visit to each firm in the days to come."""
    officer, today = actors[office], clock.now().date()
    campaign = visits.plan_campaign(
        officer,
        title=f"{today.year} 进阶小巨人走访",
        tier="giant",
        starts_on=today - timedelta(days=7),
        ends_on=today + timedelta(days=30),
        agenda="1. 看产线和检测设备\n2. 核对研发台账和知识产权\n3. 座谈：需求与政策",
    )
    group = visits.form_group(officer, campaign.id, name="第 1 组", experts=members)
    for owner, hour in (("owner@yunshan.example", 1), ("owner@qingfan.example", 6)):
        starts = clock.now().replace(hour=hour, minute=30, second=0, microsecond=0) + timedelta(days=1)
        visits.plan_visit(
            officer,
            campaign.id,
            group_id=group.id,
            firm_id=actors[owner].tenant_id,
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
        )


def _market(actors: dict[str, Actor], officer: Actor) -> None:
    """A problem that is released and has an offer, and one that is still with the centre."""
    owner, other = actors["owner@yunshan.example"], actors["owner@qingfan.example"]
    released = market.draft_bottleneck(
        owner,
        market.Secret(
            Expertise.MATERIALS,
            "LNG 阀体 -196 ℃ 微渗漏",
            "超低温阀体铸件微渗漏",
            "求解决超低温阀体铸件在深冷试压时微渗漏的铸造或检测方案，可提供试验件和试压台。",
            clock.now().date() + timedelta(days=90),
            officer.tenant_id,
            "换过两家铸件供应商；做过渗透检测和固溶处理，缺陷仍集中在阀颈。",
            "渗漏率从 4% 降到 0.5% 以下。",
            Decimal(30),
            Decimal(80),
        ),
    )
    market.hand_in(owner, released.id)
    market.release(owner, released.id)
    market.offer(
        other, released.id, "我们有阀体缺陷的图像识别模型，可用于射线检测判读。", price=Decimal(25), weeks=10
    )
    waiting = market.draft_bottleneck(
        other,
        market.Secret(
            Expertise.SOFTWARE,
            "国产数据库迁移后报表变慢",
            "",
            "",
            None,
            officer.tenant_id,
            "调过索引和执行计划，复杂报表仍要 40 秒。",
            "5 秒以内。",
        ),
    )
    market.hand_in(other, waiting.id)


def _college(officer: Actor, owner: Actor) -> None:
    """Two programmes: one open with sittings and somebody in it, one being prepared."""
    monday = clock.now().replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=14)
    skills = college.plan_programme(
        officer,
        title="中小企业数字化转型实训班",
        level="digital",
        about="面向生产和管理骨干，四次课，每次半天：数据采集、看板、排程和网络安全，带着本企业的数据来做。",
        partner="南方软件学院",
        gaps=["digital", "rd_people"],
        places=30,
        open_=True,
    )
    for week, title in enumerate(("设备联网与数据采集", "生产看板", "计划排程", "网络与数据安全")):
        starts = monday + timedelta(days=7 * week)
        college.add_lesson(
            officer,
            skills.id,
            title=title,
            starts_at=starts,
            ends_at=starts + timedelta(hours=3),
            where="服务中心 302 教室",
        )
    college.enrol(owner, skills.id, [owner.person_id])
    college.plan_programme(
        officer,
        title="先进材料工程硕士班",
        level="master",
        about="校企双导师，课题来自企业。",
        partner="华南理工大学",
        gaps=["rd", "ip"],
        places=12,
    )
