/**
 * The browser's own voice as a choice. Some browsers speak on their maker's servers: `stays` says whether the voice that
 * would be taken works on this machine alone.
 */

import { Emitter } from "./emitter.ts"

export interface BrowserVoiceEvents {
  started: { turn: number }
  ended: { turn: number; broken: boolean }
  failed: { turn: number }
}

export class BrowserVoice extends Emitter<BrowserVoiceEvents> {
  private speaking: { turn: number; started: boolean } | null = null
  private readonly language: string
  private readonly synthesis: SpeechSynthesis | undefined

  constructor(language: "zh" | "en", synthesis: SpeechSynthesis | undefined = globalThis.speechSynthesis) {
    super()
    this.language = language === "zh" ? "zh-CN" : "en-US"
    this.synthesis = synthesis
  }

  get available(): boolean {
    return this.choose() !== null
  }

  /** Whether the words stay on this machine. */
  get stays(): boolean {
    return this.choose()?.localService ?? false
  }

  get sounding(): number | null {
    return this.speaking?.turn ?? null
  }

  speak(turn: number, text: string, muted: boolean): void {
    this.stop()
    const voice = this.choose()
    if (!this.synthesis || !voice) return this.emit("failed", { turn })
    const utterance = new SpeechSynthesisUtterance(text)
    const mine = { turn, started: false }
    this.speaking = mine
    utterance.voice = voice
    utterance.lang = voice.lang
    utterance.volume = muted ? 0 : 1
    utterance.onstart = () => {
      mine.started = true
      this.emit("started", { turn })
    }
    utterance.onend = () => this.end(mine, false)
    utterance.onerror = () => this.fail(mine)
    this.synthesis.speak(utterance)
  }

  stop(): void {
    const mine = this.speaking
    if (!mine) return
    this.end(mine, true)
    this.synthesis?.cancel()
  }

  private end(mine: { turn: number; started: boolean }, broken: boolean): void {
    if (this.speaking !== mine) return
    this.speaking = null
    if (mine.started) this.emit("ended", { turn: mine.turn, broken })
  }

  private fail(mine: { turn: number; started: boolean }): void {
    if (this.speaking !== mine) return
    this.speaking = null
    this.emit("failed", { turn: mine.turn })
  }

  /** A voice of the language, one that works on this machine before one that does not. */
  private choose(): SpeechSynthesisVoice | null {
    const wanted = this.language.slice(0, 2)
    const voices = (this.synthesis?.getVoices() ?? []).filter((voice) => voice.lang.toLowerCase().startsWith(wanted))
    return voices.find((voice) => voice.localService) ?? voices[0] ?? null
  }
}
