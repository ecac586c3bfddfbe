import { get, patch, post, put, remove, url } from "@/api/client"
import type { ListQuery } from "@/design/list"
import type { AddedPerson, ImportMode, ImportReport, NewPerson, Page, PersonChange, PersonRow, Role, Unit } from "@/api/types"

/** The routes by which an administrator keeps the people and units of the tenant. */

const person = (id: string): string => `/api/people/persons/${id}`
const role = (id: string, name: Role, unit: string | null): string => url(`${person(id)}/roles/${name}`, { unit })

export const listPersons = ({ q, filters, cursor }: ListQuery, signal: AbortSignal): Promise<Page<PersonRow>> =>
  get("/api/people/persons", { q, ...filters, cursor }, signal)
export const personsFile = ({ q, filters }: { q: string; filters: Record<string, string> }): string =>
  url("/api/people/persons.csv", { q, ...filters })
export const readPerson = (id: string, signal: AbortSignal): Promise<PersonRow> => get(person(id), {}, signal)
export const addPerson = (payload: NewPerson): Promise<AddedPerson> => post("/api/people/persons", payload)
export const changePerson = (id: string, changes: PersonChange): Promise<PersonRow> => patch(person(id), changes)
export const grantRole = (id: string, name: Role, unit: string | null): Promise<PersonRow> => put(role(id, name, unit))
export const revokeRole = (id: string, name: Role, unit: string | null): Promise<PersonRow> => remove(role(id, name, unit))
export const issuePassword = (id: string): Promise<{ initial_password: string }> => post(`${person(id)}/initial-password`)

export function importPersons(file: File, mode: ImportMode): Promise<ImportReport> {
  const form = new FormData()
  form.set("file", file)
  form.set("mode", mode)
  return post("/api/people/import", form)
}

export const addUnit = (name: string, parent_id: string | null): Promise<Unit> => post("/api/people/units", { name, parent_id })
export const changeUnit = (id: string, changes: { name?: string; parent_id?: string | null }): Promise<Unit> =>
  patch(`/api/people/units/${id}`, changes)
