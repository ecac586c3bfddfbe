"""What people are told when something cannot be done, in both languages."""

from __future__ import annotations

from alula.kernel.texts import Texts

SENTENCES: dict[str, Texts] = {
    "no_tenant": {
        "zh": "您的账号还没有加入任何组织，请联系管理员。",
        "en": "Your account does not belong to any organisation yet. Please contact your administrator.",
    },
    "consent_unknown": {"zh": "没有这一项授权。", "en": "There is no such consent."},
    "language_unknown": {"zh": "暂不支持这种语言。", "en": "This language is not supported yet."},
    "timezone_unknown": {"zh": "没有这个时区。", "en": "There is no such time zone."},
    "email_invalid": {
        "zh": "“{email}”不是有效的邮箱地址。",
        "en": "“{email}” is not a valid e-mail address.",
    },
    "person_exists": {
        "zh": "{email} 已经在本组织中。",
        "en": "{email} already belongs to this organisation.",
    },
    "email_elsewhere": {
        "zh": "{email} 已在其他组织注册。只有平台运营方可以把它加入本组织。",
        "en": "{email} already has an account elsewhere. Only the platform's operator can add it here.",
    },
    "password_not_yours": {
        "zh": "此人的账号不只属于本组织，不能由您重设密码。",
        "en": "This person's account does not belong to your organisation alone, so you cannot reset it.",
    },
    "number_too_long": {
        "zh": "工号不能超过 {longest} 个字符。",
        "en": "An employee number can have at most {longest} characters.",
    },
    "unit_unknown": {"zh": "没有部门“{unit}”。", "en": "There is no unit “{unit}”."},
    "role_unknown": {"zh": "没有角色“{role}”。", "en": "There is no role “{role}”."},
    "row_repeated": {"zh": "“{text}”在文件中重复出现。", "en": "“{text}” stands in the file more than once."},
    "looks_like_formula": {
        "zh": "“{text}”像是公式，或含有不可见字符。",
        "en": "“{text}” looks like a formula or holds invisible characters.",
    },
    "changed_meanwhile": {
        "zh": "数据刚刚被别人改动，请再试一次。",
        "en": "Somebody else changed this just now. Please try again.",
    },
    "file_too_big": {
        "zh": "文件不能超过 {megabytes} MB。",
        "en": "The file can have at most {megabytes} MB.",
    },
    "file_too_long": {"zh": "文件不能超过 {rows} 行。", "en": "The file can have at most {rows} rows."},
    "file_unreadable": {
        "zh": "无法读取文件。请在 Excel 中另存为“CSV UTF-8”。",
        "en": "The file cannot be read. In Excel, please save it as “CSV UTF-8”.",
    },
    "column_missing": {
        "zh": "文件缺少“{column}”列。",
        "en": "The file lacks the column “{column}”.",
    },
    "unit_name_slash": {"zh": "部门名称不能包含“/”。", "en": "The name of a unit cannot contain “/”."},
    "number_taken": {
        "zh": "工号 {number} 已被使用。",
        "en": "The employee number {number} is already in use.",
    },
    "name_missing": {"zh": "请填写名称。", "en": "Please give a name."},
    "name_too_long": {
        "zh": "名称不能超过 {longest} 个字。",
        "en": "A name can have at most {longest} characters.",
    },
    "slug_taken": {"zh": "标识“{slug}”已被使用。", "en": "The short name “{slug}” is already in use."},
    "slug_invalid": {
        "zh": "标识只能包含小写字母、数字和连字符。",
        "en": "The short name can hold only lower-case letters, digits and hyphens.",
    },
    "unit_exists": {
        "zh": "这里已经有名为“{name}”的部门。",
        "en": "There is already a unit named “{name}” here.",
    },
    "unit_inside_itself": {
        "zh": "不能把部门移动到它自己的下级里。",
        "en": "A unit cannot be moved into itself or into a unit below it.",
    },
    "tree_too_deep": {
        "zh": "部门最多 {deepest} 层。",
        "en": "Units can be nested at most {deepest} levels deep.",
    },
    "role_not_here": {
        "zh": "“{role}”这个角色不能在这类组织中授予。",
        "en": "The role “{role}” cannot be granted in this kind of organisation.",
    },
    "role_whole_tenant": {
        "zh": "“{role}”这个角色只能对整个组织授予，不能限定在某个部门。",
        "en": "The role “{role}” is granted for the whole organisation, not for one unit.",
    },
    "last_admin": {
        "zh": "组织里至少要有一位管理员。请先指定另一位管理员。",
        "en": "An organisation needs at least one administrator. Please name another one first.",
    },
    "has_people": {
        "zh": "这家企业已有负责人。",
        "en": "This firm already has somebody who runs it.",
    },
    "password_weak": {"zh": "密码不合要求：{why}", "en": "This password will not do: {why}"},
    "email_known": {
        "zh": "{email} 已有账号，请用它登录后再接受邀请。",
        "en": "{email} has an account already. Sign in with it, then accept the invitation.",
    },
}
