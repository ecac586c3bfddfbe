import assert from "node:assert/strict"
import { test } from "node:test"
import { choicesOf } from "./units.ts"

const unit = (id: string, parent_id: string | null, name: string) => ({ id, parent_id, name, path: `/${id}/`, people: 0 })

test("two units of the same name are told apart by what lies above them", () => {
  const choices = choicesOf([unit("a", null, "广州"), unit("b", null, "深圳"), unit("c", "a", "营业部"), unit("d", "b", "营业部")])
  assert.deepEqual(
    choices.map(({ label }) => label),
    ["广州", "深圳", "广州 / 营业部", "深圳 / 营业部"],
  )
})

test("a unit whose parent one may not see stands at the top", () => {
  assert.deepEqual(choicesOf([unit("c", "unseen", "营业部")]), [{ value: "c", label: "营业部" }])
})
