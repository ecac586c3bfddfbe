import { onScopeDispose, readonly, ref, type Ref } from "vue"

/** Whether the window is as narrow as a phone. */
export function useNarrow(): Readonly<Ref<boolean>> {
  const query = window.matchMedia("(max-width: 767px)")
  const narrow = ref(query.matches)
  const look = (event: MediaQueryListEvent): void => void (narrow.value = event.matches)
  query.addEventListener("change", look)
  onScopeDispose(() => query.removeEventListener("change", look))
  return readonly(narrow)
}
