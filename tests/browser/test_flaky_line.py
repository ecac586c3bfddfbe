"""A talk over a flaky line and in a hidden tab: no word is lost, what happens is said, and the talk goes on."""

from __future__ import annotations

import io
import re
import time
import wave

import numpy as np
import pytest
from chromium import launch, tabs_that_hide_each_other
from flaky_line import FlakyLine
from playwright.sync_api import expect
from tape import WORDS
from test_spoken_talk import LIN, begin, finish_in_text, trainee_turns, window

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HELD = 0.3
SAID = WORDS[:3]
# A customer's sentence is some 50-150 kB of voice and its turn less than 2 kB: this is well inside the voice.
INTO_THE_VOICE = 24_000


def session_of(client, session):
    return client.get(f"/api/coach/sessions/{session}").json()


def wait_until(page, seconds, holds):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, page.locator("body").inner_text()
        page.wait_for_timeout(100)


def written_down(page, turns):
    """Every word that stands on the page as said, by its list of what was said, once it has that many turns."""
    page.get_by_role("button", name="已经说过的话").click()
    sheet = page.get_by_role("dialog", name="已经说过的话")
    expect(sheet.locator("li")).to_have_count(turns)
    return [text.strip() for text in sheet.locator("li .text").all_inner_texts()]


def samples_of(wav):
    with wave.open(io.BytesIO(wav)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)


def assert_whole(recorded, said):
    """Every quarter of a second of what was said is in the recording, near where it belongs."""
    recorded, said = samples_of(recorded), samples_of(said)
    size = 4000
    for at in range(0, len(said) - size, size):
        piece, near = said[at : at + size], recorded[max(0, at - size) : at + 4 * size]
        if piece.std() < 50:
            continue
        power = np.sqrt(np.convolve(near**2, np.ones(size), "valid")) * np.linalg.norm(piece) + 1
        assert (np.correlate(near, piece, "valid") / power).max() > 0.9, f"lost at {at / 16000:.2f} s"


def test_a_line_that_holds_every_packet_and_is_cut_twice_loses_no_word(
    playwright, hearing_server, short_tape
):
    """Cut once while the trainee speaks and once while the customer's voice is on its way."""
    lin = hearing_server.sign_in(LIN)
    session = begin(lin)
    browser = launch(playwright, microphone=short_tape / "tape.wav")
    with FlakyLine(hearing_server.port, HELD) as line:
        page = window(browser.new_context(locale="zh-CN"), hearing_server, lin)
        page.goto(f"{line.url}/practise/sessions/{session}")
        page.get_by_role("button", name="开始对话").click()
        status = page.get_by_role("status")
        expect(status.filter(has_text="正在听您说")).to_be_visible(timeout=20_000)
        line.cut()
        expect(status.filter(has_text="连接断了，正在重新连接。您说的话都留着，不会丢。")).to_be_visible()
        wait_until(page, 30, lambda: len(trainee_turns(lin, session)) == 1)
        cut = line.cut_in_the_middle_of_an_answer(INTO_THE_VOICE)
        wait_until(page, 30, cut.done)
        wait_until(page, 60, lambda: len(trainee_turns(lin, session)) == len(SAID))
        expect(status.filter(has_text="轮到您了")).to_be_visible(timeout=30_000)
        turns = session_of(lin, session)["turns"]
        stands = written_down(page, len(turns))
    assert stands == [turn["text"] for turn in turns], "the page shows what the server keeps"
    assert [turn["text"] for turn in turns[1::2]] == SAID, "every word once, in order"
    assert [turn["speaker"] for turn in turns] == ["customer", "trainee"] * len(SAID) + ["customer"]
    assert [cut > 0 for cut in line.cuts[:2]] == [True, True], "connections were really cut"
    for n, turn in enumerate(turns[1::2]):
        assert_whole(lin.get(turn["audio"]).content, (short_tape / f"{n}.wav").read_bytes())
    assert page.faults == []
    browser.close()


def test_a_hidden_tab_stops_listening_says_so_and_the_talk_goes_on_in_text(
    playwright, typing_server, short_tape
):
    """The tab is hidden by another one that is brought to the front, as a person does it."""
    lin = typing_server.sign_in(LIN)
    session = begin(lin)
    with tabs_that_hide_each_other(playwright, microphone=short_tape / "tape.wav") as context:
        page = window(context, typing_server, lin)
        page.goto(f"{typing_server.url}/practise/sessions/{session}")
        page.get_by_role("button", name="开始对话").click()
        expect(page.get_by_role("button", name="按住说话")).to_have_count(0)
        expect(page.get_by_role("button", name="暂停")).to_be_visible()
        assert page.evaluate("document.visibilityState") == "visible"
        other = context.new_page()
        other.bring_to_front()
        page.wait_for_function("document.visibilityState === 'hidden'")
        assert page.title().startswith("已暂停"), "the name of the tab is all that one sees of it"
        page.wait_for_timeout(7000)  # the tape goes on: nothing of it may be heard
        assert trainee_turns(lin, session) == []
        page.bring_to_front()
        expect(page.get_by_role("status").filter(has_text="已停止听您说话，麦克风已关闭")).to_be_visible()
        expect(page.get_by_role("button", name="继续", exact=True).last).to_be_visible()
        finish_in_text(page, lin, session)
        assert page.faults == []


def test_after_a_hidden_tab_one_goes_on_by_voice_with_one_button(playwright, hearing_server, short_tape):
    lin = hearing_server.sign_in(LIN)
    session = begin(lin)
    with tabs_that_hide_each_other(playwright, microphone=short_tape / "tape.wav") as context:
        page = window(context, hearing_server, lin)
        page.goto(f"{hearing_server.url}/practise/sessions/{session}")
        page.get_by_role("button", name="开始对话").click()
        expect(page.get_by_role("button", name="暂停")).to_be_visible()
        other = context.new_page()
        other.bring_to_front()
        page.wait_for_function("document.visibilityState === 'hidden'")
        page.bring_to_front()
        page.get_by_role("button", name="继续", exact=True).last.click()
        expect(page.get_by_text("麦克风已关闭")).to_have_count(0)
        assert not re.match("已暂停", page.title())
        wait_until(page, 30, lambda: trainee_turns(lin, session))
        assert trainee_turns(lin, session)[0]["text"] in SAID
        assert page.faults == []
