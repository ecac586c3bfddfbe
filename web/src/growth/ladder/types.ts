import type { components } from "@/api/schema"

/** What travels for the ladder, under the names that its pages use. */

type Sent<T> = { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
type Schemas = { [Name in keyof components["schemas"]]: Sent<components["schemas"][Name]> }

export type FirmRow = Schemas["FirmRow"]
export type AgencyFirm = Schemas["AgencyFirm"]
export type OwnFirm = Schemas["FirmOut"]
export type TitleOut = Schemas["TitleOut"]
export type Officer = Schemas["Officer"]
export type FirmImport = Schemas["ImportOut"]
export type Claim = Schemas["ClaimOut"]
export type RelationRequest = Schemas["RequestOut"]
export type Card = Schemas["ApplicationCard"]
export type Application = Schemas["ApplicationOut"]
export type Move = Schemas["MoveOut"]
export type Board = Schemas["BoardOut"]
export type Candidate = Schemas["CandidateOut"]
export type Search = Schemas["SearchOut"]
export type Ladder = Schemas["LadderOut"]
export type Reminder = Schemas["ReminderOut"]
export type OwnersDay = Schemas["OwnersDayOut"]
export type OfficersDay = Schemas["OfficersDayOut"]
export type Tier = components["schemas"]["ApplicationCard"]["tier"]
export type ApplicationKind = components["schemas"]["ApplicationCard"]["kind"]
export type Stage = components["schemas"]["ApplicationCard"]["stage"]
export type Release = AgencyFirm["released"][number]
export type MoveIn = Omit<components["schemas"]["MoveIn"], "reason"> & { reason?: string }

export const tiers: readonly Tier[] = ["innovative", "provincial", "giant"]
export const isTier = (kind: string): kind is Tier => tiers.some((one) => one === kind)
export const stages: readonly Stage[] = ["self_test", "submitted", "check", "on_site", "publicity", "returned", "announced", "rejected", "withdrawn"]
export const releases: readonly Release[] = ["assessments", "facts", "evidence", "applications", "requests"]
