"""The ladder's acts: applications and their moves, titles announced, reminders answered, candidates found."""

from __future__ import annotations

from alula.growth.ladder.tiers import NAMES
from alula.growth.models import Application, Firm, Reminder
from alula.growth.statements.building import say, verb
from alula.kernel.actor import Actor
from alula.record import facade as record

APPLICATION_TYPE = record.vocabulary("activity-types", "title-application")
REMINDER_TYPE = record.vocabulary("activity-types", "firm-reminder")
OPENED = verb(
    "opened-application",
    {"zh": "准备申报", "en": "opened an application"},
    {"zh": "{actor}开始准备“{activity}”", "en": "{actor} opened the application “{activity}”"},
)
MOVED = {
    "submit": verb(
        "submitted-application",
        {"zh": "提交申报", "en": "submitted"},
        {"zh": "{actor}提交了“{activity}”", "en": "{actor} submitted “{activity}”"},
    ),
    "take": verb(
        "checks-application",
        {"zh": "受理审核", "en": "began to check"},
        {"zh": "{actor}开始审核“{activity}”", "en": "{actor} began to check “{activity}”"},
    ),
    "visit": verb(
        "visits-for-application",
        {"zh": "安排实地核查", "en": "arranged a visit"},
        {"zh": "{actor}为“{activity}”安排了实地核查", "en": "{actor} arranged a visit for “{activity}”"},
    ),
    "publish": verb(
        "publicised-application",
        {"zh": "公示", "en": "publicised"},
        {"zh": "{actor}公示了“{activity}”", "en": "{actor} put “{activity}” up for objections"},
    ),
    "announce": verb(
        "announced-title",
        {"zh": "公告", "en": "announced"},
        {"zh": "{actor}公告了“{activity}”", "en": "{actor} announced “{activity}”"},
    ),
    "return": verb(
        "returned-application",
        {"zh": "退回补正", "en": "returned"},
        {"zh": "{actor}请企业补充“{activity}”的材料", "en": "{actor} asked for more for “{activity}”"},
    ),
    "reject": verb(
        "rejected-application",
        {"zh": "不予通过", "en": "rejected"},
        {"zh": "{actor}未通过“{activity}”", "en": "{actor} rejected “{activity}”"},
    ),
    "withdraw": verb(
        "withdrew-application",
        {"zh": "撤回申报", "en": "withdrew"},
        {"zh": "{actor}撤回了“{activity}”", "en": "{actor} withdrew “{activity}”"},
    ),
}
ASSIGNED = verb(
    "assigned-application",
    {"zh": "安排经办", "en": "assigned"},
    {
        "zh": "{actor}安排了“{activity}”的经办或批次",
        "en": "{actor} set who handles “{activity}”, or its batch",
    },
)
ANSWERED_REMINDER = {
    "done": verb(
        "did-what-was-due",
        {"zh": "办结提醒", "en": "did"},
        {"zh": "{actor}办完了“{activity}”", "en": "{actor} did “{activity}”"},
    ),
    "snoozed": verb(
        "put-off-what-was-due",
        {"zh": "推迟提醒", "en": "put off"},
        {"zh": "{actor}推迟了“{activity}”的提醒", "en": "{actor} put off the reminder “{activity}”"},
    ),
    "reopened": verb(
        "reopened-what-was-due",
        {"zh": "恢复提醒", "en": "reopened"},
        {"zh": "{actor}恢复了“{activity}”的提醒", "en": "{actor} reopened the reminder “{activity}”"},
    ),
}
REMINDERS = {
    "yearly_update": {"zh-CN": "年度信息更新", "en-US": "Yearly update"},
    "review": {"zh-CN": "到期复核", "en-US": "Review"},
    "expiry": {"zh-CN": "称号到期", "en-US": "End of the title"},
    "change_report": {"zh-CN": "变更报告", "en-US": "Change report"},
}


def opened(actor: Actor, firm: Firm, application: Application) -> None:
    say(actor, firm, OPENED, _activity(application))


def moved(actor: Actor, firm: Firm, application: Application, move: str) -> None:
    """Reasons stay in the application's rows: they are words about a firm."""
    say(actor, firm, MOVED[move], _activity(application))


def assigned(actor: Actor, firm: Firm, application: Application) -> None:
    say(actor, firm, ASSIGNED, _activity(application))


def reminder_answered(actor: Actor, firm: Firm, reminder: Reminder, how: str) -> None:
    activity = record.Activity(
        id=record.iri("growth", "reminders", str(reminder.id)),
        definition=record.ActivityDefinition(type=REMINDER_TYPE, name=REMINDERS[reminder.kind]),
    )
    say(actor, firm, ANSWERED_REMINDER[how], activity)


def _activity(application: Application) -> record.Activity:
    name = NAMES[application.tier]
    return record.Activity(
        id=record.iri("growth", "applications", str(application.id)),
        definition=record.ActivityDefinition(
            type=APPLICATION_TYPE,
            name={"zh-CN": f"{name['zh']}申报", "en-US": f"application: {name['en']}"},
        ),
    )
