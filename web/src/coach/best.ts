import type { Practice, SessionCard } from "../api/types.ts"

const DAY = 86_400_000

/** The talk of the last day that beat every earlier one of its scenario, if one did: something was achieved. */
export function freshBest(practice: Practice, now: Date): SessionCard | null {
  const fresh = practice.recent.find(({ status, finished_at, total, scenario }) => {
    if (status !== "done" || !finished_at || total === null) return false
    if (now.getTime() - new Date(finished_at).getTime() > DAY) return false
    const all = practice.by_scenario.find((one) => one.scenario === scenario.id)
    const before = all?.totals.slice(0, -1) ?? []
    return before.length > 0 && total === all?.last && before.every((earlier) => earlier < total)
  })
  return fresh ?? null
}
