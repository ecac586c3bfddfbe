import type { components } from "@/api/schema"
import type { Texts } from "@/api/types"

/** What the self-test's routes send. Reports and questions are passed on as the rules made them, so they are written here. */

type Sent<T> = { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
type Schemas = components["schemas"]

export type TierName = Schemas["TierOut"]["tier"]
export type Outcome = Schemas["TierOut"]["outcome"]
export type Test = Schemas["SelfTestOut"]["test"]
export type Counts = Record<"met" | "unmet" | "unknown" | "human", number>
export type TierNow = Omit<Sent<Schemas["TierOut"]>, "counts" | "points" | "needed"> & {
  counts: Counts
  points: [number, number] | null
  needed: number | null
}
export type State = "met" | "unmet" | "unknown" | "human" | "not_applicable"
export type Mark = "V2" | "V" | "2nd" | "M"

export type FieldKind = "amount" | "percent" | "score" | "persons" | "rank" | "yes_no" | "date" | "since" | "choice" | "text"

export interface Choice {
  value: string
  words: Texts
}

/** One thing to enter; see src/alula/growth/selftest/form.py. */
export interface Field {
  path: string
  kind: FieldKind
  words: Texts
  choices: Choice[]
  instead: boolean
  most: string | null
  only: [string, string[]] | null
}

export interface ListPart {
  path: string
  item: Texts
  columns: Field[]
}

export type Item = Record<string, unknown>
export type Values = Record<string, unknown>

export interface Question {
  id: string
  words: Texts
  help: Texts
  fields: Field[]
  list: ListPart | null
  none: Texts | null
  values: Values
}

export interface SelfTest {
  firm_id: string
  firm_name: string
  facts_version: number
  may_keep: boolean
  as_of: string
  test: Test
  draft: { revision: number; changed_at: string; by: string; behind: boolean } | null
  discarded: boolean
  tiers: TierNow[]
  ahead: string[]
  further: string[]
  settled: boolean
  answered: string[]
  open: Record<string, AnswerStatus>
  questions: Question[]
}

export type AnswerStatus = "answered" | "skipped" | "not_known"

/** A mistake at a field: `expected` of the refusal growth.answer_invalid. */
export interface Mistake {
  field: string
  zh: string
  en: string
}

export type AssessmentRow = Sent<Schemas["AssessmentRow"]>

export type Measured = number | [number | null, number | null] | boolean | string | null

/** What a person has to judge: the id in the rule files, and the question. */
export interface ToJudge {
  id: string
  text: Texts
}

/** A judgement on which a report rests. Of one that came with the facts nobody is known and no day. */
export interface Decision extends ToJudge {
  holds: boolean
  confirmed: boolean
  by: string
  of: string
  at: string | null
  note: string
}

/** As what one may judge: for one's own self-test, or for the agency that checks an application. */
export type Judge = "self" | "agency"

export interface Clause {
  id: string
  part: "entry" | "needs" | "score" | "direct"
  state: State
  value: Measured
  period: string | null
  bound: { op: string; value: number } | null
  distance: number | null
  self_stated: boolean
  parts: { state: State; self_stated: boolean }[]
  missing: string[]
  text: Texts
  said: Texts | null
  article: string
  source: string[]
  mark: Mark
  waived_by: string | null
  judged: string[]
  asks_person: ToJudge[]
  gap: string
  questions: string[]
}

export interface ScoredItem {
  id: string
  group: string | null
  points: number | [number, number]
  most: number
  self_stated: boolean
  missing: string[]
  judged: string[]
  asks_person: ToJudge[]
  text: Texts
  said: Texts | null
  article: string
  source: string[]
  mark: Mark
  gap: string
  questions: string[]
}

export interface Report {
  id: string
  made_at: string
  facts_version: number
  rule: string
  version: string
  overlays: string[]
  title: Texts
  document: string
  tier: TierName
  as_of: string
  kind: "new" | "review"
  outcome: Outcome
  path: string | null
  grade: number | null
  clauses: Clause[]
  points: Record<string, number | [number, number]>
  items: ScoredItem[]
  notes: Texts[]
  mark: Mark
  counts: Counts
  /** Reports that were made before judgements were kept have neither. */
  decisions?: Decision[]
  to_confirm?: string[]
  bound: { op: string; value: number } | null
  scenes?: { id: string; group: string; text: Texts; level: number | null }[]
}

export interface PolicyHint {
  key: string
  id: string
  title: Texts
  issuer: string
  level: "national" | "provincial" | "municipal" | "district" | "bank"
  at_most: number | null
  benefit: Texts
  mark: Mark
}

export interface Gap {
  kind: string
  name: Texts
  state: State
  parts: { id: string; text: Texts; said: Texts | null; questions: string[] }[]
  courses: { title: Texts; to: string }[]
  policies: PolicyHint[]
}

export interface TierPlan {
  tier: TierName
  outcome: Outcome
  gaps: Gap[]
  brings: PolicyHint[]
}

export interface CalendarDay {
  on: string
  until: string | null
  what: "update" | "review" | "expiry" | "window" | "past_window"
  tier: TierName
  words: Texts
  rule: string
  source: string[]
  mark: Mark | null
}

export interface Slider {
  path: string
  words: Texts
  unit: "money" | "percent" | "score" | "rank" | "items"
  value: number
  least: number
  most: number
  step: number
}

export interface Result {
  firm: { id: string; name: string; place: string }
  as_of: string
  facts_version: number
  may_keep: boolean
  may_judge: Judge | null
  stale: boolean
  held: TierName[]
  names: Record<TierName, Texts>
  reports: Partial<Record<TierName, Report>>
  calendar: CalendarDay[]
  plan: TierPlan[]
  sliders: Slider[]
}

export interface WhatIf {
  tiers: TierNow[]
  changed: { tier: TierName; id: string; text: Texts; said: Texts | null; from: State | null; to: State }[]
}

export type Evidence = Sent<Schemas["EvidenceOut"]>
export type Imported = Omit<Sent<Schemas["WorkbookOut"]>, "bad"> & { bad: { sheet: string; cell: string; expected: Texts }[] }
export type Certain = Omit<Sent<Schemas["CertainOut"]>, "kind" | "title" | "words" | "check"> & {
  kind: "rule" | "policy" | "product"
  title: Texts
  words: Texts
  check: Texts | null
}
export interface Certainty {
  items: Certain[]
  sources: Record<string, string[]>
}
