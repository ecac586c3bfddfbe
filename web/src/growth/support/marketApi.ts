import { get, post, put, url } from "@/api/client"
import type { Page } from "@/api/types"
import type { ListQuery } from "@/design/list"
import type { Bottleneck, BottleneckIn, BottleneckRow, Confidential } from "./types"

/** The routes of the market of bottlenecks. */

const at = (id: string): string => `/api/growth/bottlenecks/${id}`

export const listBottlenecks = ({ q, filters, cursor }: ListQuery, signal: AbortSignal): Promise<Page<BottleneckRow>> =>
  get("/api/growth/bottlenecks", { q, ...filters, cursor }, signal)
export const bottlenecksFile = ({ q, filters }: { q: string; filters: Record<string, string> }): string =>
  url("/api/growth/bottlenecks.csv", { q, ...filters })
export const readBottleneck = (id: string, signal?: AbortSignal): Promise<Bottleneck> => get(at(id), {}, signal)
/** Each call is written down as a reading. */
export const readConfidential = (id: string): Promise<Confidential> => post(`${at(id)}/confidential`)
export const draftBottleneck = (payload: BottleneckIn): Promise<Bottleneck> => post("/api/growth/bottlenecks", payload)
export const changeBottleneck = (id: string, payload: BottleneckIn): Promise<Bottleneck> => put(at(id), payload)
export const wordPublicly = (id: string, payload: { title: string; summary: string }): Promise<Bottleneck> => put(`${at(id)}/public`, payload)
export const moveBottleneck = (id: string, move: string, payload: object = {}): Promise<Bottleneck> => post(`${at(id)}/${move}`, payload)
export const offerSolution = (
  id: string,
  payload: { words: string; price: number | null; weeks: number | null; expert_id: string | null },
): Promise<Bottleneck> => post(`${at(id)}/offers`, payload)
