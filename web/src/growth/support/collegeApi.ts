import { get, post, put, remove } from "@/api/client"
import type { CollegeGap, CollegePerson, Programme, ProgrammeIn, ProgrammeRow } from "./types"

/** The routes of the industry college. */

const at = (id: string): string => `/api/growth/programmes/${id}`

export const listProgrammes = (signal?: AbortSignal): Promise<ProgrammeRow[]> => get("/api/growth/programmes", {}, signal)
export const listCollegeGaps = (signal?: AbortSignal): Promise<CollegeGap[]> => get("/api/growth/college-gaps", {}, signal)
export const listCollegePeople = (q: string, signal?: AbortSignal): Promise<CollegePerson[]> => get("/api/growth/college-people", { q }, signal)
export const readProgramme = (id: string, signal?: AbortSignal): Promise<Programme> => get(at(id), {}, signal)
export const planProgramme = (payload: ProgrammeIn): Promise<Programme> => post("/api/growth/programmes", payload)
export const changeProgramme = (id: string, payload: ProgrammeIn): Promise<Programme> => put(at(id), payload)
export const addLesson = (id: string, payload: { title: string; starts_at: string; ends_at: string; where: string }): Promise<Programme> =>
  post(`${at(id)}/lessons`, payload)
export const enrol = (id: string, people: string[]): Promise<Programme> => post(`${at(id)}/enrolments`, { people })
export const leave = (id: string, enrolment: string): Promise<Programme> => remove(`${at(id)}/enrolments/${enrolment}`)
export const recordAttendance = (id: string, lesson: string, present: Record<string, boolean>): Promise<Programme> =>
  put(`${at(id)}/lessons/${lesson}/attendance`, { present })
