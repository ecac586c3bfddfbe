import assert from "node:assert/strict"
import { beforeEach, describe, it } from "node:test"
import { LEAD_SECONDS, Playback } from "../playback.ts"

/** An audio context whose clock the test turns: it plays what was scheduled and ends sources when their time is over. */
class FakeContext {
  currentTime = 1
  readonly sampleRate = 48_000
  readonly destination = {}
  readonly outputLatency = 0
  readonly baseLatency = 0
  readonly scheduled: { start: number; length: number; stopped: boolean; ended: boolean; end: () => void }[] = []

  createGain() {
    return { gain: { value: 1 }, connect: () => undefined }
  }

  createAnalyser() {
    return { fftSize: 0, connect: () => undefined, getFloatTimeDomainData: () => undefined }
  }

  createBuffer(_channels: number, length: number) {
    return { length, copyToChannel: () => undefined }
  }

  createBufferSource() {
    const { scheduled } = this
    const source = {
      buffer: null as { length: number } | null,
      onended: null as (() => void) | null,
      entry: null as (typeof scheduled)[number] | null,
      connect: () => undefined,
      start(start: number) {
        this.entry = { start, length: this.buffer!.length, stopped: false, ended: false, end: () => this.onended?.() }
        scheduled.push(this.entry)
      },
      stop() {
        this.entry!.stopped = true
      },
    }
    return source
  }

  /** Turn the clock on and end what has sounded. */
  pass(seconds: number): void {
    this.currentTime += seconds
    for (const entry of this.scheduled) {
      if (entry.ended || entry.stopped || entry.start + entry.length / this.sampleRate > this.currentTime) continue
      entry.ended = true
      entry.end()
    }
  }
}

let context: FakeContext
let playback: Playback
let told: string[]

beforeEach(() => {
  context = new FakeContext()
  playback = new Playback(context as unknown as AudioContext)
  told = []
  playback.on("started", ({ turn }) => told.push(`started ${turn}`))
  playback.on("ended", ({ turn, broken }) => told.push(`${broken ? "broken" : "ended"} ${turn}`))
})

const piece = (seconds: number): Int16Array => new Int16Array(16_000 * seconds)

describe("the customer's voice", () => {
  it("begins within 100 ms of its first piece", () => {
    playback.begin(0, 16_000)
    playback.push(0, piece(0.1))
    const wait = context.scheduled[0]!.start - context.currentTime
    assert.ok(wait > 0 && wait <= 0.1, `${wait} s`)
    assert.ok(LEAD_SECONDS <= 0.1)
  })

  it("puts the pieces one behind the other without a gap, to the sample", () => {
    playback.begin(0, 16_000)
    for (let i = 0; i < 20; i += 1) {
      playback.push(0, piece(0.1))
      context.pass(0.05)
    }
    playback.complete(0)
    const begin = context.scheduled[0]!.start
    let samples = 0
    for (const { start, length } of context.scheduled) {
      assert.ok(Math.abs(start - (begin + samples / 48_000)) < 1e-9)
      samples += length
    }
    assert.ok(Math.abs(samples - 2 * 48_000) <= 3, `${samples} samples of 2 s`)
  })

  it("goes on after a piece that came too late, without overtaking itself", () => {
    playback.begin(0, 16_000)
    playback.push(0, piece(0.1))
    context.pass(1)
    playback.push(0, piece(0.1))
    assert.ok(context.scheduled.at(-1)!.start > context.currentTime)
    assert.deepEqual(told, ["started 0"])
  })

  it("ends when the last piece has sounded, not when it was sent", () => {
    playback.begin(4, 16_000)
    playback.push(4, piece(0.5))
    playback.complete(4)
    context.pass(0.4)
    assert.deepEqual(told, ["started 4"])
    context.pass(0.2)
    assert.deepEqual(told, ["started 4", "ended 4"])
    assert.equal(playback.sounding, null)
  })

  it("says when it was heard, also when it was broken off", () => {
    const heard: number[] = []
    playback.on("ended", ({ start, end }) => heard.push(end - start))
    playback.begin(0, 16_000)
    playback.push(0, piece(2))
    context.pass(LEAD_SECONDS + 0.5)
    playback.stop()
    assert.deepEqual(told, ["started 0", "broken 0"])
    assert.ok(Math.abs(heard[0]! - 0.5) < 0.001, `${heard[0]} s`)
    assert.ok(context.scheduled.every(({ stopped }) => stopped))
  })

  it("ignores pieces of a voice that was broken off", () => {
    playback.begin(0, 16_000)
    playback.push(0, piece(0.1))
    playback.stop()
    playback.push(0, piece(0.1))
    playback.complete(0)
    assert.equal(context.scheduled.length, 1)
    assert.deepEqual(told, ["started 0", "broken 0"])
  })
})
