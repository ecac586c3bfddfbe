import assert from "node:assert/strict"
import { afterEach, beforeEach, describe, it } from "node:test"
import { WebSocket } from "ws"
import type { Turn } from "@/api/types"
import { FrameRing } from "../frameRing.ts"
import { Line, TIMING, type LineState, type LineTiming, type Socket } from "../line.ts"
import { FRAME_SAMPLES, type Say } from "../protocol.ts"
import { Tape } from "../tape.ts"
import { TalkServer } from "./talkServer.ts"
import { sleep, until } from "./waiting.ts"

/** The real timing, ten times as fast. */
const FAST: LineTiming = { pingAfter: 150, deadAfter: 450, readyWithin: 500, firstRetry: 25, longestRetry: 500 }

let server: TalkServer
let line: Line
let tape: Tape
let turns: Turn[]
let states: LineState[]

beforeEach(async () => {
  server = await TalkServer.start()
  tape = new Tape()
  line = makeLine(FAST)
  turns = []
  states = []
  line.on("turn", ({ turn }) => turns.push(turn))
  line.on("state", (state) => states.push(state))
})

afterEach(async () => {
  line.close()
  await server.stop()
})

function makeLine(timing: Partial<LineTiming>, known = 0): Line {
  return new Line({
    connect: () => new WebSocket(server.url) as unknown as Socket,
    tape,
    greeting: () => ({ mode: "push_to_talk", recognition: "none" }),
    turns: known,
    timing,
  })
}

/** A frame by whose first sample the server can tell which one it is. */
function record(count: number): void {
  for (let i = 0; i < count; i += 1) {
    const samples = new Int16Array(FRAME_SAMPLES)
    samples[0] = tape.ring.next
    tape.push(samples)
  }
  line.pump()
}

function say(key: string, text: string): void {
  const message: Say = { type: "say", key, text, typed: false, utterance: null }
  tape.write(message)
  line.pump()
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe("a flaky line", () => {
  it("loses no frame and doubles no sentence when messages are held 300 ms and the connection is cut twice", async () => {
    server.hold = 300
    line = makeLine({ ...FAST, deadAfter: 2_000, readyWithin: 2_000, pingAfter: 500 })
    line.on("turn", ({ turn }) => turns.push(turn))
    line.open()
    await until(() => line.connected, "connected")
    for (let i = 0; i < 600; i += 1) {
      record(1)
      if (i === 90 || i === 250 || i === 400) say(`k${i}`, `sentence ${i}`)
      if (i === 100 || i === 401) server.cut()
      await sleep(3)
    }
    await until(() => server.nextFrame === 600 && turns.length === 6, "all frames and turns")
    await sleep(700)
    assert.deepEqual(server.arrived, upTo(600))
    assert.deepEqual(server.samples, upTo(600))
    const said = server.turns.filter((turn) => turn.speaker === "trainee").map((turn) => turn.text)
    assert.deepEqual(said, ["sentence 90", "sentence 250", "sentence 400"])
    assert.deepEqual(
      turns.map((turn) => turn.index),
      upTo(6),
    )
    assert.equal(server.connections, 3)
  })

  it("sends again what a killed server had received and not committed", async () => {
    line.open()
    await until(() => line.connected, "connected")
    record(50)
    say("a", "committed")
    await until(() => turns.length === 2, "the first turn")
    record(80)
    await until(() => server.nextFrame === 130, "frames received")
    server.forget()
    record(20)
    await until(() => server.nextFrame === 150, "frames received again")
    assert.deepEqual(server.arrived, [...upTo(130), ...upTo(150).slice(50)])
    assert.deepEqual(server.samples, server.arrived)
  })

  it("sends a button pressed while the line was down in its place among the frames", async () => {
    line.open()
    await until(() => line.connected, "connected")
    record(10)
    await until(() => server.nextFrame === 10, "first frames")
    server.cut()
    tape.write({ type: "talk", down: true, frame: tape.ring.next })
    record(5)
    tape.write({ type: "talk", down: false, frame: tape.ring.next })
    record(5)
    await until(() => server.nextFrame === 20, "all frames")
    const talks = server.messages.filter((message) => message.type === "talk")
    assert.deepEqual(talks, [
      { type: "talk", down: true, frame: 10 },
      { type: "talk", down: false, frame: 15 },
    ])
  })

  it("notices a line on which nothing arrives, and says since when", async () => {
    assert.ok(TIMING.deadAfter + 250 <= 5_000, "a half-open line is noticed within 5 s")
    line.open()
    await until(() => line.connected, "connected")
    server.deaf = true
    const began = performance.now()
    await until(() => line.state.state === "reconnecting", "noticed", 1_500)
    assert.ok(performance.now() - began < FAST.deadAfter + 300)
    server.deaf = false
    await until(() => line.connected, "connected again")
  })

  it("keeps an idle line alive by asking", async () => {
    line.open()
    await until(() => line.connected, "connected")
    await sleep(FAST.deadAfter * 2.5)
    assert.equal(server.connections, 1)
    assert.ok(server.messages.some((message) => message.type === "ping"))
  })

  it("waits longer after every failure, up to the longest, and never the same as everybody", async () => {
    const waits: number[] = []
    const realTimeout = globalThis.setTimeout
    const random = [0, 1, 0.5, 1, 1, 1, 1, 1]
    const failing = new Line({
      connect: () => {
        const socket: Socket = {
          binaryType: "",
          readyState: 0,
          bufferedAmount: 0,
          onopen: null,
          onmessage: null,
          onclose: null,
          onerror: null,
          send() {},
          close() {},
        }
        realTimeout(() => socket.onclose?.({ code: 1006 } as never), 0)
        return socket
      },
      tape: new Tape(),
      greeting: () => ({ mode: "text", recognition: "none" }),
      turns: 0,
      timing: { firstRetry: 250, longestRetry: 5_000 },
      random: () => random[waits.length]!,
    })
    globalThis.setTimeout = ((act: () => void, wait: number) => {
      waits.push(wait)
      return realTimeout(act, 0)
    }) as typeof setTimeout
    failing.open()
    while (waits.length < 8) await new Promise((resolve) => realTimeout(resolve, 1))
    failing.close()
    globalThis.setTimeout = realTimeout
    assert.deepEqual(waits.slice(0, 8), [125, 500, 750, 2_000, 4_000, 5_000, 5_000, 5_000])
  })
})

describe("what the server says", () => {
  it("is handed on once and in order, whatever was sent twice or too early", async () => {
    const gaps: number[] = []
    line.on("gap", (from) => gaps.push(from))
    line.open()
    await until(() => line.connected, "connected")
    const [first, second, third] = ["one", "two", "three"].map((text) => server.addTurn("customer", text))
    server.sendTurn(first!)
    server.sendTurn(first!)
    server.sendTurn(third!)
    server.sendTurn(second!)
    await until(() => turns.length === 3, "three turns")
    assert.deepEqual(
      turns.map((turn) => turn.text),
      ["one", "two", "three"],
    )
    assert.deepEqual(gaps, [1])
  })

  it("settles a sentence whose answer was lost, without showing its turn twice", async () => {
    const settled: string[] = []
    line.on("settled", (key) => settled.push(key))
    line.open()
    await until(() => line.connected, "connected")
    server.answers = false
    say("k", "heard, but the answer is lost")
    await until(() => server.turns.length === 1, "committed")
    server.answers = true
    server.cut()
    await until(() => settled.length === 1, "settled")
    await sleep(50)
    assert.equal(server.turns.filter((turn) => turn.speaker === "trainee").length, 1)
    assert.equal(turns.filter((turn) => turn.index === 0).length, 1)
    assert.equal(tape.take(), null)
  })

  it("goes on with a voice where it was cut", async () => {
    server.voice = [Int16Array.of(1, 2, 3), Int16Array.of(4, 5), Int16Array.of(6, 7, 8)]
    const heard: number[] = []
    const begun: number[] = []
    line.on("voice", ({ turn }) => begun.push(turn))
    line.on("sound", ({ samples }) => heard.push(...samples))
    line.open()
    await until(() => line.connected, "connected")
    server.sendVoice(0, 2)
    await until(() => heard.length === 5, "the first pieces")
    server.cut()
    await until(() => server.connections === 2 && line.connected, "connected again")
    server.sendVoice(0)
    await until(() => heard.length === 8, "the rest")
    assert.deepEqual(heard, [1, 2, 3, 4, 5, 6, 7, 8])
    assert.deepEqual(begun, [0])
  })

  it("is asked for again when a voice was cut, and not when all of it came", async () => {
    server.voice = [Int16Array.of(1), Int16Array.of(2)]
    const ends: number[] = []
    line.on("voiceEnd", (turn) => ends.push(turn))
    line.open()
    await until(() => line.connected, "connected")
    server.sendTurn(server.addTurn("customer", "cut in the middle"))
    server.sendVoice(0, 1)
    await until(() => turns.length === 1, "the turn")
    server.cut()
    await until(() => server.connections === 2 && line.connected, "connected again")
    server.sendVoice(0)
    await until(() => ends.length === 1, "the whole voice")
    server.cut()
    await until(() => server.connections === 3, "connected once more")
    assert.deepEqual(
      server.hellos.map((hello) => hello.turns),
      [0, 0, 1],
    )
    assert.equal(turns.length, 1)
  })

  for (const [code, reason] of [
    [4401, "signed_out"],
    [4404, "not_found"],
    [4409, "over"],
    [4410, "elsewhere"],
  ] as const) {
    it(`ends the line for good with ${code}`, async () => {
      line.open()
      await until(() => line.connected, "connected")
      server.close(code)
      await until(() => line.state.state === "failed", "failed")
      assert.deepEqual(line.state, { state: "failed", reason })
      line.hurry()
      await sleep(100)
      assert.equal(server.connections, 1)
    })
  }

  it("sets the clock of a page that was loaded again", async () => {
    server.nextFrame = 700
    line.open()
    await until(() => line.connected, "connected")
    record(3)
    await until(() => server.nextFrame === 703, "frames")
    assert.deepEqual(server.arrived, [700, 701, 702])
    assert.equal(server.hellos[0]!.frame, 0)
  })

  it("is told how many turns are known, and sends the rest", async () => {
    server.addTurn("customer", "said while we were away")
    line.close()
    line = makeLine(FAST, 1)
    line.on("turn", ({ turn }) => turns.push(turn))
    server.addTurn("trainee", "second")
    line.open()
    await until(() => turns.length === 1, "the missing turn")
    assert.equal(turns[0]!.text, "second")
  })
})

describe("the minute that is kept", () => {
  it("never grows beyond a minute, and says which frames were lost unsent", () => {
    const ring = new FrameRing()
    const lost: number[] = []
    for (let i = 0; i < 3_100; i += 1) {
      const gone = ring.push(new Int16Array(FRAME_SAMPLES))
      if (gone !== null) lost.push(gone)
    }
    assert.equal(ring.next - ring.oldest, 3_000)
    assert.deepEqual(lost, upTo(100))
  })

  it("loses nothing of what was sent and only waits for its acknowledgement", () => {
    const ring = new FrameRing(1)
    for (let i = 0; i < 50; i += 1) ring.push(new Int16Array(FRAME_SAMPLES))
    for (let i = 0; i < 50; i += 1) ring.take()
    assert.equal(ring.push(new Int16Array(FRAME_SAMPLES)), null)
    assert.equal(ring.take()!.number, 50)
  })

  it("goes on from its own frames when the server asks for older ones", () => {
    const ring = new FrameRing(1)
    for (let i = 0; i < 120; i += 1) ring.push(new Int16Array(FRAME_SAMPLES))
    ring.resume(10)
    assert.equal(ring.take()!.number, 70)
  })
})
