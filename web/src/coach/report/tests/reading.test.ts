import assert from "node:assert/strict"
import { describe, it } from "node:test"
import type { Finding, Report, Turn } from "@/api/types"
import {
  byDimension,
  clock,
  markers,
  marksOf,
  missed,
  pieces,
  saidWell,
  signed,
  thingsToPractise,
  turnOf,
} from "../reading.ts"

const both = (zh: string): { zh: string; en: string } => ({ zh, en: `en ${zh}` })

function finding(rule: string, points: number, more: Partial<Finding> = {}): Finding {
  const dimension = rule.split(".")[0] as Finding["dimension"]
  return { dimension, rule, points, title: both(rule), evidence: {}, advice: null, values: {}, ...more }
}

function report(more: Partial<Report> = {}): Report {
  return {
    total: 60,
    passed: false,
    content: { completeness: 60, logic: 60, accuracy: null },
    delivery: null,
    fluency: null,
    blockers: [],
    findings: [],
    advice: [],
    readings: [],
    headline: both("一句话"),
    engine_versions: {},
    ...more,
  }
}

const turn = (index: number, start: number | null, end: number | null): Turn => ({
  index,
  speaker: index % 2 === 0 ? "customer" : "trainee",
  text: "",
  act: null,
  key: null,
  start,
  end,
  typed: false,
  audio: null,
  at: "",
})

describe("things to practise", () => {
  it("rest on the blocker first, then on the finding that the report names", () => {
    const evidence = { turn: 3, quote: "保证能赔" }
    const things = thingsToPractise(
      report({
        blockers: [{ id: "guarantee", title: both("承诺"), evidence, advice: null }],
        advice: [both("不要说“保证能赔”。"), both("0:51 处：把声音放开。"), both("下次讲到“等待期”。")],
        advice_findings: [null, 1, 2],
        findings: [
          finding("infectiousness.pitch_range", -2, {
            advice: both("把声音放开。"),
            evidence: { turn: 1, seconds: [4, 6] },
          }),
          finding("infectiousness.pitch_range", -9, {
            advice: both("把声音放开。"),
            evidence: { turn: 7, seconds: [51, 57] },
          }),
          finding("completeness.missed:waiting_period", -10, { advice: both("下次讲到“等待期”。") }),
        ],
      }),
    )
    assert.deepEqual(things[0]!.evidence, evidence)
    assert.deepEqual(things[1]!.evidence, { turn: 7, seconds: [51, 57] })
    assert.deepEqual([things[2]!.evidence, things[2]!.point], [null, "waiting_period"])
  })

  it("rest on nothing in a report that was made before findings were named", () => {
    const [thing] = thingsToPractise(report({ advice: [both("下次讲到“等待期”。")] }))
    assert.deepEqual([thing!.text.zh, thing!.evidence, thing!.point], ["下次讲到“等待期”。", null, null])
  })
})

describe("evidence", () => {
  const turns = [turn(0, 0, 4), turn(1, 5, 9), turn(2, 10, 12)]

  it("without a turn rests on the one that sounds at its second, else on the next to begin", () => {
    assert.equal(turnOf({ seconds: [6, 7] }, turns)?.index, 1)
    assert.equal(turnOf({ seconds: [4.2, 5] }, turns)?.index, 1)
    assert.equal(turnOf({ seconds: [30, 31] }, turns), null)
    assert.equal(turnOf({}, turns), null)
  })

  it("marks the time of the talk once for each turn and tone, by what weighs most", () => {
    const marked = markers(
      report({
        blockers: [{ id: "b", title: both("红线"), evidence: { turn: 1 }, advice: null }],
        findings: [
          finding("accuracy.wrong:price", -12, { evidence: { turn: 1 } }),
          finding("completeness.said:a", 4, { evidence: { turn: 1 }, title: both("小") }),
          finding("completeness.said:b", 9, { evidence: { turn: 1 }, title: both("大") }),
          finding("accuracy.unverified", 0, { evidence: { turn: 1 } }),
          finding("completeness.missed:c", -9),
        ],
      }),
      turns,
    )
    assert.deepEqual(
      marked.map(({ seconds, tone, title }) => [seconds, tone, title.zh]),
      [
        [5, "bad", "红线"],
        [5, "good", "大"],
      ],
    )
  })
})

describe("the margin of the transcript", () => {
  const marked = report({
    blockers: [{ id: "b", title: both("承诺赔付"), evidence: { turn: 1, quote: "保证能赔" }, advice: null }],
    findings: [
      finding("completeness.said:a", 5, { evidence: { turn: 1, quote: "您放心，保证能赔的" } }),
      finding("accuracy.wrong:price", -5, {
        evidence: { turn: 1, quote: "八千六" },
        values: { said: "8600 元", sheet: "9860 元" },
      }),
      finding("logic.answered", 5, { evidence: { turn: 1 } }),
      finding("logic.unanswered:price", -5, { evidence: { turn: 1, quote: "您放心" } }),
      finding("accuracy.right:sum", 5, { evidence: { turn: 3, quote: "五十万" } }),
    ],
  })

  it("holds what was found in the turn, the gravest first, with both values of a wrong number", () => {
    const marks = marksOf(1, marked)
    assert.deepEqual(
      marks.map(({ kind }) => kind),
      ["forbidden", "wrong", "logic", "said"],
    )
    assert.deepEqual(marks[1]!.values, { said: "8600 元", sheet: "9860 元" })
  })

  it("cuts the words out of the text; where marks share words the graver shows, and no letter is lost", () => {
    const text = "您放心，保证能赔的，每年八千六。"
    const cut = pieces(text, marksOf(1, marked))
    assert.equal(cut.map((piece) => piece.text).join(""), text)
    assert.deepEqual(cut, [
      { text: "您放心，", kind: "said" },
      { text: "保证能赔", kind: "forbidden" },
      { text: "的", kind: "said" },
      { text: "，每年", kind: null },
      { text: "八千六", kind: "wrong" },
      { text: "。", kind: null },
    ])
  })

  it("finds a clipped quote by its beginning, and leaves the text alone when the quote is not in it", () => {
    const clipped = report({
      findings: [finding("completeness.said:a", 5, { evidence: { turn: 1, quote: "长长的…" } })],
    })
    assert.deepEqual(pieces("很长长的话", marksOf(1, clipped)), [
      { text: "很", kind: null },
      { text: "长长的", kind: "said" },
      { text: "话", kind: null },
    ])
    assert.deepEqual(pieces("别的话", marksOf(1, clipped)), [{ text: "别的话", kind: null }])
    assert.deepEqual(pieces("", []), [])
  })
})

describe("findings", () => {
  const findings = [
    finding("fluency.fillers", -1),
    finding("accuracy.right:a", 5),
    finding("completeness.missed:b", -3),
    finding("completeness.said:c", 8),
    finding("completeness.missed:d", -9),
    finding("gesture.open", 2),
  ]

  it("stand by dimension, content first, costs before gains, and none of a further dimension is left out", () => {
    const groups = byDimension(findings)
    assert.deepEqual(
      groups.map(({ dimension }) => dimension),
      ["completeness", "accuracy", "fluency", "gesture"],
    )
    assert.deepEqual(
      groups[0]!.findings.map(({ points }) => points),
      [-9, -3, 8],
    )
  })

  it("say what went well and what was missed, the weightiest first", () => {
    assert.deepEqual(
      saidWell(findings).map(({ rule }) => rule),
      ["completeness.said:c", "accuracy.right:a"],
    )
    assert.deepEqual(
      missed(findings).map(({ rule }) => rule),
      ["completeness.missed:d", "completeness.missed:b"],
    )
  })
})

it("writes seconds and points as a reader expects them", () => {
  assert.deepEqual([clock(0), clock(66.9), clock(600)], ["0:00", "1:06", "10:00"])
  assert.deepEqual([signed(6), signed(-15), signed(0)], ["+6.0", "−15.0", "0"])
})
