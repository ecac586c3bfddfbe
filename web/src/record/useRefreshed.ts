import { onScopeDispose } from "vue"
import { useLoad, type Loaded } from "@/api/useLoad"

/** As `useLoad`, and again every `seconds` while the page is looked at. */
export function useRefreshed<T>(load: (signal: AbortSignal) => Promise<T>, seconds: number): Loaded<T> {
  const loaded = useLoad(load)
  const timer = window.setInterval(() => {
    if (!document.hidden && !loaded.loading.value) void loaded.reload()
  }, seconds * 1000)
  onScopeDispose(() => window.clearInterval(timer))
  return loaded
}
