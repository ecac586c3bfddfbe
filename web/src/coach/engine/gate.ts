/**
 * What of the microphone goes on the line as voice, and what as frames of zeros.
 *
 * Zeros keep the talk clock running while nothing of the room is sent: when the button is up, while the customer sounds
 * from a loudspeaker, while the trainee types what was said. Push-to-talk holds frames back a moment, so that a word begun
 * just before the button went down is whole, and stays open a moment after it went up.
 */

import { FRAME_SAMPLES } from "./protocol.ts"

/** 160 ms: people press about as late as they begin to speak, and let go about as early. */
export const BUTTON_MARGIN_FRAMES = 8
/** 120 ms: what a loudspeaker and a room still give back after the customer's last sample. */
export const ECHO_TAIL_FRAMES = 6

export interface GateOutput {
  frame(samples: Int16Array): void
  talk(down: boolean): void
}

const SILENCE = new Int16Array(FRAME_SAMPLES)

export class Gate {
  private handsFree = true
  private held: Int16Array[] = []
  private pressed = false
  private tail = 0
  private muzzled = false
  private echo = 0
  private readonly out: GateOutput

  constructor(out: GateOutput) {
    this.out = out
  }

  /** Whether the trainee's voice passes at this moment. */
  get open(): boolean {
    if (this.handsFree) return !this.muzzled
    return this.pressed || this.tail > 0
  }

  /** Frames held back because the button might go down: recorded, but not yet numbered. */
  get holding(): number {
    return this.held.length
  }

  /** Nothing of the room passes while this is on; a pressed button is stronger. */
  muzzle(on: boolean): void {
    if (this.muzzled && !on) this.echo = ECHO_TAIL_FRAMES
    this.muzzled = on
  }

  /** With the button it alone decides; without, everything passes unless it is muzzled. */
  useButton(on: boolean): void {
    if (this.pressed || this.tail > 0) this.out.talk(false)
    this.pressed = false
    this.tail = 0
    this.handsFree = !on
  }

  press(): void {
    if (this.handsFree || this.pressed) return
    this.pressed = true
    if (this.tail > 0) this.tail = 0
    else this.out.talk(true)
    this.spill((samples) => samples)
  }

  release(): void {
    if (!this.pressed) return
    this.pressed = false
    this.tail = BUTTON_MARGIN_FRAMES
  }

  push(recorded: Int16Array): void {
    // A pressed button passes everything; what is only held back is silenced like what passes hands-free.
    const samples = !this.pressed && this.tail === 0 && (this.muzzled || this.echo > 0) ? SILENCE : recorded
    this.echo = Math.max(0, this.echo - 1)
    if (this.handsFree) {
      this.spill(() => SILENCE)
      this.out.frame(samples)
    } else if (this.pressed) {
      this.out.frame(samples)
    } else if (this.tail > 0) {
      this.out.frame(samples)
      this.tail -= 1
      if (this.tail === 0) this.out.talk(false)
    } else {
      this.held.push(samples)
      if (this.held.length > BUTTON_MARGIN_FRAMES) {
        this.held.shift()
        this.out.frame(SILENCE)
      }
    }
  }

  private spill(make: (samples: Int16Array) => Int16Array): void {
    const held = this.held
    this.held = []
    held.forEach((samples) => this.out.frame(make(samples)))
  }
}
