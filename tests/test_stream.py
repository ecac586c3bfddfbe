"""The stream of a talk against a real server: what is said arrives once, whatever happens to line or server."""

import subprocess

import pytest
from talking import TalkClient, frames_of

SCENARIO = "critical_illness_insurance"
LIN, CHEN = "lin@haitang.example", "chen@haitang.example"
WORDS = ["您好，我是海棠保险的顾问小林。", "请问您现在最担心的是什么呢？", "这款重疾险的等待期是九十天。"]


@pytest.fixture(scope="module")
def server(open_server):
    one = open_server("stream")
    yield one
    one.stop()


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    """Each of WORDS as frames, spoken by espeak-ng, with a second of silence around."""
    folder = tmp_path_factory.mktemp("spoken")
    found = []
    for n, text in enumerate(WORDS):
        raw, wav = folder / f"{n}.raw.wav", folder / f"{n}.wav"
        subprocess.run(["espeak-ng", "-v", "cmn-latn-pinyin+m3", "-s", "170", "-w", raw, text], check=True)
        from alula.engines.speech.audio import read_wav, write_wav

        wav.write_bytes(write_wav(read_wav(raw.read_bytes())))
        found.append([bytes(640)] * 50 + frames_of(wav) + [bytes(640)] * 75)
    return found


def consent(client, *kinds):
    for kind in kinds:
        assert client.put(f"/api/me/consents/{kind}", json={"granted": True}).status_code == 200


def begin(client, **more):
    answer = client.post(
        "/api/coach/sessions", json={"scenario": SCENARIO, "level": "easy", "seed": 3, **more}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def speak(talk, frames, at=0):
    for n, pcm in enumerate(frames, at):
        talk.frame(n, pcm)
    return at + len(frames)


def turns_of(client, session):
    return client.get(f"/api/coach/sessions/{session}").json()["turns"]


@pytest.mark.slow
def test_speech_is_heard_its_words_committed_and_the_customer_answers_aloud(server, spoken):
    lin = server.sign_in(LIN)
    consent(lin, "voice_analysis", "voice_recording")
    session = begin(lin)
    talk = TalkClient(server, lin, session)
    assert talk.until("ready")["voice"] is True
    talk.until("voice_end", turn=0)
    at = 0
    for n, frames in enumerate(spoken):
        at = speak(talk, frames, at)
        heard = talk.until("heard")
        assert heard["text"] is None, "no recogniser is configured: the words are asked for"
        talk.send(type="say", key=f"k{n}", text=WORDS[n], typed=True, utterance=heard["utterance"])
        assert talk.until("turn", key=f"k{n}")["turn"]["text"] == WORDS[n]
        answer = talk.until("turn")["turn"]
        assert answer["speaker"] == "customer"
        talk.until("voice_end", turn=answer["index"])
        assert len(talk.voice[answer["index"]]) > 16000, "more than half a second of voice"
        talk.send(type="played", turn=answer["index"], start=at * 0.02, end=at * 0.02 + 1.0)
    talk.close()
    turns = turns_of(lin, session)
    assert [turn["text"] for turn in turns if turn["speaker"] == "trainee"] == WORDS
    first = turns[1]
    assert first["start"] == pytest.approx(1.0, abs=0.25), "speech began after a second of silence"
    wav = lin.get(first["audio"])
    assert wav.headers["content-type"] == "audio/wav"
    assert lin.delete(f"/api/coach/sessions/{session}/recordings").status_code == 204
    assert lin.get(first["audio"]).status_code == 404


@pytest.mark.slow
def test_a_line_cut_twice_loses_and_doubles_nothing(server, spoken):
    lin = server.sign_in(LIN)
    session = begin(lin)
    frames = [pcm for part in spoken for pcm in part]
    cut_at, sent, known = [120, 260], 0, 0
    said = []
    talk = TalkClient(server, lin, session)
    while True:
        ready = talk.until("ready")
        sent = ready["next_frame"]
        while sent < len(frames):
            talk.frame(sent, frames[sent])
            sent += 1
            if cut_at and sent == cut_at[0]:
                break
        if cut_at and sent == cut_at[0]:
            cut_at.pop(0)
            talk.socket.socket.close()  # no goodbye: as when a phone loses its network
            talk = TalkClient(server, lin, session, frame=sent, turns=known)
            continue
        break
    for n in range(3):
        utterance = talk.until("heard")["utterance"]
        said.append(utterance)
        talk.send(type="say", key=f"k{n}", text=WORDS[n], typed=True, utterance=utterance)
        talk.send(type="say", key=f"k{n}", text=WORDS[n], typed=True, utterance=utterance)
    for n in range(3):
        talk.until("turn", key=f"k{n}")
    talk.close()
    assert len(set(said)) == 3
    turns = turns_of(lin, session)
    assert [turn["text"] for turn in turns if turn["speaker"] == "trainee"] == WORDS
    assert [turn["index"] for turn in turns] == list(range(7))


@pytest.mark.slow
def test_a_killed_server_goes_on_at_the_same_turn(open_server, spoken):
    server = open_server("killed")
    try:
        lin = server.sign_in(LIN)
        session = begin(lin)
        talk = TalkClient(server, lin, session)
        at = speak(talk, spoken[0])
        utterance = talk.until("heard")["utterance"]
        talk.send(type="say", key="k0", text=WORDS[0], typed=True, utterance=utterance)
        answer = talk.until("turn", key=None)
        before = turns_of(lin, session)
        half = at + len(spoken[1]) // 2
        speak(talk, spoken[1][: len(spoken[1]) // 2], at)
        server.kill()
        server.start()
        talk = TalkClient(server, lin, session, frame=half, turns=3)
        ready = talk.until("ready")
        assert ready["next_frame"] <= at, "what was not committed is asked for again"
        everything = spoken[0] + spoken[1]
        speak(talk, everything[ready["next_frame"] :], ready["next_frame"])
        utterance = talk.until("heard")["utterance"]
        talk.send(type="say", key="k0", text=WORDS[0], typed=True, utterance=None)
        talk.send(type="say", key="k1", text=WORDS[1], typed=True, utterance=utterance)
        talk.until("turn", key="k1")
        talk.close()
        turns = turns_of(lin, session)
        assert turns[:3] == before
        assert [turn["text"] for turn in turns if turn["speaker"] == "trainee"] == WORDS[:2]
        assert answer["turn"]["text"] == turns[2]["text"]
    finally:
        server.stop()


@pytest.mark.slow
def test_a_talk_of_somebody_else_or_of_another_site_is_closed(server):
    lin, chen = server.sign_in(LIN), server.sign_in(CHEN)
    session = begin(lin)
    assert TalkClient(server, chen, session).receive(5)["code"] == 4404
    lin.cookies.clear()
    assert TalkClient(server, lin, session).receive(5)["code"] == 4401


@pytest.mark.slow
def test_push_to_talk_ends_with_the_key_and_nothing_else(server, spoken):
    lin = server.sign_in(LIN)
    session = begin(lin)
    talk = TalkClient(server, lin, session, mode="push_to_talk")
    talk.until("ready")
    at = speak(talk, spoken[0])
    talk.drain()
    assert not any(message["type"] == "heard" for _, message in talk.messages), "the key was never pressed"
    talk.send(type="talk", down=True, frame=at)
    at = speak(talk, spoken[1], at)
    at = speak(talk, spoken[2], at)
    talk.drain()
    assert not any(message["type"] == "heard" for _, message in talk.messages), "a pause does not end it"
    talk.send(type="talk", down=False, frame=at)
    utterance = talk.until("heard")["utterance"]
    talk.send(type="say", key="k", text=WORDS[1] + WORDS[2], typed=True, utterance=utterance)
    talk.until("turn", key="k")
    talk.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "bad", ["not json", '{"type": "fly"}', '{"type": "say"}', '{"type": "played", "turn": "x"}', "[]"]
)
def test_a_bad_message_is_answered_and_the_talk_goes_on(server, bad):
    lin = server.sign_in(LIN)
    talk = TalkClient(server, lin, begin(lin), mode="text")
    talk.until("ready")
    talk.socket.send(bad)
    assert talk.until("problem")["problem"]["code"] == "kernel.invalid"
    talk.socket.send(b"\x01")
    talk.send(type="say", key="k", text=WORDS[0], typed=True, utterance=None)
    assert talk.until("turn", key="k")["turn"]["text"] == WORDS[0]
    talk.close()
