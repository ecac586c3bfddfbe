import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from "vue"
import { asProblem, type Problem } from "@/api/client"
import { useLoad } from "@/api/useLoad"
import * as api from "./api"
import type { AnswerStatus, Mistake, Question, SelfTest, Test, Values } from "./types"

/** The test as the server knows it: every answer goes there at once and comes back as the next state. */
export function useSelfTest(
  firm: () => string,
  test: Test,
): {
  state: ShallowRef<SelfTest | null>
  problem: ShallowRef<Problem | null>
  refusal: ShallowRef<Problem | null>
  mistakes: ComputedRef<readonly Mistake[]>
  busy: Ref<boolean>
  reload: () => Promise<void>
  question: (id: string) => Question | undefined
  answer: (id: string, values: Values, status?: AnswerStatus) => Promise<boolean>
  change: (what: (firm: string, test: Test) => Promise<SelfTest>) => Promise<boolean>
  forgive: () => void
} {
  const { data: state, problem, reload } = useLoad((signal) => api.readSelfTest(firm(), test, signal))
  const refusal = shallowRef<Problem | null>(null)
  const busy = ref(false)
  const mistakes = computed(() => (refusal.value?.code === "growth.answer_invalid" ? (refusal.value.expected as Mistake[]) : []))

  async function change(what: (firm: string, test: Test) => Promise<SelfTest>): Promise<boolean> {
    busy.value = true
    refusal.value = null
    try {
      state.value = await what(firm(), test)
      return true
    } catch (error) {
      refusal.value = asProblem(error)
      return false
    } finally {
      busy.value = false
    }
  }

  return {
    state,
    problem,
    refusal,
    mistakes,
    busy,
    reload,
    question: (id) => state.value?.questions.find((one) => one.id === id),
    answer: (id, values, status = "answered") => change((of, on) => api.answer(of, on, id, values, status)),
    change,
    forgive: () => (refusal.value = null),
  }
}
