/**
 * What the client still owes the server, in the order in which it happened: frames, and messages between them.
 *
 * A message is written at the frame where it happened and goes out when every earlier frame has. After a cut the tape is
 * wound back to where the server stands, and what was not released goes out again in the same order.
 */

import { FrameRing } from "./frameRing.ts"
import type { ClientMessage } from "./protocol.ts"

interface Mark {
  frame: number
  message: ClientMessage
  sent: boolean
}

export type TapeItem = { message: ClientMessage } | { number: number; samples: Int16Array }

export class Tape {
  readonly ring: FrameRing
  private marks: Mark[] = []

  constructor(ring = new FrameRing()) {
    this.ring = ring
  }

  /** Keep a frame; the answer is the number of a frame lost unsent because the minute is full, else null. */
  push(samples: Int16Array): number | null {
    return this.ring.push(samples)
  }

  /** Write a message at this moment. It stays until `release` takes it off or, for `talk`, its frame is acknowledged. */
  write(message: ClientMessage): void {
    this.marks.push({ frame: this.ring.next, message, sent: false })
  }

  /** Take off the messages for which `done` holds. */
  release(done: (message: ClientMessage) => boolean): void {
    this.marks = this.marks.filter((mark) => !done(mark.message))
  }

  acknowledge(frame: number): void {
    this.ring.acknowledge(frame)
    this.marks = this.marks.filter((mark) => !(mark.sent && mark.frame < frame && isMomentary(mark.message)))
  }

  resume(nextFrame: number): void {
    this.ring.resume(nextFrame)
    for (const mark of this.marks) mark.sent = false
  }

  /** What goes on the line next, or null when nothing is owed. */
  take(): TapeItem | null {
    const mark = this.marks.find((candidate) => !candidate.sent)
    if (mark && mark.frame <= this.ring.sent) {
      mark.sent = true
      return { message: mark.message }
    }
    return this.ring.take()
  }
}

/** Messages that mean something only at their frame. */
function isMomentary(message: ClientMessage): boolean {
  return message.type === "talk" || message.type === "drop"
}
