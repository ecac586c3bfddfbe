/**
 * The browser's own speech recognition, a choice that sends the voice to the browser's maker and is therefore asked for
 * before its first use. It only listens while the trainee's voice passes the gate, so that it never hears the customer.
 */

import { Emitter } from "./emitter.ts"

export type RecognitionFailure = "refused" | "network" | "microphone" | "language" | "unsupported"

export interface RecognitionEvents {
  partial: string
  failed: RecognitionFailure
}

/** The part of the browsers' SpeechRecognition that is used; the DOM types do not carry it everywhere. */
export interface Recogniser {
  lang: string
  continuous: boolean
  interimResults: boolean
  onresult: ((event: RecogniserResult) => void) | null
  onerror: ((event: { error: string }) => void) | null
  onend: (() => void) | null
  start(): void
  stop(): void
  abort(): void
}

export interface RecogniserResult {
  results: ArrayLike<{ isFinal: boolean; 0: { transcript: string } }>
}

/** How long the last words may still be worked on after the end of a turn was decided. */
export const LAST_WORDS_WITHIN = 1_200

const FAILURES: Record<string, RecognitionFailure> = {
  "not-allowed": "refused",
  "service-not-allowed": "refused",
  network: "network",
  "audio-capture": "microphone",
  "language-not-supported": "language",
}

/** The browser's recogniser, or null where it has none. */
export function findRecogniser(scope: object = globalThis): (() => Recogniser) | null {
  const found = scope as { SpeechRecognition?: new () => Recogniser; webkitSpeechRecognition?: new () => Recogniser }
  const Maker = found.SpeechRecognition ?? found.webkitSpeechRecognition
  return Maker ? () => new Maker() : null
}

export class Recognition extends Emitter<RecognitionEvents> {
  private recogniser: Recogniser | null = null
  private wanted = false
  private fixed = ""
  private interim = ""
  private earlier = ""
  private settled: (() => void) | null = null
  private readonly make: () => Recogniser
  private readonly language: string

  constructor(make: () => Recogniser, language: "zh" | "en") {
    super()
    this.make = make
    this.language = language === "zh" ? "zh-CN" : "en-US"
  }

  get listening(): boolean {
    return this.wanted
  }

  /** Listen until told otherwise; a recogniser that stops by itself is started again. */
  start(): void {
    this.wanted = true
    if (!this.recogniser) this.run()
  }

  /** Stop listening but keep what was understood until it is taken. */
  stop(): void {
    this.wanted = false
    this.recogniser?.stop()
  }

  /** Forget what was understood and stop at once. */
  discard(): void {
    this.wanted = false
    this.earlier = this.fixed = this.interim = ""
    this.recogniser?.abort()
  }

  /** The words since the last taking, once the recogniser has settled them or `LAST_WORDS_WITHIN` has passed. */
  async take(): Promise<string> {
    if (this.interim && this.recogniser) {
      await new Promise<void>((resolve) => {
        this.settled = resolve
        setTimeout(resolve, LAST_WORDS_WITHIN)
      })
    }
    const text = this.text()
    this.earlier = this.fixed = this.interim = ""
    this.recogniser?.abort()
    return text
  }

  private text(): string {
    return `${this.earlier}${this.fixed}${this.interim}`.trim()
  }

  private run(): void {
    const recogniser = this.make()
    this.recogniser = recogniser
    recogniser.lang = this.language
    recogniser.continuous = true
    recogniser.interimResults = true
    recogniser.onresult = (event) => this.recogniser === recogniser && this.understand(event)
    recogniser.onerror = (event) => this.recogniser === recogniser && this.fail(event.error)
    recogniser.onend = () => this.recogniser === recogniser && this.ended()
    recogniser.start()
  }

  private understand(event: RecogniserResult): void {
    const results = Array.from(event.results)
    this.fixed = results
      .filter((result) => result.isFinal)
      .map((result) => result[0].transcript)
      .join("")
    this.interim = results
      .filter((result) => !result.isFinal)
      .map((result) => result[0].transcript)
      .join("")
    this.emit("partial", this.text())
    if (!this.interim) this.settle()
  }

  private fail(error: string): void {
    const failure = FAILURES[error]
    if (!failure) return
    this.wanted = false
    this.emit("failed", failure)
  }

  private ended(): void {
    this.recogniser = null
    this.earlier = this.text()
    this.fixed = this.interim = ""
    this.settle()
    if (this.wanted) this.run()
  }

  private settle(): void {
    this.settled?.()
    this.settled = null
  }
}
