/** What a report says, arranged for reading. Pure: nothing here draws, loads or plays. */

import type { Blocker, Evidence, Finding, Report, Texts, Turn } from "@/api/types"

export const CONTENT = ["completeness", "logic", "accuracy"] as const
export const DELIVERY = ["response_speed", "tone", "infectiousness", "affinity", "attitude"] as const

export interface Practise {
  text: Texts
  evidence: Evidence | null
  /** The key point that it is about, where there is one: its example is the model sentence. */
  point: string | null
}

export type MarkKind = "said" | "right" | "half" | "wrong" | "unverified" | "forbidden" | "logic" | "delivery"

/** A mark in the margin of a turn. */
export interface Mark {
  kind: MarkKind
  title: Texts
  quote: string | null
  values: Record<string, string>
  seconds: [number, number] | null
}

/** A piece of a turn's text, with the mark whose words it is. */
export interface Piece {
  text: string
  kind: MarkKind | null
}

/** Kinds from the gravest to the lightest: where two share words, the graver shows. */
const GRAVITY: readonly MarkKind[] = ["forbidden", "wrong", "half", "logic", "unverified", "delivery", "right", "said"]

/** The things to practise, with the finding or the blocker that each rests on. */
export function thingsToPractise(report: Report): Practise[] {
  return report.advice.map((text, index) => {
    const blocker = report.blockers[index]
    if (blocker) return { text, evidence: blocker.evidence, point: null }
    const found = report.findings[report.advice_findings?.[index] ?? -1]
    return {
      text,
      evidence: found && hasPlace(found.evidence) ? found.evidence : null,
      point: found ? pointOf(found) : null,
    }
  })
}

/** What the sheet answers with yes or no, in the reader's language instead of the talk's; other values as they are. */
const ANSWERS: Record<string, Texts> = {
  是: { zh: "是", en: "yes" },
  否: { zh: "否", en: "no" },
  yes: { zh: "是", en: "yes" },
  no: { zh: "否", en: "no" },
}

export function valueTexts(value: string | undefined): Texts {
  return ANSWERS[value ?? ""] ?? { zh: value ?? "", en: value ?? "" }
}

export function hasPlace(evidence: Evidence): boolean {
  return typeof evidence.turn === "number" || Boolean(evidence.seconds)
}

/** The key point that a completeness rule is about: "completeness.missed:waiting_period". */
export function pointOf({ dimension, rule }: Finding): string | null {
  const [, subject] = rule.split(":")
  return dimension === "completeness" ? (subject ?? null) : null
}

/** The turn that evidence rests on: its own, else the one that sounds at its seconds, else the next to begin. */
export function turnOf(evidence: Evidence, turns: readonly Turn[]): Turn | null {
  if (typeof evidence.turn === "number") return turns[evidence.turn] ?? null
  if (!evidence.seconds) return null
  const [from] = evidence.seconds
  const timed = turns.filter((turn) => turn.start !== null && turn.end !== null)
  return (
    timed.find((turn) => turn.start! <= from && from < turn.end!) ?? timed.find((turn) => turn.start! >= from) ?? null
  )
}

/** Findings by dimension, content first, in the order in which dimensions are shown; costs before gains. */
export function byDimension(findings: readonly Finding[]): { dimension: string; findings: Finding[] }[] {
  const known: string[] = [...CONTENT, ...DELIVERY, "fluency"]
  const all = [...new Set([...known, ...findings.map(({ dimension }) => dimension as string)])]
  return all
    .map((dimension) => ({
      dimension,
      findings: findings.filter((finding) => finding.dimension === dimension).sort((a, b) => a.points - b.points),
    }))
    .filter((group) => group.findings.length > 0)
}

export function saidWell(findings: readonly Finding[]): Finding[] {
  return findings
    .filter(({ dimension, points }) => points > 0 && (CONTENT as readonly string[]).includes(dimension))
    .sort((a, b) => b.points - a.points)
}

export function missed(findings: readonly Finding[]): Finding[] {
  return findings
    .filter(({ rule }) => rule.startsWith("completeness.missed") || rule.startsWith("completeness.half"))
    .sort((a, b) => a.points - b.points)
}

/** What stands in the margin of a turn, the gravest first. */
export function marksOf(turn: number, report: Report): Mark[] {
  const blocked = report.blockers.filter(({ evidence }) => evidence.turn === turn).map(markOfBlocker)
  const found = report.findings.filter(({ evidence }) => evidence.turn === turn).flatMap(markOf)
  return [...blocked, ...found].sort((a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind))
}

function markOfBlocker({ title, evidence }: Blocker): Mark {
  return { kind: "forbidden", title, quote: evidence.quote ?? null, values: {}, seconds: null }
}

function markOf({ dimension, rule, points, title, evidence, values }: Finding): Mark[] {
  const kind = kindOf(dimension, rule, points)
  if (!kind) return []
  const quote = kind === "logic" || kind === "delivery" ? null : (evidence.quote ?? null)
  return [{ kind, title, quote, values, seconds: evidence.seconds ?? null }]
}

function kindOf(dimension: string, rule: string, points: number): MarkKind | null {
  if (rule.startsWith("completeness.said")) return "said"
  if (rule.startsWith("completeness.half")) return "half"
  if (rule.startsWith("accuracy.right")) return "right"
  if (rule.startsWith("accuracy.wrong")) return "wrong"
  if (rule.startsWith("accuracy.unverified")) return "unverified"
  if (points >= 0) return null
  return dimension === "logic" ? "logic" : "delivery"
}

/** The text of a turn cut where the words of its marks begin and end. A quote that ends in "…" stands for its beginning. */
export function pieces(text: string, marks: readonly Mark[]): Piece[] {
  const kinds = new Array<MarkKind | null>(text.length).fill(null)
  for (const { kind, quote } of [...marks].reverse()) {
    const words = quote?.replace(/…$/, "")
    const at = words ? text.indexOf(words) : -1
    if (words && at >= 0) kinds.fill(kind, at, at + words.length)
  }
  const cut: Piece[] = []
  for (let i = 0; i < text.length; i += 1) {
    const last = cut.at(-1)
    if (last && last.kind === kinds[i]) last.text += text[i]
    else cut.push({ text: text[i]!, kind: kinds[i]! })
  }
  return cut
}

export interface Marker {
  seconds: number
  tone: "good" | "caution" | "bad"
  title: Texts
  evidence: Evidence
}

/** Where on the time of the talk something was found: one for each turn and tone, the weightiest of them. */
export function markers(report: Report, turns: readonly Turn[]): Marker[] {
  const blocked = report.blockers.map(({ title, evidence }) => ({
    title,
    evidence,
    points: -1_000,
    tone: "bad" as const,
  }))
  const found = report.findings
    .filter(({ points }) => points !== 0)
    .map(({ title, evidence, points, rule }) => ({ title, evidence, points, tone: toneOf(points, rule) }))
  const kept = new Map<string, Marker & { weight: number }>()
  for (const { title, evidence, points, tone } of [...blocked, ...found]) {
    const turn = turnOf(evidence, turns)
    const seconds = evidence.seconds?.[0] ?? turn?.start ?? null
    if (seconds === null) continue
    const key = `${turn?.index}.${tone}`
    const weight = Math.abs(points)
    if (weight > (kept.get(key)?.weight ?? 0)) kept.set(key, { seconds, tone, title, evidence, weight })
  }
  const inOrder = [...kept.values()].sort((a, b) => a.seconds - b.seconds)
  return inOrder.map(({ seconds, tone, title, evidence }) => ({ seconds, tone, title, evidence }))
}

function toneOf(points: number, rule: string): Marker["tone"] {
  if (points > 0) return "good"
  return rule.startsWith("accuracy.wrong") ? "bad" : "caution"
}

/** Seconds of the talk as a reader finds them: 1:06. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`
}

/** A score as every page of the report writes it: one decimal. */
export function score(value: number | null | undefined): string {
  return typeof value === "number" ? value.toFixed(1) : "–"
}

/** Points won or lost, with their sign; a real minus, and none for nothing. */
export function signed(points: number): string {
  const amount = Math.abs(points).toFixed(1)
  return points > 0 ? `+${amount}` : points < 0 ? `−${amount}` : "0"
}
