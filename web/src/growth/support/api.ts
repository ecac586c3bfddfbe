import { get, post, put, remove, url } from "@/api/client"
import type { Page } from "@/api/types"
import type { ListQuery } from "@/design/list"
import type { Candidate, Expert, ExpertImport, ExpertIn, Move, OwnFirm, Prefill, RequestIn, RequestRow, ServiceRequest, ServiceWords } from "./types"

/** The routes of service requests and of the directory of experts. */

const at = (id: string): string => `/api/growth/requests/${id}`

export const readServiceWords = (signal?: AbortSignal): Promise<ServiceWords> => get("/api/growth/service-words", {}, signal)
export const readOwnFirm = (signal?: AbortSignal): Promise<OwnFirm> => get("/api/growth/firm", {}, signal)

export const listRequests = ({ q, sort, filters, cursor }: ListQuery, signal: AbortSignal): Promise<Page<RequestRow>> =>
  get("/api/growth/requests", { q, sort, ...filters, cursor }, signal)
export const requestsFile = ({ q, sort, filters }: { q: string; sort: string; filters: Record<string, string> }): string =>
  url("/api/growth/requests.csv", { q, sort, ...filters })
export const readPrefill = (gap: string, signal?: AbortSignal): Promise<Prefill> => get("/api/growth/requests/prefill", { gap }, signal)
export const readRequest = (id: string, signal?: AbortSignal): Promise<ServiceRequest> => get(at(id), {}, signal)
export const draftRequest = (payload: RequestIn): Promise<ServiceRequest> => post("/api/growth/requests", payload)
export const changeRequest = (id: string, payload: RequestIn): Promise<ServiceRequest> => put(at(id), payload)
export const discardDraft = (id: string): Promise<void> => remove(at(id))
export const moveRequest = (id: string, move: Move, payload: object = {}): Promise<ServiceRequest> => post(`${at(id)}/${move}`, payload)
export const planRequest = (id: string, payload: { due_on: string | null; note: string; mine: boolean }): Promise<ServiceRequest> =>
  put(`${at(id)}/plan`, payload)
export const listCandidates = (id: string, signal?: AbortSignal): Promise<Candidate[]> => get(`${at(id)}/candidates`, {}, signal)
export const fileAddress = (id: string, file: string): string => `${at(id)}/files/${file}`
export const detachFile = (id: string, file: string): Promise<ServiceRequest> => remove(fileAddress(id, file))

export function attachFile(id: string, file: File): Promise<ServiceRequest> {
  const form = new FormData()
  form.set("file", file)
  return post(`${at(id)}/files`, form)
}

export function sendMessage(id: string, text: string, file: File | null): Promise<ServiceRequest> {
  const form = new FormData()
  form.set("text", text)
  if (file) form.set("file", file)
  return post(`${at(id)}/messages`, form)
}

export const listExperts = ({ q, sort, filters, cursor }: ListQuery, signal: AbortSignal): Promise<Page<Expert>> =>
  get("/api/growth/experts", { q, sort, ...filters, cursor }, signal)
export const readExpert = (id: string, signal?: AbortSignal): Promise<Expert> => get(`/api/growth/experts/${id}`, {}, signal)
export const addExpert = (payload: ExpertIn): Promise<Expert> => post("/api/growth/experts", payload)
export const changeExpert = (id: string, payload: ExpertIn): Promise<Expert> => put(`/api/growth/experts/${id}`, payload)

export function importExperts(file: File, mode: "all_or_nothing" | "keep_good"): Promise<ExpertImport> {
  const form = new FormData()
  form.set("file", file)
  form.set("mode", mode)
  return post("/api/growth/experts/import", form)
}
