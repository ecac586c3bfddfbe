import { onScopeDispose } from "vue"

/** `j` and `k` walk through the rows of the list on the page; Enter opens the one reached, as everywhere. */
export function useRowKeys(): void {
  function listen(event: KeyboardEvent): void {
    const target = event.target as HTMLElement
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return
    const by = { j: 1, k: -1 }[event.key]
    const doors = [...document.querySelectorAll<HTMLElement>("#content tbody .door a.cell")]
    if (!by || doors.length === 0) return
    const here = doors.indexOf(document.activeElement as HTMLElement)
    doors[here < 0 ? 0 : Math.min(Math.max(here + by, 0), doors.length - 1)]?.focus()
  }
  document.addEventListener("keydown", listen)
  onScopeDispose(() => document.removeEventListener("keydown", listen))
}
