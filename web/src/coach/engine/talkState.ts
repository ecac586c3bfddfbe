/** What a drawing of the talk needs to know, and the one phase that follows from it. */

import type { Ending, Session, Stage, Turn } from "@/api/types"
import type { LineState } from "./line.ts"
import type { NoMicrophone } from "./microphone.ts"
import type { Mode, RecognitionChoice, Refusal, Say } from "./protocol.ts"
import type { RecognitionFailure } from "./recognition.ts"

/** Who speaks for the customer: the server's voice, the browser's own, or nobody (captions alone). */
export type VoiceChoice = "server" | "browser" | "off"

export interface TalkSettings {
  mode: Mode
  voice: VoiceChoice
  recognition: RecognitionChoice
  /** With headphones the customer may be interrupted; with a loudspeaker the microphone rests while the customer speaks. */
  headphones: boolean
  muted: boolean
}

export type PauseReason = "asked" | "hidden" | "interrupted"

export interface TalkState {
  line: LineState
  /** The server has answered once. */
  greeted: boolean
  /** What the server can do: understand speech, speak. */
  recogniser: boolean
  voice: boolean
  settings: TalkSettings
  microphone: "on" | "off" | NoMicrophone
  recognitionFailure: RecognitionFailure | null
  turns: readonly Turn[]
  /** Said, and not yet committed by the server. */
  pending: readonly Say[]
  stage: Stage | null
  ending: Ending | null
  /** The turn whose voice sounds. */
  sounding: number | null
  /** The trainee is heard speaking, or holds the button. */
  speaking: boolean
  /** What the browser's recogniser has so far. */
  partial: string
  /** The end of an utterance was decided and its words are being worked out. */
  understanding: string | null
  /** The recorded utterance whose words the trainee is asked to type. */
  writing: string | null
  paused: PauseReason | null
  /** Seconds of speech lost because the line was gone for longer than a minute. */
  lostSeconds: number
  refusal: Refusal | null
}

export function firstState(session: Session, settings: TalkSettings, pending: readonly Say[]): TalkState {
  return {
    line: { state: "closed" },
    greeted: false,
    recogniser: false,
    voice: false,
    settings,
    microphone: "off",
    recognitionFailure: null,
    turns: session.turns,
    pending,
    stage: session.stage,
    ending: session.ending,
    sounding: null,
    speaking: false,
    partial: "",
    understanding: null,
    writing: null,
    paused: null,
    lostSeconds: 0,
    refusal: null,
  }
}

export type Phase =
  "opening" | "customer" | "yours" | "speaking" | "understanding" | "writing" | "waiting" | "paused" | "ended"

/** The one thing that is going on; what comes first is stronger. */
export function phaseOf(state: TalkState): Phase {
  if (state.ending !== null && state.sounding === null) return "ended"
  if (state.paused) return "paused"
  if (state.speaking) return "speaking"
  if (state.sounding !== null) return "customer"
  if (state.writing !== null) return "writing"
  if (state.understanding !== null) return "understanding"
  if (state.pending.length > 0) return "waiting"
  if (state.turns.length === 0) return "opening"
  return state.turns[state.turns.length - 1]!.speaker === "trainee" ? "waiting" : "yours"
}

/** What the customer said last, for the caption. */
export function lastOf(turns: readonly Turn[], speaker: Turn["speaker"]): Turn | null {
  for (let i = turns.length - 1; i >= 0; i -= 1) if (turns[i]!.speaker === speaker) return turns[i]!
  return null
}
