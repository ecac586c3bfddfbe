"""Every page at four sizes, in two languages, by day and by night, into screenshots/: made to be looked at.

Starts a server of its own with the demo. `python tools/screenshots.py NAME ...` takes only pages whose name contains one of
the words; `--quick` takes a phone and a desktop, Chinese by day and English by night.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, Response, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from chromium import launch  # noqa: E402 - the tests' own browser and server
from serving import Server  # noqa: E402 - as above

SIZES = {"phone": (390, 844), "tablet": (768, 1024), "desktop": (1440, 900), "wall": (1920, 1080)}
QUICK = (
    ("phone", "zh", "day"),
    ("desktop", "zh", "day"),
    ("phone", "en", "night"),
    ("desktop", "en", "night"),
)
LIN, WANG, ADMIN = "lin@haitang.example", "wang@haitang.example", "admin@haitang.example"
OFFICER, OWNER = "officer@linjiang.example", "owner@yunshan.example"
OPERATOR = "operator@alula.example"
YOUNG = "owner@qingfan.example"
SCENARIO = "critical_illness_insurance"


def looks() -> Iterator[tuple[str, str, str]]:
    """Which size, language and mode to take."""
    if "--quick" in sys.argv:
        yield from QUICK
        return
    for size in SIZES:
        for language in ("zh", "en"):
            for mode in ("day", "night"):
                yield size, language, mode


def pages(server: Server) -> dict[str, tuple[str | None, str]]:
    """Name of the picture, who looks, and the address."""
    lin = server.sign_in(LIN)
    scored = lin.get("/api/coach/sessions", params={"status": "done"}).json()["items"]
    open_talk = lin.post("/api/coach/sessions", json={"scenario": SCENARIO, "seed": 4}).json()["id"]
    words = {"key": "a", "text": "您好，我是海棠保险的小林。请问您现在最担心的是什么？"}
    lin.post(f"/api/coach/sessions/{open_talk}/turns", json=words)
    statement, connection = record(server)
    return {
        "sign-in": (None, "/"),
        "today": (LIN, "/"),
        "practise": (LIN, "/practise"),
        "scenario": (LIN, f"/practise/scenarios/{SCENARIO}"),
        "room": (LIN, f"/practise/sessions/{open_talk}"),
        "report-good": (LIN, f"/practise/sessions/{max(scored, key=lambda one: one['total'])['id']}/report"),
        "report-poor": (LIN, f"/practise/sessions/{min(scored, key=lambda one: one['total'])['id']}/report"),
        "practice": (LIN, "/practice"),
        "me": (LIN, "/me"),
        "team": (WANG, "/team"),
        "admin-people": (ADMIN, "/manage/people"),
        "admin-units": (ADMIN, "/manage/units"),
        **growth_pages(server),
        **policy_pages(server),
        "records": (LIN, "/records"),
        "records-people": (WANG, "/records"),
        "admin-records": (ADMIN, "/manage/records"),
        "admin-records-open": (ADMIN, f"/manage/records?statement={statement}"),
        "admin-records-none": (ADMIN, "/manage/records?q=nobody"),
        "admin-connections": (ADMIN, "/manage/connections"),
        "admin-connections-open": (ADMIN, f"/manage/connections?connection={connection}"),
        "admin-in-and-out": (ADMIN, "/manage/in-and-out"),
        "system": (OPERATOR, "/manage/system"),
        "selftest": (YOUNG, "/growth/selftest"),
        "selftest-question": (YOUNG, "/growth/selftest?q=revenue"),
        "selftest-list": (OWNER, "/growth/selftest?q=rights"),
        "selftest-stop": (OWNER, "/growth/selftest?q=stop"),
        "selftest-result": (OWNER, "/growth/selftest/result"),
        "selftest-history": (OWNER, "/growth/selftest/history"),
        "selftest-import": (OWNER, "/growth/selftest/import"),
        "selftest-digital": (OWNER, "/growth/selftest/digital?q=digital_foundation"),
        "selftest-digital-result": (OWNER, "/growth/selftest/digital/result"),
        "certainty": (OWNER, "/growth/certainty"),
        **support_pages(server),
        "missing": (LIN, "/no/such/page"),
    }


def growth_pages(server: Server) -> dict[str, tuple[str | None, str]]:
    """The ladder, by an officer, by an owner, and by an owner who was invited."""
    officer = server.sign_in(OFFICER)
    at = "/api/growth/agency"
    held = officer.get(f"{at}/firms", params={"state": "held"}).json()["items"]
    columns = officer.get(f"{at}/board").json()["columns"]
    moving = {column["stage"]: column["items"][0]["id"] for column in columns if column["items"]}
    token = officer.post(f"{at}/firms/{held[0]['id']}/invitation").json()["token"]
    checked = officer.get(f"/api/growth/applications/{moving['check']}").json()["firm_id"]
    event = officer.get("/api/growth/events").json()[0]["id"]
    return {
        "growth-officer": (OFFICER, "/growth"),
        "growth-board": (OFFICER, "/growth/board"),
        "growth-me": (OFFICER, "/me"),
        "growth-application": (OFFICER, f"/growth/applications/{moving['returned']}"),
        "growth-judge": (OFFICER, f"/growth/firms/{checked}/selftest/result"),
        "growth-firms": (OFFICER, "/growth/firms"),
        "growth-import": (OFFICER, "/growth/firms/import"),
        "growth-agency-firm": (OFFICER, f"/growth/firms/{held[0]['id']}"),
        "growth-candidates": (OFFICER, "/growth/candidates"),
        "growth-map": (OFFICER, "/growth/map"),
        "growth-events": (OFFICER, "/growth/events"),
        "growth-event": (OFFICER, f"/growth/events/{event}"),
        "growth-owners-event": (OWNER, f"/growth/events/{event}"),
        "growth-owner": (OWNER, "/growth"),
        "growth-firm": (OWNER, "/growth/firm"),
        "growth-claim": (None, f"/claim/{token}"),
        "growth-claim-wrong": (None, "/claim/wrong"),
    }


def record(server: Server) -> tuple[str, str]:
    """Connect other systems, one of which sent something: (id of a statement, key of a credential)."""
    admin = server.sign_in(ADMIN)
    moodle, _, old = (
        admin.post("/api/record/credentials", json={"name": name, "scopes": scopes}).json()
        for name, scopes in (
            ("Moodle", ["write", "define"]),
            ("数据仓库", ["read_all"]),
            ("旧课件平台", ["write", "define", "profile"]),
        )
    )
    admin.post(f"/api/record/credentials/{old['credential']['key']}/end")
    sent = {
        "actor": {"mbox": "mailto:liu@partner.example", "name": "刘洋"},
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/completed",
            "display": {"zh-CN": "完成", "en-US": "completed"},
        },
        "object": {
            "id": "https://moodle.haitang.example/course/view.php?id=12",
            "definition": {"name": {"zh-CN": "反洗钱基础", "en-US": "Anti-money-laundering basics"}},
        },
        "result": {"score": {"raw": 91, "min": 0, "max": 100}, "completion": True, "duration": "PT27M12S"},
    }
    user = (moodle["credential"]["key"], moodle["secret"])
    kept = httpx.post(
        f"{server.url}/xapi/statements", json=sent, auth=user, headers={"X-Experience-API-Version": "2.0.0"}
    )
    return kept.json()[0], moodle["credential"]["key"]


def support_pages(server: Server) -> dict[str, tuple[str | None, str]]:
    """The pages of the service: a firm's and the agency's."""
    found = server.sign_in(OFFICER).get("/api/growth/requests", params={"limit": 200}).json()["items"]
    today = datetime.now(UTC).date()
    asks = {"since": str(today), "until": str(today + timedelta(days=30))}
    visits = server.sign_in(OFFICER).get("/api/growth/visits", params=asks).json()
    listed = server.sign_in(OFFICER).get("/api/growth/bottlenecks").json()["items"]
    problems = {one["state"]: one["id"] for one in listed}
    programme = server.sign_in(YOUNG).get("/api/growth/programmes").json()[0]["id"]
    by_state = {one["state"]: one["id"] for one in found}
    return {
        "support-own": (OWNER, "/growth/requests"),
        "support-new": (OWNER, "/growth/requests/new?gap=ip"),
        "support-rated": (OWNER, f"/growth/requests/{by_state['rated']}"),
        "support-queue": (OFFICER, "/growth/requests"),
        "support-request": (OFFICER, f"/growth/requests/{by_state['in_progress']}"),
        "support-experts": (OFFICER, "/growth/experts"),
        "support-expert": (OFFICER, "/growth/experts?expert=new"),
        "support-import": (OFFICER, "/growth/experts/import"),
        "support-candidates": (OFFICER, f"/growth/requests/{by_state['accepted']}"),
        "support-rate": (OWNER, f"/growth/requests/{by_state['delivered']}"),
        "support-market": (OFFICER, "/growth/market"),
        "support-market-new": (OWNER, "/growth/market/new"),
        "support-problem": (OWNER, f"/growth/market/{problems['released']}"),
        "support-problem-other": (YOUNG, f"/growth/market/{problems['released']}"),
        "support-problem-agency": (OFFICER, f"/growth/market/{problems['with_agency']}"),
        "support-college": (OFFICER, "/growth/college"),
        "support-programme": (OFFICER, f"/growth/college/{programme}"),
        "support-programme-firm": (YOUNG, f"/growth/college/{programme}"),
        "support-visits": (OFFICER, f"/growth/visits?week={visits[0]['starts_at'][:10]}"),
        "support-visits-firm": (OWNER, f"/growth/visits?week={visits[0]['starts_at'][:10]}"),
        "support-campaign": (OFFICER, f"/growth/campaigns/{visits[0]['campaign_id']}"),
        "support-visit": (OFFICER, f"/growth/visits/{visits[0]['id']}"),
        "support-visit-firm": (OWNER, f"/growth/visits/{visits[0]['id']}"),
    }


def policy_pages(server: Server) -> dict[str, tuple[str | None, str]]:
    """The pages of policies and finance: the owner's, and the officer's with a policy being edited."""
    officer, owner = server.sign_in(OFFICER), server.sign_in(OWNER)
    entry = officer.post("/api/growth/policies/library", json={"base": "nansha"}).json()["id"]
    firm = owner.get("/api/growth/firm").json()["id"]
    enquiry = owner.get("/api/growth/finance/enquiries").json()[0]["id"]
    return {
        "policies": (OWNER, "/growth/policies"),
        "policies-one": (OWNER, "/growth/policies/of/linjiang_upgrade"),
        "policies-notices": (OWNER, "/growth/notices"),
        "policies-library": (OFFICER, "/growth/library"),
        "policies-editor": (OFFICER, f"/growth/library/{entry}"),
        "policies-overview": (OFFICER, "/growth/library/overview"),
        "policies-firm": (OFFICER, f"/growth/firms/{firm}/policies"),
        "finance": (OWNER, "/growth/finance"),
        "finance-enquire": (OWNER, "/growth/finance/enquire/icbc_kechuang"),
        "finance-enquiry": (OWNER, f"/growth/finance/enquiries/{enquiry}"),
    }


def signed_in(browser: Browser, server: Server, who: str | None, look: tuple[str, str, str]) -> Page:
    """A fresh browser window of that person, with language and mode chosen."""
    size, language, mode = look
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN" if language == "zh" else "en-US",
        color_scheme="dark" if mode == "night" else "light",
        is_mobile=size == "phone",
        has_touch=size == "phone",
        device_scale_factor=1,
    )
    if who is not None:
        client = server.sign_in(who)
        client.patch("/api/me", json={"language": language})
        cookies: list[Any] = [{"name": n, "value": v, "url": server.url} for n, v in client.cookies.items()]
        context.add_cookies(cookies)
    return context.new_page()


def overflowing(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 is right."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def note_fault(faults: list[str], label: str, answer: Response) -> None:
    """A page may look well and still have been refused something."""
    if answer.status >= 500:
        faults.append(f"{label}: {answer.status} from {answer.url}")


def main() -> None:
    """Take the pictures and say what cannot be seen in them: errors of the console and sideways overflow."""
    wanted = [word for word in sys.argv[1:] if not word.startswith("--")]
    out = ROOT / "screenshots"
    out.mkdir(exist_ok=True)
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.command("demo")
        server.start()
        browser = launch(playwright)
        try:
            for name, (who, path) in pages(server).items():
                if wanted and not any(word in name for word in wanted):
                    continue
                for size, language, mode in looks():
                    page = signed_in(browser, server, who, (size, language, mode))
                    label = f"{name}-{size}-{language}-{mode}"
                    page.on("pageerror", lambda error, label=label: faults.append(f"{label}: {error}"))
                    page.on("response", lambda answer, label=label: note_fault(faults, label, answer))
                    page.goto(server.url + path)
                    page.wait_for_load_state("networkidle")
                    page.wait_for_timeout(400)
                    if overflowing(page):
                        faults.append(f"{label}: {overflowing(page)} px wider than the window")
                    page.screenshot(path=out / f"{label}.png", full_page=size != "wall" and name != "room")
                    page.context.close()
        finally:
            browser.close()
            server.stop()
    print(f"{len(list(out.glob('*.png')))} pictures in {out.name}/")
    for fault in faults:
        print(f"  {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
