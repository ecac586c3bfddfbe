import assert from "node:assert/strict"
import { test } from "node:test"
import { monthsBefore } from "./periods.ts"

test("twelve months, this one first, over the turn of the year", () => {
  const months = monthsBefore(new Date(2026, 1, 28), "zh")
  assert.equal(months.length, 12)
  assert.deepEqual(months[0], { value: "2026-02", label: "2026 年 2 月" })
  assert.deepEqual(months[2], { value: "2025-12", label: "2025 年 12 月" })
  assert.equal(monthsBefore(new Date(2026, 2, 31), "en")[1]?.label, "February 2026")
})
