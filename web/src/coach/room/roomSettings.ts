import { keep, readKept } from "@/app/kept"
import type { RecognitionChoice } from "@/coach/engine/protocol"
import type { TalkSettings } from "@/coach/engine/talkState"

/** How this person likes to talk, kept on this device; and whether they allowed the browser to recognise speech. */
export interface KeptSettings extends TalkSettings {
  /** The person was told that the browser's recognition sends the voice away, and allowed it. */
  allowed: boolean
}

const first: KeptSettings = {
  mode: "push_to_talk",
  voice: "server",
  recognition: "server",
  headphones: false,
  muted: false,
  allowed: false,
}

export function readSettings(): KeptSettings {
  try {
    return { ...first, ...(JSON.parse(readKept("room") ?? "{}") as Partial<KeptSettings>) }
  } catch {
    return first
  }
}

export function keepSettings(settings: KeptSettings): void {
  keep("room", JSON.stringify(settings))
}

/** What the recognition choice means here: the browser's only where it exists and was allowed. */
export function recognitionOf({ recognition, allowed }: KeptSettings, browserCan: boolean): RecognitionChoice {
  return recognition === "browser" && !(browserCan && allowed) ? "server" : recognition
}
