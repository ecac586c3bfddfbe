import { get, post, put, url } from "@/api/client"
import type { Detail, Entry, FirmRow, Library, Matrix, Notices, Overview, PolicyForm, Preview, Run, Vocabulary } from "./types"

/** The routes of a firm's matrix, of its notices, and of an agency's library. */

const policies = (path: string): string => `/api/growth/policies${path}`
const entry = (id: string): string => policies(`/library/${id}`)

export const readMatrix = (firm: string | null, signal: AbortSignal): Promise<Matrix> => get(policies("/matrix"), { firm }, signal)
export const matrixFile = (firm: string | null, query: Record<string, string>): string => url(policies("/matrix.csv"), { firm, ...query })
export const readMatch = (key: string, firm: string | null, signal: AbortSignal): Promise<Detail> =>
  get(policies(`/matrix/${encodeURIComponent(key)}`), { firm }, signal)
export const follow = (key: string, on: boolean): Promise<{ unread: number }> => put(policies("/subscription"), { key, on })
export const listNotices = (cursor: string | null, signal: AbortSignal): Promise<Notices> => get(policies("/notices"), { cursor }, signal)
export const countUnread = (signal: AbortSignal): Promise<{ unread: number }> => get(policies("/notices/unread"), {}, signal)
export const readNotices = (ids: string[] | null): Promise<{ unread: number }> => post(policies("/notices/read"), { ids })

export const readLibrary = (signal: AbortSignal): Promise<Library> => get(policies("/library"), {}, signal)
export const startPolicy = (base: string): Promise<Entry> => post(policies("/library"), { base })
export const readEntry = (id: string, signal: AbortSignal): Promise<Entry> => get(entry(id), {}, signal)
export const saveDraft = (id: string, based_on: number, draft: { form: PolicyForm } | { text: string }): Promise<Entry> =>
  put(`${entry(id)}/draft`, { based_on, ...draft })
export const previewDraft = (id: string): Promise<Preview> => post(`${entry(id)}/preview`)
export const publish = (id: string, based_on: number, note: string): Promise<Run> => post(`${entry(id)}/publish`, { based_on, note })
export const withdraw = (id: string): Promise<Run> => post(`${entry(id)}/withdraw`)
export const readLatestRun = (signal: AbortSignal): Promise<Run | null> => get(policies("/runs/latest"), {}, signal)
export const readRun = (id: string): Promise<Run> => get(policies(`/runs/${id}`))
export const readOverview = (by: string, signal: AbortSignal): Promise<Overview> => get(policies("/overview"), { by }, signal)
export const listFirms = (signal: AbortSignal): Promise<FirmRow[]> => get(policies("/firms"), {}, signal)
export const readVocabulary = async (signal: AbortSignal): Promise<Vocabulary> =>
  (await get<{ groups: Vocabulary }>(policies("/vocabulary"), {}, signal)).groups
