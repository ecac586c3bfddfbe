import type { Result, TierName } from "../types"

/** The result in one sentence: what is met today and what is missing to the next tier. `n` counts conditions. */
export interface Standing {
  key: "top" | "next_ready" | "next_stated" | "next_missing" | "next_open" | "next_judged" | "barred"
  tier: TierName | null
  n: number
}

const LADDER: readonly TierName[] = ["innovative", "provincial", "giant"]

export function standing({ reports, held }: Pick<Result, "reports" | "held">): Standing {
  const top = Math.max(-1, ...held.map((tier) => LADDER.indexOf(tier)))
  const ahead = LADDER.slice(top + 1).flatMap((tier) => reports[tier] ?? [])
  const [goal] = ahead
  if (!goal) return { key: "top", tier: LADDER[top] ?? null, n: 0 }
  if (goal.outcome === "ineligible") return { key: "barred", tier: goal.tier, n: goal.counts.unmet }
  if (goal.outcome === "pass" && goal.to_confirm?.length) return { key: "next_stated", tier: goal.tier, n: goal.to_confirm.length }
  if (goal.outcome === "pass") return { key: "next_ready", tier: goal.tier, n: 0 }
  if (goal.outcome === "fail") return { key: "next_missing", tier: goal.tier, n: goal.counts.unmet }
  if (goal.counts.unknown === 0 && goal.counts.human > 0) return { key: "next_judged", tier: goal.tier, n: goal.counts.human }
  return { key: "next_open", tier: goal.tier, n: goal.counts.unknown }
}
