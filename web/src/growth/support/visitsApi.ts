import { get, post, put, url } from "@/api/client"
import type { AccompaniedFirm, Campaign, CampaignIn, CampaignRow, Visit, VisitCheck, VisitRow } from "./types"

/** The routes of visits and of the campaigns that they belong to. */

const campaign = (id: string): string => `/api/growth/campaigns/${id}`
const visit = (id: string): string => `/api/growth/visits/${id}`
interface Times {
  group_id: string
  starts_at: string
  ends_at: string
  agenda: string
}

export const listAccompanied = (signal?: AbortSignal): Promise<AccompaniedFirm[]> => get("/api/growth/accompanied", {}, signal)
export const listCampaigns = (signal?: AbortSignal): Promise<CampaignRow[]> => get("/api/growth/campaigns", {}, signal)
export const readCampaign = (id: string, signal?: AbortSignal): Promise<Campaign> => get(campaign(id), {}, signal)
export const planCampaign = (payload: CampaignIn): Promise<Campaign> => post("/api/growth/campaigns", payload)
export const changeCampaign = (id: string, payload: CampaignIn): Promise<Campaign> => put(campaign(id), payload)
export const formGroup = (id: string, group: string | null, payload: { name: string; experts: string[] }): Promise<Campaign> =>
  group ? put(`${campaign(id)}/groups/${group}`, payload) : post(`${campaign(id)}/groups`, payload)
export const planVisit = (id: string, payload: Times & { firm_id: string }): Promise<Visit> => post(`${campaign(id)}/visits`, payload)

export const listVisits = (since: string, until: string, signal?: AbortSignal): Promise<VisitRow[]> =>
  get("/api/growth/visits", { since, until }, signal)
export const calendarFile = (since: string, until: string): string => url("/api/growth/visits.ics", { since, until })
export const visitCalendar = (id: string): string => `${visit(id)}.ics`
export const visitPaper = (id: string): string => `${visit(id)}/report.pdf`
export const readVisit = (id: string, signal?: AbortSignal): Promise<Visit> => get(visit(id), {}, signal)
export const moveVisit = (id: string, payload: Times): Promise<Visit> => put(visit(id), payload)
export const actOnVisit = (id: string, act: "cancel" | "finish" | "release"): Promise<Visit> => post(`${visit(id)}/${act}`)
export const answerVisit = (id: string, payload: { confirmed: boolean; words: string }): Promise<Visit> => post(`${visit(id)}/answer`, payload)
export const checkItem = (id: string, item: string, payload: { state: VisitCheck["state"]; remark: string }): Promise<Visit> =>
  put(`${visit(id)}/checklist/${item}`, payload)
export const addFinding = (id: string, payload: { severity: string; words: string; proposal: string }): Promise<Visit> =>
  post(`${visit(id)}/findings`, payload)
export const addTask = (id: string, payload: { what: string; side: string; who: string; due_on: string | null }): Promise<Visit> =>
  post(`${visit(id)}/tasks`, payload)
export const setTask = (id: string, task: string, done: boolean): Promise<Visit> => put(`${visit(id)}/tasks/${task}`, { done })
