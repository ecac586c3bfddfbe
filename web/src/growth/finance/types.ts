/** What travels about finance, under the names that these pages use. */
import type { components } from "@/api/schema"
import type { Match } from "@/growth/policies/types"

type Sent<T> = { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
type Schemas = { [Name in keyof components["schemas"]]: Sent<components["schemas"][Name]> }

export type Products = Omit<Schemas["ProductsOut"], "products"> & { products: Match[] }
export type Ask = components["schemas"]["EnquiryIn"]
export type Seen = Schemas["SeenOut"]
export type Section = Schemas["SheetSection"]
export type Enquiry = Schemas["EnquiryOut"]
export type Stage = "prepared" | "sent" | "answered" | "documents" | "approved" | "declined" | "withdrawn"
