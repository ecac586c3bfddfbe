import { onScopeDispose } from "vue"

interface TalkKeys {
  /** Something lies above the talk and has the keys. */
  covered: () => boolean
  down: () => void
  up: () => void
  pause: () => void
}

/** The space bar talks, wherever it would not write a space or press another button; Esc pauses and goes on. */
export function useTalkKeys({ covered, down, up, pause }: TalkKeys): void {
  function talks(event: KeyboardEvent): boolean {
    const target = event.target as HTMLElement
    const other = target.closest("a, input, textarea, select, summary, button, [contenteditable]")
    return event.code === "Space" && !covered() && (!other || other.closest(".talk-button") !== null)
  }

  function pressed(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === "Escape" && !covered() && !event.defaultPrevented) pause()
    if (!talks(event)) return
    event.preventDefault()
    if (!event.repeat) down()
  }

  const released = (event: KeyboardEvent): void => {
    if (talks(event)) up()
  }

  document.addEventListener("keydown", pressed)
  document.addEventListener("keyup", released)
  // A window that loses the keys never hears the key go up.
  window.addEventListener("blur", up)
  onScopeDispose(() => {
    document.removeEventListener("keydown", pressed)
    document.removeEventListener("keyup", released)
    window.removeEventListener("blur", up)
  })
}
