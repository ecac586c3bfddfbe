import { computed, ref, watch, type ComputedRef, type Ref } from "vue"
import { useRoute, useRouter } from "vue-router"
import type { Choice, ListFilter } from "./list"

export interface ListState {
  q: Ref<string>
  sort: Ref<string>
  filters: Ref<Record<string, string>>
  /** The filters in force, as words. */
  inForce: ComputedRef<{ key: string; label: string; choice: string }[]>
  narrowed: ComputedRef<boolean>
  clear: () => void
}

const PAUSE = 250

/** Search, order and filters of a list, kept in the address: so that "back" returns to them and a link carries them. */
export function useListState(filters: () => readonly ListFilter[], firstSort: string, changed: () => void): ListState {
  const route = useRoute()
  const router = useRouter()
  const said = (key: string): string => (typeof route.query[key] === "string" ? route.query[key] : "")
  const q = ref(said("q"))
  const sort = ref(said("sort") || firstSort)
  const chosen = ref<Record<string, string>>(Object.fromEntries(filters().map(({ key }) => [key, said(key)])))
  let waiting = 0

  function tell(): void {
    const query = { ...route.query, ...chosen.value, q: q.value, sort: sort.value === firstSort ? "" : sort.value }
    void router.replace({ query: Object.fromEntries(Object.entries(query).filter(([, value]) => value)) })
    changed()
  }
  watch(q, () => {
    window.clearTimeout(waiting)
    waiting = window.setTimeout(tell, PAUSE)
  })
  watch([sort, chosen], tell, { deep: true })

  const wordOf = (choices: readonly Choice[], value: string): string =>
    choices.find((choice) => choice.value === value)?.label ?? value
  const inForce = computed(() =>
    filters().flatMap(({ key, label, choices }) => {
      const value = chosen.value[key]
      return value ? [{ key, label, choice: wordOf(choices, value) }] : []
    }),
  )
  return {
    q,
    sort,
    filters: chosen,
    inForce,
    narrowed: computed(() => q.value.trim() !== "" || inForce.value.length > 0),
    clear: () => {
      q.value = ""
      for (const key of Object.keys(chosen.value)) chosen.value[key] = ""
    },
  }
}
