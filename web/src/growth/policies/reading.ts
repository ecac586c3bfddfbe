import type { Match, MatchState } from "./types"

export const states: readonly MatchState[] = ["eligible", "nearly", "unknown", "not"]
export const tones = { eligible: "good", nearly: "caution", unknown: "plain", not: "plain" } as const
export const marks = ["V2", "V", "2nd", "M"] as const
/** A mark that a person should check before relying on it. */
export const weak = (mark: string): boolean => mark === "2nd" || mark === "M"

export const count = (matches: readonly Match[], state: MatchState): number => matches.filter((one) => one.state === state).length

/** Matches as a list shows them: narrowed by words and filters, in the order asked for. */
export function narrowed(matches: readonly Match[], q: string, filters: Record<string, string>, sort: string): Match[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  const found = matches.filter((one) => {
    const text = `${one.title.zh} ${one.title.en} ${one.issuer} ${one.number} ${one.benefit.zh} ${one.benefit.en}`.toLowerCase()
    const kept = (key: "state" | "level" | "mark" | "origin"): boolean => !filters[key] || one[key] === filters[key]
    const window = !filters.window || (filters.window === "free" ? one.application === false : one.phase === filters.window)
    return words.every((word) => text.includes(word)) && kept("state") && kept("level") && kept("mark") && kept("origin") && window
  })
  if (sort === "amount") return found.sort((a, b) => Number(b.amount ?? -1) - Number(a.amount ?? -1))
  if (sort === "closing") return found.sort((a, b) => closing(a) - closing(b))
  return found
}

function closing({ phase, days }: Match): number {
  return (phase === "closing" || phase === "open") && days !== null ? days : Number.MAX_SAFE_INTEGER
}
