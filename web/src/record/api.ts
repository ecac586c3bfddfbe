import { get, post, url } from "@/api/client"
import type { Page } from "@/api/types"
import type { ListQuery } from "@/design/list"
import type {
  Check,
  Credential,
  CredentialList,
  MadeCredential,
  Reader,
  Scope,
  StatementFilters,
  StatementRow,
  StatementWhole,
  SystemNow,
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
