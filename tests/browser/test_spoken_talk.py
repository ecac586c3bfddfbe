"""The main job: a customer talk by voice in a real browser, from the microphone to the report.

With ALULA_TEST_PICTURES naming a folder, what a person sees before, during and after the talk is put there, in both
languages, on a phone and on a desk.
"""

import json
import os
import re
import time
from pathlib import Path

import pytest
from chromium import launch
from playwright.sync_api import expect
from serving import Server
from tape import WORDS

LIN = "lin@haitang.example"
SCENARIO = "critical_illness_insurance"
PICTURES = os.environ.get("ALULA_TEST_PICTURES", "")
SIZES = ({"width": 390, "height": 844}, {"width": 1440, "height": 900})
UNTRANSLATED = re.compile(r"\b(?:room|talk_report|coach|design)\.[a-z_]+(?:\.[a-z_]+)*\b")
SETTINGS = {
    "mode": "hands_free",
    "voice": "server",
    "recognition": "server",
    "headphones": True,
    "muted": False,
    "allowed": False,
}
BEGIN = {"zh": "开始对话", "en": "Start the talk"}
LISTENING = {"zh": "正在听您说", "en": "Listening to you"}
SPEAKING = {"zh": "王女士在说", "en": "is speaking"}
YOURS = {"zh": "轮到您了", "en": "Your turn"}
SAID = {"zh": "已经说过的话", "en": "What was said"}
FINISH = {"zh": "结束", "en": "Finish"}


def window(context, server: Server, client):
    """A page of the signed-in person that talks hands-free with headphones; its faults are in `faults`."""
    context.add_cookies([{"name": n, "value": v, "url": server.url} for n, v in client.cookies.items()])
    context.add_init_script(f"localStorage.setItem('alula.room', JSON.stringify({json.dumps(SETTINGS)}))")
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    return page


def picture(page, name, language="zh"):
    """Look at the page at both widths: nothing untranslated, nothing wider than the window."""
    for size in SIZES:
        page.set_viewport_size(size)
        page.wait_for_timeout(150)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (name, size)
        if PICTURES:
            file = Path(PICTURES) / f"{name}-{language}-{size['width']}.png"
            page.screenshot(path=file, full_page="report" in name)
    assert not UNTRANSLATED.findall(page.locator("body").inner_text()), name


def begin(client, **more):
    for kind in ("voice_analysis", "voice_recording"):
        client.put(f"/api/me/consents/{kind}", json={"granted": True})
    return client.post(
        "/api/coach/sessions", json={"scenario": SCENARIO, "level": "easy", "seed": 5, **more}
    ).json()["id"]


def trainee_turns(client, session):
    return [
        turn
        for turn in client.get(f"/api/coach/sessions/{session}").json()["turns"]
        if turn["speaker"] == "trainee"
    ]


def report_of(client, session):
    for _ in range(60):
        body = client.get(f"/api/coach/sessions/{session}/report").json()
        if body["status"] == "done":
            return body["report"]
        time.sleep(1)
    raise TimeoutError("no score within a minute")


def finish_in_text(page, client, session):
    """Type one answer after the other until the customer ends the talk or nothing is left to say; see the report."""
    for n, words in enumerate(WORDS, 1):
        page.get_by_role("textbox").fill(words)
        page.keyboard.press("Enter")
        for _ in range(100):
            body = client.get(f"/api/coach/sessions/{session}").json()
            if len(body["turns"]) > 2 * n:
                break
            page.wait_for_timeout(100)
        expect(page.get_by_text(body["turns"][-1]["text"][:6]).first).to_be_visible()
        if body["ending"]:
            break
    assert [turn["text"] for turn in body["turns"] if turn["speaker"] == "trainee"] == WORDS[:n]
    assert all(turn["typed"] for turn in body["turns"] if turn["speaker"] == "trainee")
    page.get_by_role("button", name="看报告" if body["ending"] else "结束", exact=True).click()
    page.wait_for_url("**/report")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    report = report_of(client, session)
    assert report["total"] > 0
    assert report["delivery"] is None, "nothing was heard, so nothing of the voice is scored"


def speak_and_look(page, client, session, language, words):
    """Follow a talk until all of it was said or the customer ended it; pictures of each thing that happens."""
    status, wanted = page.get_by_role("status"), {"speaking": LISTENING, "customer": SPEAKING, "yours": YOURS}
    end = time.monotonic() + 240
    while time.monotonic() < end:
        said = trainee_turns(client, session)
        if len(said) >= 2:
            for name, texts in list(wanted.items()):
                if status.filter(has_text=texts[language]).count():
                    picture(page, f"room-{name}", language)
                    del wanted[name]
        if len(said) >= len(words) or client.get(f"/api/coach/sessions/{session}").json()["ending"]:
            break
        page.wait_for_timeout(500)
    assert wanted == {}
    page.get_by_role("button", name=SAID[language]).click()
    page.wait_for_timeout(600)
    picture(page, "room-transcript", language)
    page.keyboard.press("Escape")
    return trainee_turns(client, session)


def look_at_the_report(page, server, session, language):
    page.goto(f"{server.url}/practise/sessions/{session}/report")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    page.wait_for_timeout(3000)
    picture(page, "report-spoken", language)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_spoken_talk_from_the_microphone_to_the_report(
    playwright, hearing_server, talk_on_tape, short_tape, language
):
    """All ten turns with a Chinese interface, three with an English one."""
    tape, words = (talk_on_tape, WORDS) if language == "zh" else (short_tape, WORDS[:3])
    lin = hearing_server.sign_in(LIN)
    lin.patch("/api/me", json={"language": language}).raise_for_status()
    session = begin(lin)
    browser = launch(playwright, microphone=tape / "tape.wav")
    page = window(browser.new_context(viewport=SIZES[1], locale="zh-CN"), hearing_server, lin)
    page.goto(f"{hearing_server.url}/practise/sessions/{session}")
    expect(page.get_by_role("button", name=BEGIN[language])).to_be_visible()
    picture(page, "room-before", language)
    page.get_by_role("button", name=BEGIN[language]).click()
    said = speak_and_look(page, lin, session, language, words)
    assert [turn["text"] for turn in said] == words
    assert all(
        turn["start"] is not None and turn["end"] > turn["start"] and not turn["typed"] for turn in said
    )
    lin.post(f"/api/coach/sessions/{session}/finish")
    report = report_of(lin, session)
    assert report["delivery"] is not None
    measured = {name for name, value in report["delivery"].items() if value is not None}
    if language == "zh":
        assert {"response_speed", "tone", "infectiousness", "affinity", "attitude"} <= measured
    look_at_the_report(page, hearing_server, session, language)
    lin.patch("/api/me", json={"language": "zh"}).raise_for_status()
    assert page.faults == []
    browser.close()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("hindrance", ["refused", "missing"])
def test_without_a_microphone_it_is_said_and_the_talk_goes_on_in_text(playwright, typing_server, hindrance):
    """Why there is no microphone, that the talk goes on in text, and then the talk itself to its report."""
    why = {"refused": "浏览器没有允许使用麦克风", "missing": "没有找到麦克风"}[hindrance]
    lin = typing_server.sign_in(LIN)
    session = begin(lin)
    there_but_refused = ["--use-fake-device-for-media-stream", "--deny-permission-prompts"]
    browser = launch(playwright, *(there_but_refused if hindrance == "refused" else []))
    page = window(browser.new_context(viewport=SIZES[0], locale="zh-CN"), typing_server, lin)
    page.goto(f"{typing_server.url}/practise/sessions/{session}")
    page.get_by_role("button", name="开始对话").click()
    said = page.get_by_role("status").filter(has_text=why)
    expect(said).to_contain_text("先用打字继续")
    expect(said.get_by_role("button", name="再试一次")).to_be_visible()
    picture(page, f"room-{hindrance}")
    finish_in_text(page, lin, session)
    assert page.faults == []
    browser.close()
