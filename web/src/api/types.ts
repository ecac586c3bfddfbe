/**
 * The types of what travels, under the names that the app uses. They come from the API itself (`make types`); written
 * by hand are only the report, which the API passes on as the scores made it, and words that the document leaves open.
 */
import type { components } from "./schema"

/** What the server sends: a field that has a default is in every answer, though the document calls it optional. */
type Sent<T> = { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
type Schemas = { [Name in keyof components["schemas"]]: Sent<components["schemas"][Name]> }

export type Texts = Schemas["Texts"]
export type Language = "zh" | "en"

/** One page of a list; `next` is the cursor of the following page, `total` stands on the first alone. */
export interface Page<T> {
  items: T[]
  next: string | null
  total: number | null
}

/* People */

export type Me = Schemas["Me"]
export type Role = Schemas["Role"]
export type RoleGrant = Schemas["RoleCard"]
export type PlaceId = Me["places"][number]
export type ConsentKind = keyof Me["consents"]
/** `kind` is one of those in `Me`. */
export type Consent = Schemas["ConsentOut"] & { kind: ConsentKind }
export type Unit = Schemas["UnitRow"]
export type PersonRow = Schemas["PersonRow"]
export type AddedPerson = Schemas["AddedPerson"]
export type NewPerson = components["schemas"]["NewPerson"]
export type PersonChange = components["schemas"]["PersonChange"]
export type ImportReport = Schemas["ImportReport"]
export type ImportMode = "all_or_nothing" | "keep_good"

/* Coach */

export type ScenarioCard = Schemas["ScenarioCard"]
export type Persona = ScenarioCard["persona"]
export type Stage = Schemas["StageOut"]
export type Scenario = Schemas["ScenarioDetail"]
export type Rubric = Schemas["RubricOut"]
export type SessionCard = Schemas["SessionCard"]
export type Session = Schemas["SessionOut"]
export type Turn = Schemas["TurnOut"]
export type Level = SessionCard["level"]
export type SessionStatus = SessionCard["status"]
export type Ending = NonNullable<SessionCard["ending"]>
export type Practice = Schemas["PracticeOut"]
export type TeamRow = Schemas["TeamRow"]

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
  /** The finding that each advice rests on, by index; null for one that rests on a blocker. Missing in old reports. */
  advice_findings?: (number | null)[]
  readings: TurnReading[]
  headline: Texts
  engine_versions: Record<string, string>
  /** Dimensions that an installation adds to ours. */
  further?: Record<string, number | null>
}

/** The report as it comes: whole when `status` is "done", its progress before. */
export type ReportAnswer = Omit<Schemas["ReportOut"], "report"> & { report: Report | null }
