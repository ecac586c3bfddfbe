"""Self-checks of the record for `alula doctor`."""

from __future__ import annotations

from alula.kernel import clock
from alula.kernel.checks import Check
from alula.record import reading, spine
from alula.record.moving import forwardings
from alula.record.moving.models import ForwardingRow
from alula.record.reading import ReaderStatus

SLOW_SECONDS = 60.0
"""A reader that is this far behind is worth a look: the loop looks every second at the latest."""


def check() -> list[Check]:
    """The order of the record, what holds readers back, each reader, each forwarding: does it run, how far is it behind."""
    readers = [_reader(status) for status in reading.status()]
    return [_order(), _fence(), *readers, *(_forwarding(row) for row in forwardings.running())]


def _order() -> Check:
    ahead = spine.beyond()
    if not ahead:
        return Check(
            "record.order", ok=True, detail={"zh": "陈述的顺序连续。", "en": "Statements are in one order."}
        )
    return Check(
        "record.order",
        ok=False,
        detail={
            "zh": f"记录来自另一个数据库集群（事务编号超前 {ahead}），写入已暂停。请停止服务并执行接管（record.facade.adopt）。",
            "en": f"The record came from another database cluster ({ahead} transaction ids ahead); nothing is written."
            " Stop the service and adopt it (record.facade.adopt).",
        },
    )


def _fence() -> Check:
    held = spine.held()
    if held is None or (waiting := (clock.now() - held[0].stored).total_seconds()) <= SLOW_SECONDS:
        return Check(
            "record.fence",
            ok=True,
            detail={"zh": "没有写事务阻挡读取器。", "en": "No open transaction holds the readers back."},
        )
    return Check(
        "record.fence",
        ok=False,
        detail={
            "zh": f"有写事务长时间未结束（{held[1]}），读取器已等待 {waiting:.0f} 秒。请提交或回滚该事务。",
            "en": f"A writing transaction has been open for long ({held[1]}); readers have waited {waiting:.0f} s."
            " Commit it or roll it back.",
        },
    )


def _reader(status: ReaderStatus) -> Check:
    name = f"record.reader.{status.name}"
    behind = {
        "zh": f"落后 {status.lag.statements} 条，{status.lag.seconds:.0f} 秒。",
        "en": f"{status.lag.statements} statements and {status.lag.seconds:.0f} s behind.",
    }
    if status.failures:
        cause = status.last_error.strip().splitlines()
        where, why = cause[0], cause[-1]
        return Check(
            name,
            ok=False,
            detail={
                "zh": f"停在一条无法处理的陈述（{where}），已尝试 {status.failures} 次：{why}。{behind['zh']}",
                "en": f"Stopped at a statement ({where}) after {status.failures} tries: {why}. {behind['en']}",
            },
        )
    if status.lag.seconds > SLOW_SECONDS:
        return Check(
            name,
            ok=False,
            detail={
                "zh": f"{behind['zh']}读取循环没有运行，或有写事务长时间未提交。",
                "en": f"{behind['en']} No loop is running, or a writing transaction has been open for long.",
            },
        )
    return Check(name, ok=True, detail=behind)


def _forwarding(row: ForwardingRow) -> Check:
    name = f"record.forward.{row.name}"
    if not row.failures:
        return Check(
            name,
            ok=True,
            detail={"zh": f"已转发 {row.sent} 条。", "en": f"{row.sent} statements sent."},
        )
    return Check(
        name,
        ok=False,
        detail={
            "zh": f"已失败 {row.failures} 次：{row.last_error[:200]}",
            "en": f"Failed {row.failures} times: {row.last_error[:200]}",
        },
    )
