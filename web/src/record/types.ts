/** What travels between the record's pages and the server. */
import type { components } from "@/api/schema"

type Sent<T> = { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
type Schemas = { [Name in keyof components["schemas"]]: Sent<components["schemas"][Name]> }

export type StatementRow = Schemas["StatementRow"]
/** `body` is the statement as xAPI 2.0 shows it. */
export type StatementWhole = Omit<Schemas["StatementWhole"], "body"> & { body: Record<string, unknown> }
export type StatementFilters = Schemas["StatementFilters"]
export type Credential = Schemas["CredentialRow"]
export type Scope = Credential["scopes"][number]
export type CredentialList = Schemas["CredentialList"]
export type SystemNow = Schemas["SystemNow"]
export type Reader = SystemNow["readers"][number]
export type Check = Schemas["CheckRow"]
export type MadeCredential = Schemas["MadeCredential"]

export type Forwarding = Schemas["RecordForwarding"]
export type Aside = Schemas["AsideOut"]
export type NewForwarding = Schemas["NewForwardingIn"]
export type OtherStore = Schemas["OtherStore"]
export type StoreFound = Schemas["StoreFound"]
export type Transfer = Schemas["RecordTransfer"]
export type NewExport = Schemas["NewExportIn"]
export type ArchivedMonth = Schemas["ArchivedMonth"]

/** In the order in which they are chosen from. */
export const scopes: readonly Scope[] = ["write", "define", "read_own", "read_all", "profile"]
