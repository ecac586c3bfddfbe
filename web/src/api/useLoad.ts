import { onScopeDispose, shallowRef, type ShallowRef } from "vue"
import { asProblem, type Problem } from "./client"

export interface Loaded<T> {
  data: ShallowRef<T | null>
  problem: ShallowRef<Problem | null>
  loading: ShallowRef<boolean>
  reload: () => Promise<void>
}

/**
 * Load what a page shows, at once and again on `reload`. While it loads again the old data stays; a later answer to
 * an earlier question is dropped; leaving the page aborts.
 */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const loading = shallowRef(true)
  let running = new AbortController()

  async function reload(): Promise<void> {
    running.abort()
    const mine = (running = new AbortController())
    loading.value = true
    problem.value = null
    try {
      const answer = await load(mine.signal)
      if (!mine.signal.aborted) data.value = answer
    } catch (error) {
      if (mine.signal.aborted) return
      problem.value = asProblem(error)
    } finally {
      if (!mine.signal.aborted) loading.value = false
    }
  }

  void reload()
  onScopeDispose(() => running.abort())
  return { data, problem, loading, reload }
}
