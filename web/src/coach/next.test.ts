import assert from "node:assert/strict"
import { test } from "node:test"
import type { Practice, ScenarioCard } from "../api/types.ts"
import { nextUp } from "./next.ts"

const now = new Date("2024-05-10T02:00:00Z")

const scenario = (id: string, language: "zh" | "en" = "zh"): ScenarioCard => ({
  id,
  version: 1,
  title: { zh: id, en: id },
  summary: { zh: "", en: "" },
  industry: { zh: "", en: "" },
  role: { zh: "", en: "" },
  minutes: 5,
  language,
  persona: { name: "王敏", age: 34, gender: "female", occupation: { zh: "", en: "" } },
  acts: 25,
  key_points: 12,
  mine: null,
})

const practice = (...done: [id: string, last: number, at: string][]): Practice => ({
  attempts: done.length,
  minutes: 0,
  best: null,
  streak_days: 0,
  by_scenario: done.map(([id, last, last_at]) => ({
    scenario: id,
    title: { zh: id, en: id },
    attempts: 1,
    best: last,
    last,
    last_at,
    totals: [last],
  })),
  recent: [],
  unfinished: null,
  as_of: now.toISOString(),
})

const ids = (found: ReturnType<typeof nextUp>): string[] => found.map((one) => `${one.scenario.id}:${one.reason.kind}`)

test("the weakest comes first, then the untried, then what rested longest", () => {
  const done = practice(
    ["fair", 74, "2024-05-09T00:00:00Z"],
    ["worst", 51, "2024-05-01T00:00:00Z"],
    ["old", 92, "2024-04-01T00:00:00Z"],
    ["older", 88, "2024-03-01T00:00:00Z"],
  )
  const all = ["old", "new", "fair", "older", "worst"].map((id) => scenario(id))
  assert.deepEqual(ids(nextUp(all, done, { language: "zh", now, count: 5 })), [
    "worst:weak",
    "fair:weak",
    "new:untried",
    "older:rested",
    "old:rested",
  ])
})

test("what was just done well is not suggested", () => {
  const done = practice(["good", 90, "2024-05-09T00:00:00Z"])
  assert.deepEqual(nextUp([scenario("good")], done, { language: "zh", now }), [])
})

test("the untried in one's own language stand first", () => {
  const all = [scenario("english", "en"), scenario("chinese")]
  assert.deepEqual(ids(nextUp(all, practice(), { language: "zh", now })), ["chinese:untried", "english:untried"])
  assert.deepEqual(ids(nextUp(all, practice(), { language: "en", now })), ["english:untried", "chinese:untried"])
})

test("never more than asked for, and none without scenarios", () => {
  const all = ["a", "b", "c", "d"].map((id) => scenario(id))
  assert.equal(nextUp(all, practice(), { language: "zh", now }).length, 3)
  assert.deepEqual(nextUp([], practice(), { language: "zh", now }), [])
})
