import { computed, onBeforeUnmount, onMounted, ref, shallowRef, type Ref } from "vue"
import { onBeforeRouteLeave } from "vue-router"
import { asProblem, type Problem } from "@/api/client"
import { readEntry, saveDraft } from "./api"
import type { Entry, PolicyForm } from "./types"

const PAUSE = 800

/**
 * A draft that saves itself a moment after the last change, and before one leaves. Whoever leaves while it could not be
 * saved is asked. Somebody else's newer draft is never overwritten: then nothing is saved until it was fetched.
 */
export function useDraft(id: string): {
  entry: Ref<Entry | null>
  form: Ref<PolicyForm>
  text: Ref<string>
  problem: Ref<Problem | null>
  state: Ref<"saved" | "waiting" | "saving" | "failed">
  changeForm: (patch: PolicyForm) => void
  changeText: (text: string) => void
  flush: () => Promise<boolean>
  fetchAgain: () => Promise<void>
} {
  const entry = shallowRef<Entry | null>(null)
  const form = ref<PolicyForm>({})
  const text = ref("")
  const problem = shallowRef<Problem | null>(null)
  const state = ref<"saved" | "waiting" | "saving" | "failed">("saved")
  let pending: { form: PolicyForm } | { text: string } | null = null
  let timer = 0
  let running: Promise<void> | null = null
  const controller = new AbortController()

  function take(found: Entry): void {
    entry.value = found
    if (pending) return
    form.value = found.form ?? {}
    text.value = found.text
  }

  async function fetchAgain(): Promise<void> {
    problem.value = null
    pending = null
    try {
      take(await readEntry(id, controller.signal))
      state.value = "saved"
    } catch (error) {
      problem.value = asProblem(error)
    }
  }

  function later(): void {
    state.value = "waiting"
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void flush(), PAUSE)
  }

  async function save(): Promise<void> {
    const draft = pending
    const known = entry.value
    if (!draft || !known) return
    pending = null
    state.value = "saving"
    try {
      const found = await saveDraft(id, known.revision, draft)
      problem.value = null
      take(found)
      state.value = pending ? "waiting" : "saved"
    } catch (error) {
      pending ??= draft
      problem.value = asProblem(error)
      state.value = "failed"
    }
  }

  /** Save what is not saved yet; whether nothing is left. */
  async function flush(): Promise<boolean> {
    window.clearTimeout(timer)
    await running
    running = save()
    await running
    running = null
    return pending === null
  }

  const conflict = computed(() => problem.value?.code === "growth.policy_changed")

  function changeForm(patch: PolicyForm): void {
    form.value = { ...form.value, ...patch }
    pending = { form: form.value }
    if (!conflict.value) later()
  }
  function changeText(next: string): void {
    text.value = next
    pending = { text: next }
    if (!conflict.value) later()
  }

  const guard = (event: BeforeUnloadEvent): void => {
    if (pending) event.preventDefault()
  }
  onMounted(() => {
    window.addEventListener("beforeunload", guard)
    void fetchAgain()
  })
  onBeforeUnmount(() => {
    window.clearTimeout(timer)
    window.removeEventListener("beforeunload", guard)
    controller.abort()
  })
  return { entry, form, text, problem, state, changeForm, changeText, flush, fetchAgain }
}

/** Leaving saves first; only what could not be saved is asked about. */
export function useLeaveGuard(flush: () => Promise<boolean>, question: () => string): void {
  onBeforeRouteLeave(async () => (await flush()) || window.confirm(question()))
}
