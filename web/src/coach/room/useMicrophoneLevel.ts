import { onScopeDispose } from "vue"
import type { Microphone } from "@/coach/engine/microphone"

/** From here on a voice counts as heard: a quiet room lies below, a voice at arm's length well above. */
export const HEARD_DB = -42
const FLOOR_DB = -60
const CEILING_DB = -12

/** How loud the microphone is, 0..1, falling slowly so that a ring does not flicker. */
export function useMicrophoneLevel(microphone: Microphone | null): { level: () => number; heard: () => boolean } {
  let level = 0
  let heard = false
  const stop = microphone?.on("level", (decibels) => {
    const now = Math.min(1, Math.max(0, (decibels - FLOOR_DB) / (CEILING_DB - FLOOR_DB)))
    level = Math.max(now, level * 0.85)
    heard ||= decibels > HEARD_DB
  })
  onScopeDispose(() => stop?.())
  return { level: () => level, heard: () => heard }
}
