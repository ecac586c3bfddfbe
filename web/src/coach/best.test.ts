import assert from "node:assert/strict"
import { test } from "node:test"
import type { Practice, SessionCard } from "../api/types.ts"
import { freshBest } from "./best.ts"

const now = new Date("2024-05-10T12:00:00Z")

const practice = (totals: number[], finished_at = "2024-05-10T10:00:00Z", status: SessionCard["status"] = "done"): Practice =>
  ({
    by_scenario: [{ scenario: "car", totals, last: totals.at(-1), best: Math.max(...totals), attempts: totals.length }],
    recent: [{ id: "s1", status, finished_at, total: totals.at(-1), scenario: { id: "car" } }],
  }) as unknown as Practice

test("a talk that beat all earlier ones of its scenario is an achievement", () => {
  assert.equal(freshBest(practice([61, 74.5, 82]), now)?.id, "s1")
})

test("the first talk, a worse one and an equal one are none", () => {
  assert.equal(freshBest(practice([90]), now), null)
  assert.equal(freshBest(practice([80, 70]), now), null)
  assert.equal(freshBest(practice([80, 80]), now), null)
})

test("a day later it is none any more, and while it is being scored not yet", () => {
  assert.equal(freshBest(practice([70, 80], "2024-05-09T11:00:00Z"), now), null)
  assert.equal(freshBest(practice([70, 80], "2024-05-10T10:00:00Z", "scoring"), now), null)
})
