import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { Framer, levelOf } from "../framer.ts"
import { FRAME_SAMPLES } from "../protocol.ts"
import { Resampler } from "../resampler.ts"

const sine = (hertz: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate))

function convert(signal: Float32Array, from: number, to: number, block = 128): Float32Array {
  const resampler = new Resampler(from, to)
  const pieces: number[] = []
  for (let i = 0; i < signal.length; i += block) pieces.push(...resampler.push(signal.subarray(i, i + block)))
  pieces.push(...resampler.flush())
  return Float32Array.from(pieces)
}

/** Loudness in dB re full-scale sine, without the edges where the filter sees the beginning and the end. */
function loudness(signal: Float32Array): number {
  const middle = signal.subarray(400, signal.length - 400)
  const power = middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length
  return 10 * Math.log10(2 * power + 1e-12)
}

describe("the resampler", () => {
  for (const rate of [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 88_200, 96_000]) {
    it(`brings ${rate} Hz to 16 kHz sample for sample`, () => {
      const hertz = 440
      const got = convert(sine(hertz, rate, 0.5), rate, 16_000)
      const expected = sine(hertz, 16_000, 0.5)
      assert.ok(Math.abs(got.length - expected.length) <= 1, `${got.length} samples`)
      const worst = Math.max(...expected.subarray(400, 7_600).map((sample, i) => Math.abs(sample - got[i + 400]!)))
      assert.ok(worst < 0.001, `worst error ${worst}`)
    })
  }

  it("keeps the voice band level and removes what would fold back into it", () => {
    for (const hertz of [100, 1_000, 4_000, 6_800]) {
      assert.ok(Math.abs(loudness(convert(sine(hertz, 48_000, 0.5), 48_000, 16_000))) < 0.1, `${hertz} Hz`)
    }
    for (const hertz of [8_500, 10_000, 15_000, 20_000]) {
      assert.ok(loudness(convert(sine(hertz, 48_000, 0.5), 48_000, 16_000)) < -65, `${hertz} Hz`)
    }
  })

  it("does not depend on how the signal is cut into blocks", () => {
    const signal = sine(321, 44_100, 0.3)
    assert.deepEqual(convert(signal, 44_100, 16_000, 128), convert(signal, 44_100, 16_000, 1_000))
  })
})

describe("the framer", () => {
  it("cuts whole frames and keeps the rest for the next ones", () => {
    const framer = new Framer()
    assert.deepEqual(framer.push(new Float32Array(FRAME_SAMPLES - 1)), [])
    const frames = framer.push(new Float32Array(FRAME_SAMPLES + 3).fill(0.5))
    assert.equal(frames.length, 2)
    assert.deepEqual([...frames[0]!.subarray(FRAME_SAMPLES - 2)], [0, 16_384])
    assert.equal(framer.push(new Float32Array(FRAME_SAMPLES - 2)).length, 1)
  })

  it("turns full scale into the largest integers, not beyond", () => {
    const [frame] = new Framer().push(Float32Array.of(2, -2, ...new Float32Array(FRAME_SAMPLES - 2)))
    assert.deepEqual([...frame!.subarray(0, 2)], [32_767, -32_767])
  })

  it("measures loudness in decibels full scale", () => {
    assert.equal(levelOf(new Int16Array(FRAME_SAMPLES)), -96)
    assert.ok(Math.abs(levelOf(new Int16Array(FRAME_SAMPLES).fill(32_767))) < 0.01)
  })
})
