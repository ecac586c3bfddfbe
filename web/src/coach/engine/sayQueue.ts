/**
 * What the trainee said and the server has not yet committed. Kept outside the page as well, so that a reload or a dead
 * battery loses no sentence; the key makes sure that none is committed twice.
 */

import type { Say } from "./protocol.ts"

export interface KeyValueStore {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

export class SayQueue {
  private says: Say[]
  private readonly slot: string
  private readonly store: KeyValueStore | null
  private readonly makeKey: () => string

  constructor(session: string, store: KeyValueStore | null, makeKey: () => string = randomKey) {
    this.slot = `alula.coach.says.${session}`
    this.store = store
    this.makeKey = makeKey
    this.says = this.load()
  }

  get pending(): readonly Say[] {
    return this.says
  }

  /** Whether the words of this recorded utterance were already given. */
  covers(utterance: string): boolean {
    return this.says.some((say) => say.utterance === utterance)
  }

  add(text: string, typed: boolean, utterance: string | null): Say {
    const say: Say = { type: "say", key: this.makeKey(), text, typed, utterance }
    this.says = [...this.says, say]
    this.save()
    return say
  }

  /** The server committed this one: the answer is whether it was waited for. */
  settle(key: string): boolean {
    const left = this.says.filter((say) => say.key !== key)
    const found = left.length < this.says.length
    this.says = left
    if (found) this.save()
    return found
  }

  private save(): void {
    try {
      if (this.says.length === 0) this.store?.removeItem(this.slot)
      else this.store?.setItem(this.slot, JSON.stringify(this.says))
    } catch {
      // A full or forbidden store: the sentence is still kept by the page itself.
    }
  }

  private load(): Say[] {
    try {
      const kept: unknown = JSON.parse(this.store?.getItem(this.slot) ?? "[]")
      return Array.isArray(kept) ? kept.filter(isSay) : []
    } catch {
      return []
    }
  }
}

/** 128 random bits. `crypto.randomUUID` is missing where the page did not come over HTTPS. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")
}

function isSay(value: unknown): value is Say {
  const say = value as Partial<Say> | null
  return say?.type === "say" && typeof say.key === "string" && typeof say.text === "string"
}
