import type { Language, Practice, ScenarioCard } from "../api/types.ts"

/** Why a scenario comes next: the last attempt was weak, it was never tried, or it rested for `days`. */
export type Reason = { kind: "weak"; last: number } | { kind: "untried" } | { kind: "rested"; days: number }

export interface Suggestion {
  scenario: ScenarioCard
  reason: Reason
}

/** Below this a last attempt is practised again before anything new; it is the scenarios' usual pass mark and a margin. */
export const WEAK_BELOW = 80
/** What was done well is worth repeating after this long. */
export const RESTED_DAYS = 7

const DAY = 86_400_000

/**
 * What to practise next, at most `count`: first what went weakest, then what was never tried (in one's own language
 * first), then what rested longest. A scenario stands once, and one just done well stands not at all.
 */
export function nextUp(
  scenarios: readonly ScenarioCard[],
  practice: Practice,
  { language, now, count = 3 }: { language: Language; now: Date; count?: number },
): Suggestion[] {
  const done = new Map(practice.by_scenario.map((one) => [one.scenario, one]))
  const weak: (Suggestion & { order: number })[] = []
  const untried: (Suggestion & { order: number })[] = []
  const rested: (Suggestion & { order: number })[] = []
  for (const scenario of scenarios) {
    const mine = done.get(scenario.id)
    if (!mine || mine.last === null || mine.last_at === null) {
      untried.push({ scenario, reason: { kind: "untried" }, order: scenario.language === language ? 0 : 1 })
    } else if (mine.last < WEAK_BELOW) {
      weak.push({ scenario, reason: { kind: "weak", last: mine.last }, order: mine.last })
    } else {
      const days = Math.floor((now.getTime() - new Date(mine.last_at).getTime()) / DAY)
      if (days >= RESTED_DAYS) rested.push({ scenario, reason: { kind: "rested", days }, order: -days })
    }
  }
  const ordered = [weak, untried, rested].flatMap((group) => group.sort((a, b) => a.order - b.order))
  return ordered.slice(0, count).map(({ scenario, reason }) => ({ scenario, reason }))
}
