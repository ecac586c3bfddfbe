import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from "vue"
import { asProblem, type Problem } from "./client"
import type { Page } from "./types"

export interface Pages<T> {
  rows: ShallowRef<T[]>
  total: ShallowRef<number | null>
  problem: ShallowRef<Problem | null>
  /** "fresh": the first page is on its way; "more": a following one. */
  loading: Ref<"fresh" | "more" | null>
  hasMore: Ref<boolean>
  start: () => Promise<void>
  more: () => Promise<void>
}

/** A list that comes in pages by cursor. `start` begins again; an answer to a question no longer asked is dropped. */
export function usePages<T>(load: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>): Pages<T> {
  const rows = shallowRef<T[]>([])
  const total = shallowRef<number | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const loading = ref<"fresh" | "more" | null>("fresh")
  const hasMore = ref(false)
  let cursor: string | null = null
  let running = new AbortController()

  async function fetch(from: string | null): Promise<void> {
    running.abort()
    const mine = (running = new AbortController())
    loading.value = from ? "more" : "fresh"
    problem.value = null
    try {
      const page = await load(from, mine.signal)
      if (mine.signal.aborted) return
      rows.value = from ? [...rows.value, ...page.items] : page.items
      total.value = page.total ?? (from ? total.value : null)
      cursor = page.next
      hasMore.value = page.next !== null
    } catch (error) {
      if (mine.signal.aborted) return
      problem.value = asProblem(error)
    } finally {
      if (!mine.signal.aborted) loading.value = null
    }
  }

  onScopeDispose(() => running.abort())
  return { rows, total, problem, loading, hasMore, start: () => fetch(null), more: () => fetch(cursor) }
}
