/** Small choices kept on this device. A web view without storage forgets them, and that is all. */

type Key = "language" | "mode" | "shortcuts" | "room" | "celebrated" | `columns.${string}` | `draft.${string}`

export function readKept(key: Key): string | null {
  try {
    return localStorage.getItem(`alula.${key}`)
  } catch {
    return null
  }
}

export function keep(key: Key, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`alula.${key}`)
    else localStorage.setItem(`alula.${key}`, value)
  } catch {
    // not kept: see above
  }
}
