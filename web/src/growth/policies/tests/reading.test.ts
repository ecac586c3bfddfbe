import assert from "node:assert/strict"
import { test } from "node:test"
import { narrowed } from "../reading.ts"
import type { Match } from "../types.ts"

const row = (key: string, more: Partial<Match>): Match =>
  ({
    key,
    title: { zh: key, en: key },
    issuer: "市政府",
    number: "",
    benefit: { zh: "奖励", en: "reward" },
    state: "not",
    level: "municipal",
    mark: "V",
    origin: "shipped",
    phase: "none",
    days: null,
    amount: null,
    application: null,
    ...more,
  }) as Match

const rows = [
  row("late", { phase: "open", days: 20, amount: "50" }),
  row("soon", { phase: "closing", days: 3, state: "eligible" }),
  row("free", { application: false, amount: "200", issuer: "区政府" }),
]
const keys = (q = "", filters: Record<string, string> = {}, sort = ""): string[] => narrowed(rows, q, filters, sort).map(({ key }) => key)

test("words are all looked for, in title, issuer, number and benefit", () => {
  assert.deepEqual(keys("区政府 奖励"), ["free"])
  assert.deepEqual(keys("区政府 减税"), [])
})

test("filters narrow, and without one everything stays in its order", () => {
  assert.deepEqual(keys(), ["late", "soon", "free"])
  assert.deepEqual(keys("", { state: "eligible" }), ["soon"])
  assert.deepEqual(keys("", { window: "free" }), ["free"])
  assert.deepEqual(keys("", { window: "closing" }), ["soon"])
})

test("what states no sum comes last by amount, what has no window last by closing", () => {
  assert.deepEqual(keys("", {}, "amount"), ["free", "late", "soon"])
  assert.deepEqual(keys("", {}, "closing"), ["soon", "late", "free"])
})
