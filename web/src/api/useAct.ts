import { readonly, ref, shallowRef, type Ref, type ShallowRef } from "vue"
import { asProblem, type Problem } from "./client"

/** Do something that the server may refuse: while it runs `busy`, afterwards the refusal or null. */
export function useAct(): {
  act: (what: () => Promise<unknown>) => Promise<boolean>
  busy: Readonly<Ref<boolean>>
  problem: ShallowRef<Problem | null>
} {
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)

  async function act(what: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    problem.value = null
    try {
      await what()
      return true
    } catch (error) {
      problem.value = asProblem(error)
      return false
    } finally {
      busy.value = false
    }
  }
  return { act, busy: readonly(busy), problem }
}
