import { reactive, readonly } from "vue"

export interface Toast {
  id: number
  text: string
  tone: "plain" | "bad"
  undo?: () => unknown
}

const shown = reactive<Toast[]>([])
let next = 1

/** What the host draws: see ToastHost.vue. */
export const toasts = readonly(shown)

/**
 * Say in passing that something was done, and offer to undo it. It stays 5 seconds, 10 with an undo.
 *
 * Never for what must be read: that stands on the page.
 */
export function toast(text: string, { undo, tone = "plain" }: { undo?: () => unknown; tone?: Toast["tone"] } = {}): void {
  const id = next++
  shown.push({ id, text, tone, undo })
  if (shown.length > 3) shown.shift()
  window.setTimeout(() => dismiss(id), undo || tone === "bad" ? 10_000 : 5_000)
}

export function dismiss(id: number): void {
  const index = shown.findIndex((one) => one.id === id)
  if (index >= 0) shown.splice(index, 1)
}
