/** Cuts a stream of samples into frames of 20 ms and turns them into 16-bit integers. */

import { FRAME_SAMPLES } from "./protocol.ts"

const FULL_SCALE = 32_767

export class Framer {
  private frame = new Int16Array(FRAME_SAMPLES)
  private filled = 0

  /** Every frame that `samples` (-1..1) completed, oldest first. */
  push(samples: Float32Array): Int16Array[] {
    const frames: Int16Array[] = []
    for (const sample of samples) {
      this.frame[this.filled] = Math.round(Math.max(-1, Math.min(1, sample)) * FULL_SCALE)
      this.filled += 1
      if (this.filled === FRAME_SAMPLES) {
        frames.push(this.frame)
        this.frame = new Int16Array(FRAME_SAMPLES)
        this.filled = 0
      }
    }
    return frames
  }
}

/** Level of a frame in decibels full scale; -96 for silence. */
export function levelOf(samples: Int16Array): number {
  let power = 0
  for (const sample of samples) power += (sample / FULL_SCALE) ** 2
  return power === 0 ? -96 : Math.max(-96, 10 * Math.log10(power / samples.length))
}
