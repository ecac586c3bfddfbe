import workletUrl from "@/coach/engine/capture.worklet.ts?worker&url"
import { Microphone } from "@/coach/engine/microphone"
import { Playback } from "@/coach/engine/playback"

/** What this browser has of sound: one audio clock for microphone and loudspeaker, or nothing at all. */
export interface Sound {
  context: AudioContext | null
  microphone: Microphone | null
  playback: Playback | null
}

export function makeSound(): Sound {
  if (typeof AudioContext !== "function") return { context: null, microphone: null, playback: null }
  const context = new AudioContext({ latencyHint: "interactive" })
  return { context, microphone: new Microphone(context, workletUrl), playback: new Playback(context) }
}

export async function closeSound({ context, microphone }: Sound): Promise<void> {
  microphone?.stop()
  if (context && context.state !== "closed") await context.close()
}

/** Two quiet notes, to hear whether the loudspeaker is on. */
export function chime(context: AudioContext): void {
  const begin = context.currentTime + 0.05
  for (const [index, hertz] of [523.25, 659.25].entries()) {
    const note = context.createOscillator()
    const loudness = context.createGain()
    const at = begin + index * 0.22
    note.frequency.value = hertz
    loudness.gain.setValueAtTime(0, at)
    loudness.gain.linearRampToValueAtTime(0.25, at + 0.03)
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.5)
    note.connect(loudness).connect(context.destination)
    note.start(at)
    note.stop(at + 0.55)
  }
}
