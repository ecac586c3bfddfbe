/**
 * The frames that the server has not yet acknowledged, at most one minute of them.
 *
 * `next` is the number that the next recorded frame gets, `sent` the number of the next one to go on the line. A frame stays
 * until it is acknowledged, because a server that was killed asks for it again.
 */

import { FRAMES_PER_SECOND } from "./protocol.ts"

export const RING_SECONDS = 60

export class FrameRing {
  private frames: Int16Array[] = []
  private first = 0
  private cursor = 0
  private readonly capacity: number

  constructor(seconds = RING_SECONDS) {
    this.capacity = seconds * FRAMES_PER_SECOND
  }

  get next(): number {
    return this.first + this.frames.length
  }

  get sent(): number {
    return this.cursor
  }

  get oldest(): number {
    return this.first
  }

  get unsent(): number {
    return this.next - this.cursor
  }

  /** Keep a frame. The answer is the number of a frame that was lost unsent because the ring is full, else null. */
  push(frame: Int16Array): number | null {
    this.frames.push(frame)
    if (this.frames.length <= this.capacity) return null
    this.frames.shift()
    this.first += 1
    if (this.cursor >= this.first) return null
    this.cursor = this.first
    return this.first - 1
  }

  /** Every frame below `frame` may be forgotten. */
  acknowledge(frame: number): void {
    const count = Math.min(frame, this.next) - this.first
    if (count <= 0) return
    this.frames.splice(0, count)
    this.first += count
    this.cursor = Math.max(this.cursor, this.first)
  }

  /**
   * Go on where the server stands. A clock that is behind (a reloaded page) is set to `nextFrame`; a frame that is still
   * kept is sent again; one that is no longer kept is a gap which the server counts as silence.
   */
  resume(nextFrame: number): void {
    if (nextFrame > this.next) {
      this.frames = []
      this.first = nextFrame
    }
    this.cursor = Math.max(nextFrame, this.first)
  }

  /** The next frame to send, or null when all were sent. */
  take(): { number: number; samples: Int16Array } | null {
    const samples = this.frames[this.cursor - this.first]
    if (!samples) return null
    this.cursor += 1
    return { number: this.cursor - 1, samples }
  }
}
