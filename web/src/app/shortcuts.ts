/** Where a shortcut leads: a route's name, or the search field of the page. */
export interface Way {
  keys: readonly string[]
  to: "search" | "today" | "practise" | "practice" | "me"
  title: string
}

export const ways: readonly Way[] = [
  { keys: ["/"], to: "search", title: "app.shortcut.search" },
  { keys: ["g", "t"], to: "today", title: "app.section.today" },
  { keys: ["g", "p"], to: "practise", title: "app.section.practise" },
  { keys: ["g", "h"], to: "practice", title: "app.section.practice" },
  { keys: ["g", "m"], to: "me", title: "app.section.me" },
]

/** The way that `key` completes, `before` being the key pressed just before it. */
export function keyed(before: string, key: string): Way | undefined {
  return ways.find(({ keys }) => keys.at(-1) === key && (keys.length === 1 || keys[0] === before))
}
