import type { Test } from "./types"

/** The closed set of nodes that a condition is built from, and what each begins with. */
export const tests = ["compare", "per_year_all", "holds", "size_is", "human", "all", "any"] as const
export const measures = ["amount", "ratio", "growth", "total", "mean", "age", "count", "raised", "number", "yearly"] as const

const holdsTitle: Test = { kind: "compare", measure: { kind: "count", of: "titles", where: { kinds: ["provincial"], valid: true } }, op: ">=", bound: 1 }

export function freshMeasure(kind: string): Test {
  if (kind === "ratio") return { kind, of: "rd_expense", to: "revenue" }
  if (kind === "growth") return { kind, of: "revenue", how: "last" }
  if (kind === "total" || kind === "mean") return { kind, of: "rd_expense", years: 2 }
  if (kind === "age") return { kind }
  if (kind === "count") return { kind, of: "titles", where: { kinds: ["provincial"], valid: true } }
  if (kind === "raised") return { kind, where: { within_years: 2 } }
  if (kind === "number") return { kind, of: "digital.level" }
  if (kind === "yearly") return { kind }
  return { kind: "amount", of: "revenue" }
}

export function freshTest(kind: string): Test {
  if (kind === "per_year_all") return { kind, measure: { kind: "ratio", of: "rd_expense", to: "revenue" }, op: ">=", bound: 3, years: [1, 2] }
  if (kind === "holds") return { kind, fact: "features.own_brand", wanted: true }
  if (kind === "size_is") return { kind, among: ["micro", "small", "medium"] }
  if (kind === "human") return { kind, id: "see_source" }
  if (kind === "all" || kind === "any") return { kind, of: [structuredClone(holdsTitle)] }
  return structuredClone(holdsTitle)
}
