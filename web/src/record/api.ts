import { get, post, url } from "@/api/client"
import type { Page } from "@/api/types"
import type { ListQuery } from "@/design/list"
import type {
  ArchivedMonth,
  Aside,
  Check,
  Credential,
  CredentialList,
  Forwarding,
  MadeCredential,
  NewExport,
  NewForwarding,
  OtherStore,
  Reader,
  Scope,
  StatementFilters,
  StatementRow,
  StatementWhole,
  StoreFound,
  SystemNow,
  Transfer,
} from "./types"

const statements = "/api/record/statements"
const credential = (key: string, act: string): string => `/api/record/credentials/${key}/${act}`

/** The server looks at a bounded part of the record for each page; so many empty pages are gone past. */
const PATIENCE = 100

/** A page of statements. A page without any is gone past, so that what is rare is found however far back it lies. */
export async function listStatements({ q, filters, cursor }: ListQuery, signal: AbortSignal): Promise<Page<StatementRow>> {
  let page = await get<Page<StatementRow>>(statements, { q, ...filters, cursor }, signal)
  for (let tries = 0; page.items.length === 0 && page.next && tries < PATIENCE; tries++) {
    page = await get<Page<StatementRow>>(statements, { q, ...filters, cursor: page.next }, signal)
  }
  return page
}
export const statementsFile = (kind: "csv" | "jsonl", query: Record<string, string>): string => url(`${statements}.${kind}`, query)
export const readStatement = (id: string, signal: AbortSignal): Promise<StatementWhole> => get(`${statements}/${id}`, {}, signal)
export const readFilters = (signal: AbortSignal): Promise<StatementFilters> => get(`${statements}/filters`, {}, signal)

export const listCredentials = (signal: AbortSignal): Promise<CredentialList> => get("/api/record/credentials", {}, signal)
export const makeCredential = (name: string, scopes: Scope[]): Promise<MadeCredential> => post("/api/record/credentials", { name, scopes })
export const rotateCredential = (key: string): Promise<MadeCredential> => post(credential(key, "rotate"))
export const endCredential = (key: string): Promise<Credential> => post(credential(key, "end"))
export const resumeCredential = (key: string): Promise<Credential> => post(credential(key, "resume"))

export const readSystem = (signal: AbortSignal): Promise<SystemNow> => get("/api/system", {}, signal)
export const readChecks = (signal: AbortSignal): Promise<Check[]> => get("/api/system/checks", {}, signal)
export const rebuildReader = (name: string): Promise<Reader> => post(`/api/system/readers/${name}/rebuild`)

const forwardings = "/api/record/forwardings"
export const listForwardings = (signal: AbortSignal): Promise<Forwarding[]> => get(forwardings, {}, signal)
export const addForwarding = (one: NewForwarding): Promise<Forwarding> => post(forwardings, one)
export const tryStore = (one: OtherStore): Promise<StoreFound> => post(`${forwardings}/test`, one)
export const listAside = (id: string): Promise<Aside[]> => get(`${forwardings}/${id}/aside`)
export const actOnForwarding = (id: string, act: "pause" | "continue" | "end" | "restore"): Promise<Forwarding> =>
  post(`${forwardings}/${id}/${act}`)

const transfers = "/api/record/transfers"
export const listTransfers = (signal: AbortSignal): Promise<Transfer[]> => get(transfers, {}, signal)
export const transferFile = (id: string, kind: "file" | "attachments" | "report"): string => `${transfers}/${id}/${kind}`
export const askForExport = (one: NewExport): Promise<Transfer> => post("/api/record/exports", one)
export function importFile(file: File, allOrNothing: boolean): Promise<Transfer> {
  const form = new FormData()
  form.append("file", file)
  form.append("all_or_nothing", String(allOrNothing))
  return post("/api/record/imports", form)
}
export const listArchive = (signal: AbortSignal): Promise<ArchivedMonth[]> => get("/api/record/archive", {}, signal)
