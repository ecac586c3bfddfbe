import assert from "node:assert/strict"
import { beforeEach, describe, it } from "node:test"
import { BUTTON_MARGIN_FRAMES, ECHO_TAIL_FRAMES, Gate } from "../gate.ts"
import { FRAME_SAMPLES } from "../protocol.ts"

/** What went out: the number of the frame that was recorded, 0 for silence, and the button as words. */
let out: (number | string)[]
let gate: Gate
let recorded: number

beforeEach(() => {
  out = []
  recorded = 0
  gate = new Gate({ frame: (samples) => out.push(samples[0]!), talk: (down) => out.push(down ? "down" : "up") })
})

function record(count: number): void {
  for (let i = 0; i < count; i += 1) gate.push(new Int16Array(FRAME_SAMPLES).fill((recorded += 1)))
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const silence = (count: number): number[] => new Array<number>(count).fill(0)

describe("hands-free", () => {
  it("passes everything, and nothing while the customer sounds or words are typed", () => {
    record(3)
    gate.muzzle(true)
    record(2)
    gate.muzzle(false)
    record(ECHO_TAIL_FRAMES + 2)
    assert.deepEqual(out, [
      1,
      2,
      3,
      ...silence(2 + ECHO_TAIL_FRAMES),
      ...range(6 + ECHO_TAIL_FRAMES, 7 + ECHO_TAIL_FRAMES),
    ])
  })
})

describe("push-to-talk", () => {
  beforeEach(() => gate.useButton(true))

  it("sends silence while the button is up: nothing of the room", () => {
    record(BUTTON_MARGIN_FRAMES + 20)
    assert.deepEqual(out, silence(20))
    assert.equal(gate.holding, BUTTON_MARGIN_FRAMES)
  })

  it("keeps the beginning of a word spoken before the press and the end of one after the release", () => {
    record(20)
    gate.press()
    record(10)
    gate.release()
    record(BUTTON_MARGIN_FRAMES + 30)
    const first = 20 - BUTTON_MARGIN_FRAMES
    assert.deepEqual(out.slice(0, first), silence(first))
    assert.deepEqual(out.slice(first, first + 1), ["down"])
    const voice = range(first + 1, 30 + BUTTON_MARGIN_FRAMES)
    assert.deepEqual(out.slice(first + 1, first + 1 + voice.length), voice)
    assert.equal(out[first + 1 + voice.length], "up")
    assert.ok(out.slice(first + 2 + voice.length).every((frame) => frame === 0))
  })

  it("numbers as many frames as were recorded, whatever the button does", () => {
    record(7)
    gate.press()
    gate.release()
    record(3)
    gate.press()
    record(40)
    gate.useButton(false)
    record(1)
    const frames = out.filter((item) => typeof item === "number")
    assert.equal(frames.length + gate.holding, recorded)
  })

  it("makes one press of two that follow within the margin", () => {
    gate.press()
    record(5)
    gate.release()
    record(2)
    gate.press()
    record(5)
    gate.release()
    record(BUTTON_MARGIN_FRAMES)
    assert.deepEqual(
      out.filter((item) => typeof item === "string"),
      ["down", "up"],
    )
  })

  it("lets the button go up when the mode changes under it", () => {
    gate.press()
    gate.useButton(false)
    assert.deepEqual(out, ["down", "up"])
  })

  it("passes while pressed even though the customer sounds, but nothing of the customer from before the press", () => {
    gate.muzzle(true)
    record(BUTTON_MARGIN_FRAMES)
    gate.press()
    record(2)
    assert.deepEqual(out, [
      "down",
      ...silence(BUTTON_MARGIN_FRAMES),
      BUTTON_MARGIN_FRAMES + 1,
      BUTTON_MARGIN_FRAMES + 2,
    ])
  })
})
