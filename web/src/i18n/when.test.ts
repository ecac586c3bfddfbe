import assert from "node:assert/strict"
import { test } from "node:test"
import { exactly, when } from "./when.ts"

const now = new Date("2024-05-10T02:30:00Z") // 10:30 in Shanghai
const zh = { language: "zh", timezone: "Asia/Shanghai" } as const
const en = { language: "en", timezone: "Asia/Shanghai" } as const

test("up to a week a moment is relative", () => {
  assert.equal(when("2024-05-10T02:29:40Z", zh, now), "刚刚")
  assert.equal(when("2024-05-10T02:25:00Z", zh, now), "5 分钟前")
  assert.equal(when("2024-05-09T23:30:00Z", zh, now), "3 小时前")
  assert.equal(when("2024-05-06T02:30:00Z", en, now), "4 days ago")
})

test("yesterday begins at midnight of the reader's zone, not 24 hours ago", () => {
  assert.equal(when("2024-05-09T15:59:00Z", zh, now), "昨天")
  assert.equal(when("2024-05-09T16:01:00Z", zh, now), "10 小时前")
})

test("after a week it is a date, with the year only when it differs", () => {
  assert.equal(when("2024-05-01T02:30:00Z", zh, now), "5 月 1 日")
  assert.equal(when("2024-05-01T02:30:00Z", en, now), "May 1")
  assert.equal(when("2023-12-31T02:30:00Z", zh, now), "2023 年 12 月 31 日")
})

test("the exact moment is told in the reader's zone", () => {
  assert.match(exactly("2024-05-01T02:30:00Z", zh), /10:30/)
  assert.match(exactly("2024-05-01T02:30:00Z", { ...zh, timezone: "Europe/Berlin" }), /04:30/)
})
