/** What travels, as docs/coach/protocol.md says it. Times are RFC 3339 in UTC; scores 0-100 with one decimal. */

export interface Texts {
  zh: string
  en: string
}

export type Language = "zh" | "en"

export interface Page<T> {
  items: T[]
  next: string | null
  total: number | null
}

/* People */

export type Role = "learner" | "author" | "trainer" | "manager" | "tenant_admin" | "officer" | "operator"
export type PlaceId = "learn" | "studio" | "insight" | "growth" | "admin"
export type ConsentKind = "voice_analysis" | "voice_recording"

export interface PersonRef {
  id: string
  name: string
}

export interface TenantRef {
  id: string
  name: string
}

export interface UnitRef {
  id: string
  name: string
  path: string
}

export interface Me {
  person: PersonRef & { email: string }
  tenant: TenantRef & { kind: "firm" | "agency" | "operator" }
  unit: UnitRef | null
  roles: RoleGrant[]
  places: PlaceId[]
  language: Language
  timezone: string
  consents: Record<ConsentKind, boolean | null>
  tenants: TenantRef[]
  /** The password is still one that an administrator handed over. */
  change_password: boolean
}

/** A role; without a unit it holds for the whole tenant. */
export interface RoleGrant {
  role: Role
  unit_id: string | null
  unit_name: string | null
}

/** One thing one may be asked to allow, in the words to show; `granted` is null until it was answered. */
export interface Consent {
  kind: ConsentKind
  title: Texts
  text: Texts
  wording: string
  granted: boolean | null
}

export interface Unit {
  id: string
  parent_id: string | null
  name: string
  path: string
  people: number
}

export interface PersonRow {
  id: string
  name: string
  email: string
  /** Employee number; empty when there is none. */
  number: string
  unit: PersonUnit | null
  roles: RoleGrant[]
  active: boolean
  last_sign_in: string | null
}

export interface PersonUnit {
  id: string
  name: string
}

/** A new person with the password to hand over, which is shown this once; null for somebody who has one already. */
export interface AddedPerson {
  person: PersonRow
  initial_password: string | null
}

export type ImportMode = "all_or_nothing" | "keep_good"

export interface ImportReport {
  rows: number
  added: number
  changed: number
  unchanged: number
  refused: number
  written: boolean
  /** The first 1,000 of the refused rows; line 1 is the heading. */
  bad: { line: number; column: string; code: string; message: string }[]
}

/* Coach: scenarios */

export type Level = "easy" | "normal" | "hard"

export interface Persona {
  name: string
  age: number
  gender: "female" | "male"
  occupation: Texts
}

export interface ScenarioCard {
  id: string
  version: number
  title: Texts
  summary: Texts
  industry: Texts
  role: Texts
  minutes: number
  language: Language
  persona: Persona
  acts: number
  key_points: number
  mine: { attempts: number; best: number | null; last_at: string | null } | null
}

export interface Rubric {
  content: number
  delivery: number
  completeness: number
  logic: number
  accuracy: number
  response_speed: number
  tone: number
  infectiousness: number
  affinity: number
  attitude: number
  pass_at: number
}

export interface Scenario extends Omit<ScenarioCard, "key_points"> {
  setting: Texts
  goal: Texts
  background: Texts
  facts: { id: string; label: Texts; text: string }[]
  stages: { id: string; title: Texts; goal: Texts }[]
  key_points: { id: string; title: Texts; weight: number; stage: string }[]
  forbidden: { id: string; title: Texts }[]
  levels: Level[]
  rubric: Rubric
}

/* Coach: sessions */

export type SessionStatus = "talking" | "scoring" | "done"
export type Ending = "bought" | "walked_away" | "undecided"

export interface Turn {
  index: number
  speaker: "trainee" | "customer"
  text: string
  act: string | null
  start: number | null
  end: number | null
  typed: boolean
  audio: string | null
  at: string
  /** The key of the `say` that committed it; null for the customer's. */
  key?: string | null
}

export interface SessionCard {
  id: string
  scenario: ScenarioCard
  level: Level
  status: SessionStatus
  started_at: string
  finished_at: string | null
  ending: Ending | null
  total: number | null
}

export interface Session extends SessionCard {
  seed: number
  turns: Turn[]
  stage: Stage | null
  stages: Stage[]
  /** What the consent of the beginning allows: to measure the voice, to keep its recording. */
  measure_voice: boolean
  keep_recording: boolean
}

export interface Stage {
  id: string
  title: Texts
  goal: Texts
}

/* Coach: the report (src/alula/coach/scoring/report.py) */

export type ContentDimension = "completeness" | "logic" | "accuracy"
export type DeliveryDimension = "response_speed" | "tone" | "infectiousness" | "affinity" | "attitude"
export type Dimension = ContentDimension | DeliveryDimension | "fluency"

export interface Evidence {
  turn?: number | null
  quote?: string | null
  seconds?: [number, number] | null
}

export interface Finding {
  dimension: Dimension
  rule: string
  points: number
  title: Texts
  evidence: Evidence
  advice: Texts | null
  values: Record<string, string>
}

export interface Blocker {
  id: string
  title: Texts
  evidence: Evidence
  advice: Texts | null
}

export interface TurnReading {
  turn: number
  intent: string | null
  confidence: number
  points: string[]
  stage: string | null
}

export interface Report {
  total: number
  passed: boolean
  content: { completeness: number; logic: number; accuracy: number | null }
  delivery: Record<DeliveryDimension, number | null> | null
  fluency: number | null
  blockers: Blocker[]
  findings: Finding[]
  advice: Texts[]
  readings: TurnReading[]
  headline: Texts
  engine_versions: Record<string, string>
  /** Dimensions that an installation adds to ours. */
  further?: Record<string, number | null>
}

export interface ReportAnswer {
  status: SessionStatus | "failed"
  progress: { done: number; of: number } | null
  report: Report | null
  session: Session
  earlier: {
    id: string
    finished_at: string
    level: Level
    total: number
    content: Report["content"]
    delivery: Report["delivery"]
  }[]
  examples: Record<string, { title: Texts; example: string }>
  /** What the intents of the readings are called. */
  intents?: Record<string, Texts>
}

/* Coach: practice and team */

export interface Practice {
  attempts: number
  minutes: number
  best: number | null
  streak_days: number
  by_scenario: {
    scenario: string
    title: Texts
    attempts: number
    best: number | null
    last: number | null
    last_at: string | null
    totals: number[]
  }[]
  recent: SessionCard[]
  as_of: string
}

export interface TeamRow {
  person: PersonRef
  unit: UnitRef | null
  attempts: number
  scenarios: number
  best: number | null
  last: number | null
  last_at: string | null
}
