import { get, post, put, remove, url } from "@/api/client"
import type { Page } from "@/api/types"
import type { ListQuery } from "@/design/list"
import type { Attendance, Conference, EventCard, EventIn } from "./types"

/** The routes of conferences. */

const at = "/api/growth"
const own = (id: string): string => `${at}/events/${id}`
const agency = (id: string): string => `${at}/agency/events/${id}`

export const listEvents = (signal?: AbortSignal): Promise<EventCard[]> => get(`${at}/events`, {}, signal)
export const readEvent = (id: string, signal?: AbortSignal): Promise<Conference> => get(own(id), {}, signal)
export const saveEvent = (id: string | null, payload: EventIn): Promise<Conference> =>
  id ? put(agency(id), payload) : post(`${at}/agency/events`, payload)
export const publish = (id: string): Promise<Conference> => post(`${agency(id)}/publication`)
export const inviteFirms = (id: string, query: Record<string, string>): Promise<{ invited: number }> => post(`${agency(id)}/invitations`, query)
export const listAttendances = (id: string, { q, filters, cursor }: ListQuery, signal: AbortSignal): Promise<Page<Attendance>> =>
  get(`${agency(id)}/attendances`, { q, ...filters, cursor }, signal)
export const attendanceFile = (id: string, query: Record<string, string>): string => url(`${agency(id)}/attendances.csv`, query)
export const checkIn = (id: string, came: boolean): Promise<Attendance> => post(`${at}/agency/attendances/${id}`, { came })
export const checkInByCode = (id: string, code: string): Promise<Attendance> => post(`${agency(id)}/check-in`, { code })
export const ticket = (id: string): string => `${own(id)}/ticket.svg`
export const register = (id: string, payload: { room_id: string; name: string; phone: string }): Promise<Conference> =>
  put(`${own(id)}/registration`, payload)
export const cancel = (id: string): Promise<Conference> => remove(`${own(id)}/registration`)
export const enter = (id: string): Promise<{ link: string }> => post(`${own(id)}/entry`)
