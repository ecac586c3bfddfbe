/**
 * Sample-rate conversion of a stream by a polyphase FIR filter.
 *
 * The low-pass is a Kaiser-windowed sinc. Its stop band begins at 1.05 of the lower Nyquist frequency, so what folds back
 * at 16 kHz lies above 7.6 kHz; the pass band reaches 0.87 of it (7 kHz). Kaiser's formulas for 70 dB of attenuation
 * give the window's shape and length (Oppenheim and Schafer, Discrete-Time Signal Processing, section 7.5.3).
 */

const ATTENUATION_DB = 70
const PASS_EDGE = 0.87
const STOP_EDGE = 1.05
const BETA = 0.1102 * (ATTENUATION_DB - 8.7)

export class Resampler {
  private readonly step: number
  private readonly phases: Float32Array[]
  private readonly phaseCount: number
  private readonly half: number
  private history: Float32Array
  /** Position of the next output sample, in input samples from the start of `history`: whole part and phase. */
  private whole: number
  private phase = 0

  constructor(from: number, to: number) {
    const divisor = greatestCommonDivisor(from, to)
    this.phaseCount = to / divisor
    this.step = from / divisor
    const nyquist = Math.min(from, to) / 2
    const cutoff = (((PASS_EDGE + STOP_EDGE) / 2) * nyquist) / from
    const transition = ((STOP_EDGE - PASS_EDGE) * nyquist) / from
    this.half = Math.ceil((ATTENUATION_DB - 8) / (2.285 * 2 * Math.PI * transition) / 2)
    this.phases = Array.from({ length: this.phaseCount }, (_, phase) => this.taps(phase / this.phaseCount, cutoff))
    this.history = new Float32Array(this.half)
    this.whole = this.half
  }

  /** How many seconds the filter delays the signal by: none; it waits for this much input instead. */
  lookahead(rate: number): number {
    return this.half / rate
  }

  /** The output that the input so far allows; what is left over waits for the next call. */
  push(input: Float32Array): Float32Array {
    const joined = new Float32Array(this.history.length + input.length)
    joined.set(this.history)
    joined.set(input, this.history.length)
    const output = new Float32Array(Math.max(0, this.available(joined.length)))
    for (let i = 0; i < output.length; i += 1) {
      output[i] = dot(joined, this.whole - this.half + 1, this.phases[this.phase]!)
      this.advance()
    }
    const keepFrom = Math.max(0, this.whole - this.half)
    this.history = joined.slice(keepFrom)
    this.whole -= keepFrom
    return output
  }

  /** The rest of the stream: what the filter still held back, as if silence followed. */
  flush(): Float32Array {
    return this.push(new Float32Array(this.half))
  }

  private available(length: number): number {
    const last = length - 1 - this.half
    if (last < this.whole) return 0
    return Math.floor(((last - this.whole) * this.phaseCount - this.phase + this.phaseCount - 1) / this.step) + 1
  }

  private advance(): void {
    const next = this.phase + this.step
    this.whole += Math.floor(next / this.phaseCount)
    this.phase = next % this.phaseCount
  }

  /** Filter taps for an output sample that lies `offset` (0..1) behind an input sample. */
  private taps(offset: number, cutoff: number): Float32Array {
    const taps = new Float32Array(2 * this.half)
    const norm = besselI0(BETA)
    let sum = 0
    for (let i = 0; i < taps.length; i += 1) {
      const distance = i - this.half + 1 - offset
      const position = distance / this.half
      const window = Math.abs(position) > 1 ? 0 : besselI0(BETA * Math.sqrt(1 - position * position)) / norm
      taps[i] = 2 * cutoff * sinc(2 * cutoff * distance) * window
      sum += taps[i]!
    }
    for (let i = 0; i < taps.length; i += 1) taps[i]! /= sum
    return taps
  }
}

function dot(signal: Float32Array, start: number, taps: Float32Array): number {
  let sum = 0
  for (let i = 0; i < taps.length; i += 1) sum += signal[start + i]! * taps[i]!
  return sum
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
