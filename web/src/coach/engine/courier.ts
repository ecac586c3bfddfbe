/**
 * Brings the trainee's sentences to the server: by the line, and by HTTP when the line does not take them. The key makes
 * one turn of a sentence that went both ways.
 */

import type { Line } from "./line.ts"
import type { Say } from "./protocol.ts"
import type { SayQueue } from "./sayQueue.ts"
import type { Tape } from "./tape.ts"

/** A sentence that the line has not taken for so long is sent by HTTP as well. */
export const OTHER_WAY_AFTER = 3_000

export interface CourierParts {
  says: SayQueue
  tape: Tape
  line: Line
  /** Send one by HTTP; rejects when that way is shut too. */
  otherWay: (say: Say) => Promise<void>
}

export class Courier {
  private readonly parts: CourierParts
  private readonly waits = new Map<string, ReturnType<typeof setTimeout>>()
  private closed = false

  constructor(parts: CourierParts) {
    this.parts = parts
    for (const say of parts.says.pending) this.send(say)
  }

  bring(text: string, typed: boolean, utterance: string | null): void {
    this.send(this.parts.says.add(text, typed, utterance))
  }

  /** The server has it. */
  settle(key: string): void {
    clearTimeout(this.waits.get(key))
    this.waits.delete(key)
    this.parts.tape.release((message) => message.type === "say" && message.key === key)
    this.parts.says.settle(key)
  }

  close(): void {
    this.closed = true
    this.waits.forEach((wait) => clearTimeout(wait))
  }

  private send(say: Say): void {
    this.parts.tape.write(say)
    this.parts.line.pump()
    this.wait(say)
  }

  private wait(say: Say): void {
    if (this.closed) return
    this.waits.set(
      say.key,
      setTimeout(() => void this.tryOtherWay(say), OTHER_WAY_AFTER),
    )
  }

  private async tryOtherWay(say: Say): Promise<void> {
    const { line, says, otherWay } = this.parts
    const waited = (): boolean => says.pending.some(({ key }) => key === say.key)
    if (!waited() || line.state.state === "failed") return
    if (!line.connected) await otherWay(say).catch(() => undefined) // neither way is open: it waits for either
    if (waited()) this.wait(say)
  }
}
