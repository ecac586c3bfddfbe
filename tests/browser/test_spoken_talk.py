"""The main job: a customer talk by voice in a real browser, from the microphone to the report."""

import json
import os
import time
from pathlib import Path

import pytest
from chromium import launch
from serving import Server
from tape import WORDS

LIN = "lin@haitang.example"
SCENARIO = "critical_illness_insurance"
PICTURES = os.environ.get("ALULA_TEST_PICTURES", "")
SETTINGS = {
    "mode": "hands_free",
    "voice": "server",
    "recognition": "server",
    "headphones": True,
    "muted": False,
    "allowed": False,
}


def window(browser, server: Server, client, *, width=1440, height=900, **more):
    """A browser window of the signed-in person that talks hands-free with headphones."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **more)
    context.add_cookies([{"name": n, "value": v, "url": server.url} for n, v in client.cookies.items()])
    context.add_init_script(f"localStorage.setItem('alula.room', JSON.stringify({json.dumps(SETTINGS)}))")
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    return page


def picture(page, name):
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page="report" in name)


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


@pytest.mark.browser
@pytest.mark.slow
def test_ten_spoken_turns_from_the_microphone_to_the_report(playwright, hearing_server, talk_on_tape):
    lin = hearing_server.sign_in(LIN)
    session = begin(lin)
    browser = launch(playwright, microphone=talk_on_tape / "tape.wav")
    page = window(browser, hearing_server, lin)
    page.goto(f"{hearing_server.url}/practise/sessions/{session}")
    page.get_by_role("button", name="开始对话").click()
    end = time.monotonic() + 240
    taken = set()
    while time.monotonic() < end:
        said = trainee_turns(lin, session)
        if len(said) in (2, 6) and len(said) not in taken:
            taken.add(len(said))
            picture(page, f"room-{len(said)}")
        if len(said) >= len(WORDS) or lin.get(f"/api/coach/sessions/{session}").json()["ending"]:
            break
        page.wait_for_timeout(1000)
    said = trainee_turns(lin, session)
    assert [turn["text"] for turn in said] == WORDS[: len(said)]
    assert len(said) >= 10
    assert all(
        turn["start"] is not None and turn["end"] > turn["start"] and not turn["typed"] for turn in said
    )
    picture(page, "room-end")
    lin.post(f"/api/coach/sessions/{session}/finish")
    page.goto(f"{hearing_server.url}/practise/sessions/{session}/report")
    page.get_by_role("heading", level=1).wait_for(timeout=60_000)
    for _ in range(60):
        body = lin.get(f"/api/coach/sessions/{session}/report").json()
        if body["status"] == "done":
            break
        time.sleep(1)
    report = body["report"]
    assert report["delivery"] is not None
    measured = [name for name, value in report["delivery"].items() if value is not None]
    assert {"response_speed", "tone", "infectiousness", "affinity", "attitude"} <= set(measured)
    page.wait_for_timeout(3000)
    picture(page, "report-spoken-1440")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(800)
    picture(page, "report-spoken-390")
    assert page.faults == []
    browser.close()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("hindrance", ["refused", "missing"])
def test_without_a_microphone_it_is_said_and_the_talk_goes_on_in_text(playwright, typing_server, hindrance):
    lin = typing_server.sign_in(LIN)
    session = begin(lin)
    browser = launch(playwright, *(["--deny-permission-prompts"] if hindrance == "refused" else []))
    page = window(browser, typing_server, lin, width=390, height=844)
    page.goto(f"{typing_server.url}/practise/sessions/{session}")
    page.get_by_role("button", name="开始对话").click()
    page.get_by_text("先用打字继续" if hindrance == "missing" else "麦克风").first.wait_for()
    picture(page, f"room-{hindrance}")
    page.get_by_role("textbox").fill(WORDS[0])
    page.keyboard.press("Enter")
    for _ in range(50):
        if trainee_turns(lin, session):
            break
        page.wait_for_timeout(200)
    assert [turn["text"] for turn in trainee_turns(lin, session)] == [WORDS[0]]
    assert page.faults == []
    browser.close()
