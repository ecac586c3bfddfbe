/** What travels about policies, under the names that these pages use. A condition is a node of the closed set (docs/growth.md). */
import type { components } from "@/api/schema"

type Sent<T> = { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
type Schemas = { [Name in keyof components["schemas"]]: Sent<components["schemas"][Name]> }

export type Words = Schemas["PolicyWords"]
export type Match = Schemas["MatchOut"] & { state: MatchState }
export type MatchState = "eligible" | "nearly" | "unknown" | "not"
export type Matrix = Omit<Schemas["MatrixOut"], "matches"> & { matches: Match[] }
export type Detail = Omit<Schemas["DetailOut"], "match"> & { match: Match }
export type Condition = Schemas["ConditionOut"]
export type Version = Schemas["VersionOut"]
export type Change = Schemas["ChangeOut"]
export type Notice = Schemas["NoticeOut"]
export type Notices = Schemas["NoticesOut"]
export type Library = Schemas["LibraryOut"]
export type LibraryRow = Schemas["LibraryRow"]
export type DraftProblem = Schemas["ProblemOut"]
export type Preview = Schemas["PreviewOut"]
export type Run = Schemas["RunOut"]
export type Overview = Schemas["OverviewOut"]
export type FirmRow = Schemas["MatchedFirmRow"]
export type Choice = Schemas["Choice"]
export type Vocabulary = Record<string, Choice[]>

export interface Test {
  kind: string
  [field: string]: unknown
}

export interface Part {
  words: Words
  test: Test
  most?: number | string | null
}

/** A policy as the form has it: everything may be missing while it is a draft. */
export interface PolicyForm {
  [field: string]: unknown
  title?: Partial<Words>
  benefit?: Partial<Words>
  conflict?: Partial<Words>
  sources?: string[]
  not_with?: string[]
  stacking?: { how: string; cap?: number | string | null }
  application?: boolean
  needs?: Part[]
  tiers?: Part[]
}

export type Entry = Omit<Schemas["EntryOut"], "form" | "reads"> & {
  form: PolicyForm | null
  reads: { needs: (Words | null)[]; tiers: (Words | null)[] }
}
