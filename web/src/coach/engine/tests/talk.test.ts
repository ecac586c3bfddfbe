import assert from "node:assert/strict"
import { afterEach, beforeEach, describe, it } from "node:test"
import { WebSocket } from "ws"
import type { Session } from "@/api/types"
import { BrowserVoice } from "../browserVoice.ts"
import { Emitter } from "../emitter.ts"
import type { Socket } from "../line.ts"
import { MicrophoneError, type Microphone, type MicrophoneEvents, type NoMicrophone } from "../microphone.ts"
import type { Playback, PlaybackEvents } from "../playback.ts"
import { FRAME_SAMPLES, FRAME_SECONDS, type ClientMessage, type Mode, type Say } from "../protocol.ts"
import { SayQueue, type KeyValueStore } from "../sayQueue.ts"
import { Talk, type SessionDoor } from "../talk.ts"
import { phaseOf } from "../talkState.ts"
import { TalkServer } from "./talkServer.ts"
import { sleep, until } from "./waiting.ts"

/** A microphone that records when the test says so; its clock is the audio context's. */
class FakeMicrophone extends Emitter<MicrophoneEvents> {
  refuses: NoMicrophone | null = null
  listening = true
  stopped = 0
  private recorded = 0
  private readonly context: { currentTime: number }

  constructor(context: { currentTime: number }) {
    super()
    this.context = context
  }

  async start(): Promise<void> {
    if (this.refuses) throw new MicrophoneError(this.refuses)
  }

  stop(): void {
    this.stopped += 1
  }

  record(count: number): void {
    for (let i = 0; i < count; i += 1) {
      const samples = new Int16Array(FRAME_SAMPLES)
      this.recorded += 1
      samples[0] = this.recorded
      this.emit("frame", { samples, at: this.context.currentTime })
      this.context.currentTime += FRAME_SECONDS
    }
  }
}

class FakePlayback extends Emitter<PlaybackEvents> {
  sounding: number | null = null
  muted = false
  private startedAt = 0
  private readonly context: { currentTime: number }

  constructor(context: { currentTime: number }) {
    super()
    this.context = context
  }

  begin(turn: number): void {
    this.sounding = turn
    this.startedAt = this.context.currentTime
    this.emit("started", { turn, at: this.startedAt })
  }

  push(): void {}

  complete(): void {}

  async decode(): Promise<AudioBuffer> {
    return {} as AudioBuffer
  }

  play(turn: number): void {
    this.begin(turn)
  }

  level(): number {
    return 0
  }

  stop(): void {
    this.end(true)
  }

  end(broken = false): void {
    const turn = this.sounding
    if (turn === null) return
    this.sounding = null
    this.emit("ended", { turn, start: this.startedAt, end: this.context.currentTime, broken })
  }
}

class MemoryStore implements KeyValueStore {
  readonly kept = new Map<string, string>()
  getItem = (key: string): string | null => this.kept.get(key) ?? null
  setItem = (key: string, value: string): void => void this.kept.set(key, value)
  removeItem = (key: string): void => void this.kept.delete(key)
}

const FAST = { pingAfter: 150, deadAfter: 450, readyWithin: 500, firstRetry: 25, longestRetry: 200 }

let server: TalkServer
let store: MemoryStore
let talk: Talk
let context: { currentTime: number; suspend: () => Promise<void>; resume: () => Promise<void> }
let microphone: FakeMicrophone
let playback: FakePlayback
let door: SessionDoor & { said: Say[] }

beforeEach(async () => {
  server = await TalkServer.start()
  store = new MemoryStore()
  context = { currentTime: 10, suspend: async () => undefined, resume: async () => undefined }
  door = {
    said: [],
    load: async () => sessionOf(),
    say: async () => Promise.reject(new Error("shut")),
    audio: async () => new ArrayBuffer(0),
  }
  talk = makeTalk("hands_free")
})

afterEach(async () => {
  talk.close()
  await server.stop()
})

function sessionOf(): Session {
  return {
    id: "s1",
    scenario: {} as Session["scenario"],
    level: "normal",
    status: "talking",
    started_at: "2026-11-23T09:00:00Z",
    last_at: "2026-11-23T09:00:00Z",
    finished_at: null,
    ending: null,
    total: null,
    seed: 1,
    turns: [...server.turns],
    stage: null,
    stages: [],
    measure_voice: true,
    keep_recording: true,
  }
}

function makeTalk(mode: Mode, headphones = false): Talk {
  microphone = new FakeMicrophone(context)
  playback = new FakePlayback(context)
  return new Talk({
    session: sessionOf(),
    settings: { mode, voice: "server", recognition: "none", headphones, muted: false },
    connect: () => new WebSocket(server.url) as unknown as Socket,
    door,
    says: new SayQueue("s1", store),
    context,
    microphone: microphone as unknown as Microphone,
    playback: playback as unknown as Playback,
    browserVoice: new BrowserVoice("zh", undefined),
    recognition: null,
    timing: FAST,
  })
}

async function connected(): Promise<void> {
  talk.open()
  await until(() => talk.state.greeted, "greeted")
}

const sent = <Type extends ClientMessage["type"]>(type: Type): Extract<ClientMessage, { type: Type }>[] =>
  server.messages.filter((message): message is Extract<ClientMessage, { type: Type }> => message.type === type)

describe("a sentence", () => {
  it("typed while the line is down is committed exactly once when it is back", async () => {
    await connected()
    server.cut()
    await until(() => talk.state.line.state === "reconnecting", "reconnecting")
    talk.type("  保费每年三千六  ")
    assert.equal(talk.state.pending.length, 1)
    await until(() => talk.state.pending.length === 0, "committed")
    assert.deepEqual(
      server.turns.map((turn) => turn.text),
      ["保费每年三千六", "and: 保费每年三千六"],
    )
  })

  it("survives a page that is loaded again before its answer came, and is still one turn", async () => {
    await connected()
    server.answers = false
    talk.type("说过一次")
    await until(() => server.turns.length === 1, "committed")
    talk.close()
    server.answers = true
    talk = makeTalk("text")
    assert.equal(talk.state.pending.length, 1)
    await connected()
    await until(() => talk.state.pending.length === 0, "settled")
    assert.equal(server.turns.filter((turn) => turn.speaker === "trainee").length, 1)
    assert.equal(new Set(sent("say").map(({ key }) => key)).size, 1)
    assert.equal(store.kept.size, 0)
  })

  it("goes by HTTP when the line does not open, and is not sent again when it does", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] })
    door.say = async (say) => {
      door.said.push(say)
      return { turns: [server.addTurn("trainee", say.text), server.addTurn("customer", "yes")], ending: null }
    }
    talk.type("by the other way")
    context.mock.timers.tick(3_000)
    context.mock.timers.reset()
    await until(() => talk.state.pending.length === 0, "settled")
    assert.equal(door.said.length, 1)
    assert.deepEqual(
      talk.state.turns.map((turn) => turn.text),
      ["by the other way", "yes"],
    )
    await connected()
    await sleep(50)
    assert.deepEqual(sent("say"), [])
    assert.equal(server.hellos[0]!.turns, 2)
  })

  it("that is empty is no sentence", async () => {
    await connected()
    talk.type("   ")
    assert.deepEqual(talk.state.pending, [])
  })
})

describe("speech without a recogniser", () => {
  it("asks for the words, ties them to the recording, and records nothing of the typing", async () => {
    await connected()
    await talk.useMicrophone()
    server.send({ type: "speech", state: "started", utterance: "u0", start: 0, end: null })
    await until(() => phaseOf(talk.state) === "speaking", "speaking")
    server.send({ type: "heard", utterance: "u0", text: null })
    await until(() => phaseOf(talk.state) === "writing", "writing")
    microphone.record(20)
    talk.type("我刚才说的话")
    await until(() => talk.state.turns.length === 2, "the answer")
    assert.deepEqual(server.samples, new Array<number>(20).fill(0))
    assert.deepEqual(
      sent("say").map(({ text, typed, utterance }) => ({ text, typed, utterance })),
      [{ text: "我刚才说的话", typed: true, utterance: "u0" }],
    )
  })

  it("does not ask twice when a killed server hears the same speech again", async () => {
    await connected()
    server.answers = false
    server.send({ type: "heard", utterance: "u0", text: null })
    await until(() => phaseOf(talk.state) === "writing", "writing")
    talk.type("once")
    await until(() => server.turns.length === 1, "committed")
    server.send({ type: "heard", utterance: "u0", text: null })
    await sleep(30)
    assert.equal(phaseOf(talk.state), "waiting")
  })

  it("can be said again", async () => {
    await connected()
    server.send({ type: "heard", utterance: "u7", text: null })
    await until(() => phaseOf(talk.state) === "writing", "writing")
    talk.sayAgain()
    await until(() => sent("drop").length === 1, "dropped")
    assert.equal(talk.state.writing, null)
    assert.deepEqual(server.turns, [])
  })
})

describe("the customer's voice", () => {
  it("is reported once on the talk clock, before what is said after it", async () => {
    await connected()
    await talk.useMicrophone()
    microphone.record(50)
    server.sendTurn(server.addTurn("customer", "多少钱？"))
    server.sendVoice(0)
    await until(() => playback.sounding === 0, "sounding")
    assert.equal(phaseOf(talk.state), "customer")
    microphone.record(100)
    playback.end()
    microphone.record(10)
    talk.type("三千六")
    await until(() => talk.state.turns.length === 3, "the answer")
    assert.deepEqual(sent("played"), [{ type: "played", turn: 0, start: 1, end: 3 }])
    const order = server.messages.map(({ type }) => type)
    assert.ok(order.indexOf("played") < order.indexOf("say"))
  })

  it("can be heard again, which is not reported as heard", async () => {
    await connected()
    await talk.useMicrophone()
    microphone.record(10)
    server.sendTurn({ ...server.addTurn("customer", "多少钱？"), audio: "/audio" })
    server.sendVoice(0)
    await until(() => playback.sounding === 0, "sounding")
    microphone.record(50)
    playback.end()
    await talk.hearAgain()
    assert.equal(phaseOf(talk.state), "customer")
    microphone.record(50)
    playback.end()
    await until(() => sent("played").length > 0, "reported")
    await sleep(30)
    assert.deepEqual(sent("played"), [{ type: "played", turn: 0, start: 0.2, end: 1.2 }])
  })

  it("is waited for from the moment its turn came, and not for ever", async (test) => {
    await connected()
    test.mock.timers.enable({ apis: ["setTimeout"] })
    server.sendTurn(server.addTurn("customer", "喂？"))
    while (talk.state.turns.length === 0) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(phaseOf(talk.state), "customer")
    test.mock.timers.tick(2_500)
    assert.equal(phaseOf(talk.state), "yours")
  })

  it("falls silent when the button goes down, and the report says where it was broken off", async () => {
    talk.close()
    talk = makeTalk("push_to_talk")
    await connected()
    await talk.useMicrophone()
    microphone.record(50)
    server.sendTurn(server.addTurn("customer", "a long speech"))
    server.sendVoice(0)
    await until(() => playback.sounding === 0, "sounding")
    microphone.record(25)
    talk.press()
    assert.equal(phaseOf(talk.state), "speaking")
    microphone.record(30)
    talk.release()
    microphone.record(30)
    await until(() => sent("talk").length === 2, "the button")
    const [played] = sent("played")
    assert.deepEqual([played!.start, played!.end], [1, 1.5])
    assert.ok(Math.abs(sent("talk")[0]!.frame * FRAME_SECONDS - 1.5) <= 0.16)
  })

  it("is not reported without a microphone: there is no talk clock", async () => {
    await connected()
    server.sendTurn(server.addTurn("customer", "hello"))
    server.sendVoice(0)
    await until(() => playback.sounding === 0, "sounding")
    playback.end()
    await sleep(30)
    assert.deepEqual(sent("played"), [])
  })
})

describe("what may happen to a microphone", () => {
  for (const reason of ["refused", "missing", "insecure", "unsupported", "busy"] as const) {
    it(`${reason}: the talk goes on in text and says why`, async () => {
      microphone.refuses = reason
      await connected()
      assert.equal(await talk.useMicrophone(), false)
      assert.equal(talk.state.microphone, reason)
      assert.equal(talk.state.settings.mode, "text")
      talk.type("in text then")
      await until(() => talk.state.turns.length === 2, "the answer")
    })
  }

  it("lost in the middle: the button goes up and the talk goes on in text", async () => {
    talk.close()
    talk = makeTalk("push_to_talk")
    await connected()
    await talk.useMicrophone()
    microphone.record(20)
    talk.press()
    microphone.record(20)
    microphone.emit("lost", "lost")
    await until(() => sent("talk").length === 2, "the button")
    assert.equal(talk.state.microphone, "lost")
    assert.deepEqual(sent("mode").at(-1), { type: "mode", mode: "text", recognition: "none" })
  })
})

describe("a pause", () => {
  it("stops the talk clock, and is said again after a cut", async () => {
    await connected()
    await talk.useMicrophone()
    microphone.record(30)
    talk.pause("hidden")
    assert.equal(microphone.listening, false)
    microphone.record(500)
    await until(() => sent("pause").length === 1, "pause")
    server.cut()
    await until(() => server.connections === 2 && sent("pause").length === 2, "pause again")
    talk.resume()
    microphone.record(10)
    await until(() => server.nextFrame === 40, "frames after the pause")
    assert.equal(sent("resume").length, 1)
  })

  it("lets the talk go on in text: nothing is heard, nothing sounds, and it can come to its end", async () => {
    await connected()
    await talk.useMicrophone()
    talk.pause("hidden")
    microphone.record(50)
    talk.type("typed in the pause")
    await until(() => talk.state.turns.some(({ text }) => text === "typed in the pause"), "the turn")
    server.sendVoice(talk.state.turns.length - 1)
    server.send({ type: "ended", ending: "undecided" })
    await until(() => talk.state.ending !== null, "the end")
    assert.deepEqual([talk.state.paused, talk.state.sounding, playback.sounding], ["hidden", null, null])
    assert.equal(phaseOf(talk.state), "ended")
    assert.equal(server.nextFrame, 0)
  })
})

describe("a talk over a flaky line", () => {
  it("keeps every word, spoken and typed, exactly once", async () => {
    server.hold = 100
    await connected()
    await talk.useMicrophone()
    for (let round = 0; round < 4; round += 1) {
      for (let i = 0; i < 50; i += 1) {
        microphone.record(1)
        await sleep(2)
      }
      if (round === 1 || round === 2) server.cut()
      talk.type(`sentence ${round}`)
    }
    await until(() => talk.state.pending.length === 0 && server.nextFrame === 200, "everything", 8_000)
    await until(() => talk.state.turns.length === 8, "all turns")
    assert.deepEqual(
      server.arrived,
      Array.from({ length: 200 }, (_, i) => i),
    )
    assert.deepEqual(
      talk.state.turns.filter((turn) => turn.speaker === "trainee").map((turn) => turn.text),
      ["sentence 0", "sentence 1", "sentence 2", "sentence 3"],
    )
  })
})
