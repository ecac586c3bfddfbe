import { onScopeDispose, reactive, readonly } from "vue"
import type { Evidence, Turn } from "@/api/types"
import { turnOf } from "./reading"

export interface PlayerState {
  /** The turn that sounds, or whose sound is being fetched. */
  turn: number | null
  /** The evidence for which it sounds; null when it sounds for itself. */
  evidence: string | null
  /** Where in the talk it sounds. */
  seconds: number | null
  /** A turn whose sound is gone. */
  missing: number | null
}

export interface Player {
  state: Readonly<PlayerState>
  can: (evidence: Evidence) => boolean
  /** Play what evidence rests on: its seconds where it has some, else its whole turn. */
  playEvidence: (evidence: Evidence) => Promise<void>
  /** Play a turn from a second of the talk on; with `goOn` the rest of the talk after it. */
  play: (turn: Turn, from?: number | null, goOn?: boolean) => Promise<void>
  stop: () => void
}

/** A little before the words, so that one hears them begin; the recording begins a moment before the first sound too. */
const BEFORE = 0.25
const AFTER = 0.35

/** By what a piece of evidence is told from another of the same turn. */
export function keyOf({ turn, quote, seconds }: Evidence): string {
  return JSON.stringify([turn, quote, seconds])
}

/** One loudspeaker for the whole report. Sound is fetched whole, because only then can every browser jump in it. */
export function usePlayer(turns: () => readonly Turn[]): Player {
  const state = reactive<PlayerState>({ turn: null, evidence: null, seconds: null, missing: null })
  const audio = new Audio()
  const fetched = new Map<string, string>()
  let begin = 0
  let until: number | null = null
  let goesOn = false

  audio.addEventListener("timeupdate", () => {
    if (state.turn === null) return
    state.seconds = begin + audio.currentTime
    if (until !== null && state.seconds >= until) stop()
  })
  audio.addEventListener("ended", () => {
    const next =
      state.turn === null || !goesOn ? undefined : turns().find(({ index, audio }) => index > state.turn! && audio)
    if (next) void play(next, null, true)
    else stop()
  })

  const can = (evidence: Evidence): boolean => Boolean(turnOf(evidence, turns())?.audio)

  async function playEvidence(evidence: Evidence): Promise<void> {
    const turn = turnOf(evidence, turns())
    if (!turn) return
    const playing = play(turn, evidence.seconds?.[0] ?? null)
    state.evidence = keyOf(evidence)
    await playing
    if (state.evidence === keyOf(evidence)) until = evidence.seconds ? evidence.seconds[1] + AFTER : null
  }

  async function play(turn: Turn, from: number | null = null, goOn = false): Promise<void> {
    stop()
    if (!turn.audio) return
    state.turn = turn.index
    goesOn = goOn
    try {
      const source = await sourceOf(turn.audio)
      if (state.turn !== turn.index) return
      begin = turn.start ?? 0
      audio.src = source
      audio.currentTime = from === null ? 0 : Math.max(0, from - begin - BEFORE)
      await audio.play()
    } catch {
      if (state.turn !== turn.index) return
      stop()
      state.missing = turn.index
    }
  }

  async function sourceOf(url: string): Promise<string> {
    const known = fetched.get(url)
    if (known) return known
    const response = await fetch(url, { credentials: "same-origin" })
    if (!response.ok) throw new Error(`no sound: ${response.status}`)
    const source = URL.createObjectURL(await response.blob())
    fetched.set(url, source)
    return source
  }

  function stop(): void {
    audio.pause()
    until = null
    goesOn = false
    state.turn = state.evidence = state.seconds = state.missing = null
  }

  onScopeDispose(() => {
    stop()
    fetched.forEach((source) => URL.revokeObjectURL(source))
  })
  return { state: readonly(state), can, playEvidence, play, stop }
}
