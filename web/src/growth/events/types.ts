import type { components } from "@/api/schema"

/** What travels for conferences. */

type Sent<T> = { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
type Schemas = { [Name in keyof components["schemas"]]: Sent<components["schemas"][Name]> }

export type EventCard = Schemas["EventCard"]
export type Conference = Schemas["EventOut"]
export type Attendance = Schemas["AttendanceOut"]
export type EventIn = components["schemas"]["EventIn"]
