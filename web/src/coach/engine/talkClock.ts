/**
 * The talk clock: seconds of recorded microphone frames. It runs while the microphone is open, stops in a pause and ties
 * what was heard (audio context time) to what was recorded.
 */

import { FRAME_SECONDS } from "./protocol.ts"

export class TalkClock {
  private anchor: { frame: number; at: number } | null = null

  /** A frame with this number was recorded at this moment of the audio context. */
  mark(frame: number, at: number): void {
    this.anchor = { frame, at }
  }

  /** The clock stands: from now on there is no talk time until the next frame. */
  stop(): void {
    this.anchor = null
  }

  /** The talk time at a moment of the audio context, or null while the clock stands. */
  at(moment: number): number | null {
    if (!this.anchor) return null
    return Math.max(0, this.anchor.frame * FRAME_SECONDS + (moment - this.anchor.at))
  }
}
