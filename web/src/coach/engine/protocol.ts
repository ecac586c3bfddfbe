/** The messages of `docs/coach/protocol.md` as types, and the two binary frames. */

import type { Ending, Stage, Turn } from "@/api/types"

export const SAMPLE_RATE = 16_000
export const FRAME_SECONDS = 0.02
export const FRAME_SAMPLES = SAMPLE_RATE * FRAME_SECONDS
export const FRAMES_PER_SECOND = 1 / FRAME_SECONDS

export type Mode = "hands_free" | "push_to_talk" | "text"
export type RecognitionChoice = "server" | "browser" | "none"

/** A refusal; the talk goes on. */
export interface Refusal {
  code: string
  title: string
  field?: string | null
  expected?: unknown
}

export type ClientMessage =
  | { type: "hello"; mode: Mode; recognition: RecognitionChoice; frame: number; turns: number }
  | { type: "ping" }
  | { type: "mode"; mode: Mode; recognition: RecognitionChoice }
  | { type: "talk"; down: boolean; frame: number }
  | { type: "partial"; text: string }
  | Say
  | Played
  | { type: "drop"; utterance: string }
  | { type: "pause" }
  | { type: "resume" }
  | { type: "finish" }

/** Commits the trainee's turn. The same `key` is the same turn, however often it is sent. */
export interface Say {
  type: "say"
  key: string
  text: string
  typed: boolean
  utterance: string | null
}

/** When the customer's voice was heard, in seconds of the talk clock. */
export interface Played {
  type: "played"
  turn: number
  start: number
  end: number
}

export interface Speech {
  type: "speech"
  state: "started" | "paused" | "ended"
  utterance: string
  start: number
  end: number | null
}

export interface Heard {
  type: "heard"
  utterance: string
  text: string | null
}

export interface TurnMessage {
  type: "turn"
  turn: Turn
  stage: Stage | null
  ending: Ending | null
  key: string | null
}

export interface Ready {
  type: "ready"
  session: string
  next_frame: number
  recogniser: boolean
  voice: boolean
}

export type ServerMessage =
  | Ready
  | { type: "pong" }
  | { type: "ack"; frame: number }
  | { type: "got"; frame: number }
  | Speech
  | Heard
  | TurnMessage
  | { type: "voice"; turn: number; rate: number }
  | { type: "voice_end"; turn: number }
  | { type: "ended"; ending: Ending }
  | { type: "problem"; problem: Refusal }

/** Why a connection was closed for good; after any other close the client connects again. */
export const CLOSE_REASONS = {
  4401: "signed_out",
  4403: "wrong_origin",
  4404: "not_found",
  4409: "over",
  4410: "elsewhere",
} as const

export type CloseReason = (typeof CLOSE_REASONS)[keyof typeof CLOSE_REASONS]

/** A microphone frame as it travels: u32 little-endian number, then 640 bytes of PCM. */
export function encodeFrame(frame: number, samples: Int16Array): ArrayBuffer {
  const buffer = new ArrayBuffer(4 + samples.length * 2)
  const view = new DataView(buffer)
  view.setUint32(0, frame, true)
  for (let i = 0; i < samples.length; i += 1) view.setInt16(4 + i * 2, samples[i]!, true)
  return buffer
}

/** A piece of the customer's voice: u32 little-endian turn index, then PCM int16. An odd last byte is not a sample. */
export function decodeVoice(buffer: ArrayBuffer): { turn: number; samples: Int16Array } | null {
  if (buffer.byteLength < 4) return null
  const view = new DataView(buffer)
  const count = Math.floor((buffer.byteLength - 4) / 2)
  const samples = new Int16Array(count)
  for (let i = 0; i < count; i += 1) samples[i] = view.getInt16(4 + i * 2, true)
  return { turn: view.getUint32(0, true), samples }
}
