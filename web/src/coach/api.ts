import { get, post, url } from "@/api/client"
import type { ListQuery } from "@/design/list"
import type { Level, Page, Practice, Scenario, ScenarioCard, Session, SessionCard, TeamRow } from "@/api/types"

/** The coach's routes that the pages outside the room use. */

export const listScenarios = ({ q, filters, cursor }: Omit<ListQuery, "sort">, signal: AbortSignal): Promise<Page<ScenarioCard>> =>
  get("/api/coach/scenarios", { q, ...filters, cursor }, signal)

export const readScenario = (id: string, signal: AbortSignal): Promise<Scenario> => get(`/api/coach/scenarios/${id}`, {}, signal)

export const startSession = (scenario: string, level: Level): Promise<Session> => post("/api/coach/sessions", { scenario, level })

export const listSessions = (query: Record<string, string>, signal: AbortSignal): Promise<Page<SessionCard>> =>
  get("/api/coach/sessions", query, signal)

export const readPractice = (signal: AbortSignal): Promise<Practice> => get("/api/coach/practice", {}, signal)

export const listTeam = ({ q, sort, filters, cursor }: ListQuery, signal: AbortSignal): Promise<Page<TeamRow>> =>
  get("/api/coach/team", { q, sort, ...filters, cursor }, signal)

export const teamFile = ({ q, sort, filters }: Omit<ListQuery, "cursor">): string => url("/api/coach/team.csv", { q, sort, ...filters })
