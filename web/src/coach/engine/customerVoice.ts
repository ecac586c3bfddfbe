/**
 * Whoever speaks for the customer: the server's voice or the browser's own. Says which turn sounds, and once for each turn
 * when it was heard on the talk clock.
 */

import type { Turn } from "@/api/types"
import type { BrowserVoice } from "./browserVoice.ts"
import { Emitter } from "./emitter.ts"
import type { Playback } from "./playback.ts"

export interface CustomerVoiceEvents {
  /** The turn that sounds, or whose voice is on the way; null for silence. */
  sounding: number | null
  /** Seconds of the talk clock. */
  heard: { turn: number; start: number; end: number }
  /** The browser's voice does not work here. */
  mute: null
}

export interface CustomerVoiceParts {
  playback: Playback | null
  browser: BrowserVoice
  /** The talk time of a moment of the audio context (now, when none is given); null while the clock stands. */
  talkTime: (moment?: number) => number | null
}

/** A voice that was announced by its turn and has not begun within this time is not waited for. */
const VOICE_WITHIN = 2_500

export class CustomerVoice extends Emitter<CustomerVoiceEvents> {
  private current: number | null = null
  private due: ReturnType<typeof setTimeout> | undefined
  private readonly startedAt = new Map<number, number>()
  private readonly reported = new Set<number>()
  private readonly parts: CustomerVoiceParts
  private readonly cleanUp: (() => void)[]

  constructor(parts: CustomerVoiceParts) {
    super()
    this.parts = parts
    const { playback, browser, talkTime } = parts
    this.cleanUp = [
      browser.on("started", ({ turn }) => this.started(turn, talkTime())),
      browser.on("ended", ({ turn }) => this.ended(turn, talkTime())),
      browser.on("failed", () => this.emit("mute", null)),
    ]
    if (playback) {
      this.cleanUp.push(
        playback.on("started", ({ turn, at }) => this.started(turn, talkTime(at))),
        playback.on("ended", ({ turn, end }) => this.ended(turn, talkTime(end))),
      )
    }
  }

  get sounding(): number | null {
    return this.current
  }

  /** The turn is here and its voice is on the way: the customer counts as speaking, so that nothing happens in between. */
  expect(turn: number): void {
    if (!this.parts.playback) return
    this.become(turn)
    clearTimeout(this.due)
    this.due = setTimeout(() => {
      if (this.parts.playback?.sounding !== turn && this.current === turn) this.become(null)
    }, VOICE_WITHIN)
  }

  speak(turn: Turn, muted: boolean): void {
    this.parts.browser.speak(turn.index, turn.text, muted)
  }

  /** Once more; it does not count as heard again. */
  again(turn: number, audio: AudioBuffer): void {
    this.reported.add(turn)
    this.parts.playback?.play(turn, audio)
  }

  /** The customer falls silent at once. */
  hush(): void {
    this.parts.playback?.stop()
    this.parts.browser.stop()
    this.become(null)
  }

  /** Loudness 0..1. The browser's own voice tells nobody how loud it is: it gets an even movement. */
  level(): number {
    if (this.parts.browser.sounding !== null) return 0.35 + 0.25 * Math.sin(performance.now() / 70)
    return this.parts.playback?.level() ?? 0
  }

  close(): void {
    clearTimeout(this.due)
    this.cleanUp.forEach((undo) => undo())
    this.hush()
    this.clear()
  }

  private started(turn: number, at: number | null): void {
    if (at !== null && !this.startedAt.has(turn)) this.startedAt.set(turn, at)
    this.become(turn)
  }

  private ended(turn: number, end: number | null): void {
    if (this.current === turn) this.become(null)
    const start = this.startedAt.get(turn)
    if (start === undefined || end === null || this.reported.has(turn)) return
    this.reported.add(turn)
    this.emit("heard", { turn, start: round(start), end: round(Math.max(start, end)) })
  }

  private become(sounding: number | null): void {
    if (this.current === sounding) return
    this.current = sounding
    this.emit("sounding", sounding)
  }
}

/** Milliseconds are as fine as the ear. */
function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
