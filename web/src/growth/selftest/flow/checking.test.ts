import assert from "node:assert/strict"
import { test } from "node:test"
import { wrongWith } from "./checking.ts"
import type { Field } from "../types.ts"

const field = (kind: Field["kind"], path = "revenue.2025", most: string | null = null): Field => ({
  path,
  kind,
  words: { zh: "", en: "" },
  choices: [],
  instead: false,
  most,
  only: null,
})

test("nothing and zero are both fine, words are not numbers", () => {
  assert.equal(wrongWith(field("amount"), null), null)
  assert.equal(wrongWith(field("amount"), ""), null)
  assert.equal(wrongWith(field("amount"), "0"), null)
  assert.equal(wrongWith(field("amount"), "6,600.55"), null)
  assert.equal(wrongWith(field("amount"), "六千"), "number")
})

test("only profit and growth may fall below zero", () => {
  assert.equal(wrongWith(field("amount"), "-1"), "negative")
  assert.equal(wrongWith(field("amount", "net_profit.2025"), "-1"), null)
  assert.equal(wrongWith(field("percent", "ratios.main_growth"), "-3"), null)
})

test("ranks begin at one, people are whole, scores end at their most", () => {
  assert.equal(wrongWith(field("rank"), "0"), "rank")
  assert.equal(wrongWith(field("persons"), "1.5"), "whole")
  assert.equal(wrongWith(field("score", "platform_score.2026", "100"), "101"), "most")
})

test("a year or a date says since when", () => {
  assert.equal(wrongWith(field("since"), "2018"), null)
  assert.equal(wrongWith(field("since"), "2018-03-01"), null)
  assert.equal(wrongWith(field("since"), "long ago"), "since")
})
