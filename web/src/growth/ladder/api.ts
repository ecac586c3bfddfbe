import { get, patch, post, put, remove, url } from "@/api/client"
import type { ImportMode, Page } from "@/api/types"
import type { ListQuery } from "@/design/list"
import type {
  AgencyFirm,
  Application,
  ApplicationKind,
  Board,
  Candidate,
  Card,
  Claim,
  FirmImport,
  FirmRow,
  Ladder,
  MoveIn,
  Officer,
  OfficersDay,
  OwnersDay,
  OwnFirm,
  RelationRequest,
  Release,
  Reminder,
  Search,
  Tier,
} from "./types"

/** The routes of the ladder. */

const at = "/api/growth"
const firm = (id: string): string => `${at}/agency/firms/${id}`

export const listFirms = ({ q, sort, filters, cursor }: ListQuery, signal: AbortSignal): Promise<Page<FirmRow>> =>
  get(`${at}/agency/firms`, { q, sort, ...filters, cursor }, signal)
export const firmsFile = ({ q, sort, filters }: { q: string; sort: string; filters: Record<string, string> }): string =>
  url(`${at}/agency/firms.csv`, { q, sort, ...filters })
export const readFirm = (id: string, signal?: AbortSignal): Promise<AgencyFirm> => get(firm(id), {}, signal)
export const lookAfter = (id: string, payload: { officer_id: string | null; note: string }): Promise<AgencyFirm> => patch(firm(id), payload)
export const invite = (id: string): Promise<{ token: string; expires_at: string }> => post(`${firm(id)}/invitation`)
export const revokeInvitation = (id: string): Promise<void> => remove(`${firm(id)}/invitation`)
export const remindersOf = (id: string, signal?: AbortSignal): Promise<Reminder[]> => get(`${firm(id)}/reminders`, {}, signal)
export const openFor = (id: string, tier: Tier, kind: ApplicationKind = "new"): Promise<Application> => post(`${firm(id)}/applications`, { tier, kind })
export const listOfficers = (signal?: AbortSignal): Promise<Officer[]> => get(`${at}/agency/officers`, {}, signal)

export function importFirms(file: File, mode: ImportMode): Promise<FirmImport> {
  const form = new FormData()
  form.set("file", file)
  form.set("mode", mode)
  return post(`${at}/agency/imports`, form)
}
export const readImport = (id: string): Promise<FirmImport> => get(`${at}/agency/imports/${id}`)

export const readBoard = (query: Record<string, string>, signal?: AbortSignal): Promise<Board> => get(`${at}/agency/board`, query, signal)
export const readApplication = (id: string, signal?: AbortSignal): Promise<Application> => get(`${at}/applications/${id}`, {}, signal)
export const moveApplication = (id: string, payload: MoveIn): Promise<Application> => post(`${at}/applications/${id}/moves`, payload)
export const assign = (id: string, payload: { officer_id: string | null; batch: string; note: string }): Promise<Application> =>
  patch(`${at}/applications/${id}`, payload)

export const listCandidates = ({ q, filters, cursor }: ListQuery, signal: AbortSignal): Promise<Page<Candidate>> =>
  get(`${at}/agency/candidates`, { q, ...filters, cursor }, signal)
export const searchCandidates = (): Promise<Search> => post(`${at}/agency/candidates/search`)
export const readSearch = (): Promise<Search> => get(`${at}/agency/candidates/search`)
export const readLadder = (digits: string, signal?: AbortSignal): Promise<Ladder> => get(`${at}/agency/ladder`, { digits }, signal)

export const readOfficersDay = (mine: boolean, signal?: AbortSignal): Promise<OfficersDay> => get(`${at}/agency/day`, { mine }, signal)
export const readOwnersDay = (signal?: AbortSignal): Promise<OwnersDay> => get(`${at}/firm/day`, {}, signal)
export const answerReminder = (id: string, how: "done" | "snoozed" | "reopened"): Promise<Reminder> => post(`${at}/reminders/${id}`, { how })

export const readOwnFirm = (signal?: AbortSignal): Promise<OwnFirm> => get(`${at}/firm`, {}, signal)
export const changeOwnFirm = (payload: { name: string; credit_code: string; contact: string; phone: string }): Promise<OwnFirm> =>
  put(`${at}/firm`, payload)
export const releaseTo = (agency: string, released: Release[]): Promise<OwnFirm> => put(`${at}/firm/relations/${agency}`, { released })
export const endRelation = (agency: string): Promise<OwnFirm> => remove(`${at}/firm/relations/${agency}`)
export const listRequests = (signal?: AbortSignal): Promise<RelationRequest[]> => get(`${at}/firm/requests-of-agencies`, {}, signal)
export const answerRequest = (id: string, accepted: boolean, released: Release[]): Promise<OwnFirm> =>
  post(`${at}/firm/requests-of-agencies/${id}`, { accepted, released })
export const tellChange = (what: string, on: string): Promise<void> => post(`${at}/firm/changes`, { what, on })
export const ownApplications = (signal?: AbortSignal): Promise<Card[]> => get(`${at}/firm/applications`, {}, signal)
export const apply = (agency_id: string, tier: Tier, kind: ApplicationKind): Promise<Application> =>
  post(`${at}/firm/applications`, { agency_id, tier, kind })

export const readClaim = (token: string, signal?: AbortSignal): Promise<Claim> => get(`${at}/claims/${encodeURIComponent(token)}`, {}, signal)
export const acceptClaim = (token: string, payload: { name: string; released: Release[] }): Promise<void> =>
  post(`${at}/claims/${encodeURIComponent(token)}/accept`, payload)
export const signUpAndClaim = (token: string, payload: { name: string; email: string; password: string; released: Release[] }): Promise<void> =>
  post(`${at}/claims/${encodeURIComponent(token)}/sign-up`, payload)
