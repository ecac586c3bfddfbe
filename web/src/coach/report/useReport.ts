import { onScopeDispose, shallowRef, type ShallowRef } from "vue"
import { get, Problem } from "@/api/client"
import type { ReportAnswer } from "@/api/types"

const FIRST_WAIT = 500
const LONGEST_WAIT = 5_000

/** The report, asked for until it is there: soon at first, then less often. A lost line is asked again as well. */
export function useReport(id: string): {
  answer: ShallowRef<ReportAnswer | null>
  problem: ShallowRef<Problem | null>
  reload: () => Promise<void>
} {
  const answer = shallowRef<ReportAnswer | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let wait = FIRST_WAIT
  let timer: number | undefined
  let gone = false

  async function reload(): Promise<void> {
    window.clearTimeout(timer)
    try {
      const loaded = await get<ReportAnswer>(`/api/coach/sessions/${id}/report`)
      if (gone) return
      answer.value = loaded
      problem.value = null
      if (loaded.status === "scoring") later()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (gone) return
      problem.value = error
      if (answer.value?.status === "scoring") later()
    }
  }

  function later(): void {
    timer = window.setTimeout(() => void reload(), wait)
    wait = Math.min(LONGEST_WAIT, wait * 1.5)
  }

  onScopeDispose(() => {
    gone = true
    window.clearTimeout(timer)
  })
  void reload()
  return { answer, problem, reload }
}
