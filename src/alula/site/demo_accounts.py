"""Who is in the demo: a group of insurance branches, a city's service centre, two small firms, and the operator.

The password stands here because the accounts exist on demo installations alone: `alula demo` refuses to run on a
database that holds another tenant, unless told that it may.
"""

from __future__ import annotations

from dataclasses import dataclass

from alula.kernel.actor import Role

PASSWORD = "alula-demo-2026"  # noqa: S105 - printed at every start of the demo; see above


@dataclass(frozen=True)
class Account:
    """One demo sign-in: `unit` is a path of unit names below the tenant, `roles` hold for that unit."""

    email: str
    name: str
    tenant: str
    unit: tuple[str, ...]
    roles: tuple[Role, ...]
    what: tuple[str, str]


TENANTS = {
    "alula": ("小翼运营", "operator"),
    "haitang": ("海棠保险集团", "firm"),
    "linjiang": ("临江市中小企业服务中心", "agency"),
    "yunshan": ("云山阀门股份有限公司", "firm"),
    "qingfan": ("青帆软件有限公司", "firm"),
}

ACCOUNTS = (
    Account("lin@haitang.example", "林晓雨", "haitang", ("华南区", "广州分公司", "天河营业部"), (Role.LEARNER,), ("学员", "learner")),
    Account("chen@haitang.example", "陈一鸣", "haitang", ("华南区", "广州分公司", "天河营业部"), (Role.LEARNER,), ("同事", "colleague")),
    Account("zhao@haitang.example", "赵敏", "haitang", ("华南区", "深圳分公司", "南山营业部"), (Role.LEARNER,), ("学员", "learner")),
    Account("wang@haitang.example", "王立群", "haitang", ("华南区", "广州分公司"), (Role.LEARNER, Role.MANAGER), ("经理", "manager")),
    Account("sun@haitang.example", "孙老师", "haitang", ("华南区",), (Role.TRAINER, Role.AUTHOR), ("培训师", "trainer")),
    Account("admin@haitang.example", "周琪", "haitang", (), (Role.TENANT_ADMIN,), ("管理员", "tenant admin")),
    Account("operator@alula.example", "吴远", "alula", (), (Role.OPERATOR,), ("平台运营", "operator")),
    Account("admin@linjiang.example", "丁洁", "linjiang", (), (Role.TENANT_ADMIN,), ("管理员", "tenant admin")),
    Account("officer@linjiang.example", "何静", "linjiang", ("企业服务科",), (Role.LEARNER, Role.OFFICER), ("服务专员", "officer")),
    Account("owner@yunshan.example", "许国强", "yunshan", (), (Role.LEARNER, Role.TENANT_ADMIN), ("企业负责人", "owner of a firm")),
    Account("owner@qingfan.example", "苏晓", "qingfan", (), (Role.LEARNER, Role.TENANT_ADMIN), ("企业负责人", "owner of a young firm")),
)  # fmt: skip
