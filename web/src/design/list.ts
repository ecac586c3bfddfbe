import type { Page } from "@/api/types"

/** What a list asks its source: the words searched for, the order, the filters by their key, and where to go on. */
export interface ListQuery {
  q: string
  sort: string
  filters: Record<string, string>
  cursor: string | null
}

export type ListSource<T> = (query: ListQuery, signal: AbortSignal) => Promise<Page<T>>

export interface Choice {
  value: string
  label: string
}

export interface ListFilter {
  key: string
  label: string
  /** The choice of not choosing: "all units". */
  any: string
  choices: readonly Choice[]
}

export interface Column<T> {
  key: string
  title: string
  /** The cell as text; a slot `cell-<key>` draws it instead. */
  text?: (row: T) => string
  /** Figures and moments stand at the right; the order is named by the kind. Text when left out. */
  kind?: "text" | "figure" | "moment"
  /** What the source calls the order by this column, rising and falling; the falling one is tried first. */
  order?: { up?: string; down?: string }
  /** May be hidden by the reader; the first column never. */
  optional?: boolean
}
