import type { components } from "@/api/schema"

/** What the server sends: a field that has a default is in every answer, though the document calls it optional. */
type Sent<T> = { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
type Schemas = { [Name in keyof components["schemas"]]: Sent<components["schemas"][Name]> }

export type ServiceWords = Schemas["ServiceWordsOut"]
export type RequestRow = Schemas["ServiceRequestRow"]
export type ServiceRequest = Schemas["ServiceRequestOut"]
export type RequestIn = Schemas["ServiceRequestIn"]
export type Kind = RequestIn["kind"]
export type Urgency = RequestIn["urgency"]
export type Expertise = RequestIn["expertise"][number]
export type RequestFile = Schemas["RequestFileOut"]
export type Candidate = Schemas["ExpertForRequest"]
export type Prefill = Schemas["RequestPrefill"]
export type Expert = Schemas["ExpertOut"]
export type ExpertIn = Schemas["ExpertIn"]
export type ExpertTie = Schemas["ExpertTieBody"]
export type ExpertImport = Schemas["ExpertImport"]
export type OwnFirm = Schemas["FirmOut"]

export type VisitRow = Schemas["VisitRow"]
export type Visit = Schemas["VisitOut"]
export type VisitCheck = Visit["checklist"][number]
export type CampaignRow = Schemas["CampaignRow"]
export type Campaign = Schemas["CampaignOut"]
export type CampaignIn = components["schemas"]["CampaignIn"]
export type AccompaniedFirm = Schemas["AccompaniedFirm"]

export type BottleneckRow = Schemas["BottleneckRow"]
export type Bottleneck = Schemas["BottleneckOut"]
export type BottleneckIn = components["schemas"]["BottleneckIn"]
export type Confidential = Schemas["ConfidentialOut"]
export type ProgrammeRow = Schemas["ProgrammeRow"]
export type Programme = Schemas["ProgrammeOut"]
export type ProgrammeIn = components["schemas"]["ProgrammeIn"]
export type CollegeGap = Schemas["CollegeGap"]
export type CollegePerson = Schemas["CollegePerson"]

/** The moves of a request, as the server names them. */
export type Move = "send" | "accept" | "assign" | "start" | "deliver" | "return" | "decline" | "withdraw" | "rate"
