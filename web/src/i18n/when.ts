import type { Language } from "../api/types.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

interface Reader {
  language: Language
  timezone: string
}

/** A moment as people say it: relative up to a week, then the date; in the reader's zone. `iso` is RFC 3339. */
export function when(iso: string, { language, timezone }: Reader, now: Date = new Date()): string {
  const then = new Date(iso)
  const past = now.getTime() - then.getTime()
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" })
  if (past < MINUTE) return language === "zh" ? "刚刚" : "just now"
  if (past < HOUR) return spaced(relative.format(-Math.floor(past / MINUTE), "minute"))
  const days = dayNumber(now, timezone) - dayNumber(then, timezone)
  if (days === 0) return spaced(relative.format(-Math.floor(past / HOUR), "hour"))
  if (days < 7) return spaced(relative.format(-days, "day"))
  const sameYear = part(then, timezone, "year") === part(now, timezone, "year")
  return spaced(
    new Intl.DateTimeFormat(language, {
      timeZone: timezone,
      year: sameYear ? undefined : "numeric",
      month: language === "zh" ? "long" : "short",
      day: "numeric",
    }).format(then),
  )
}

/** The full date and time, for where the exact moment matters. */
export function exactly(iso: string, { language, timezone }: Reader): string {
  return spaced(
    new Intl.DateTimeFormat(language, { timeZone: timezone, dateStyle: "medium", timeStyle: "short" }).format(new Date(iso)),
  )
}

function part(date: Date, timeZone: string, which: "year" | "month" | "day"): number {
  return Number(new Intl.DateTimeFormat("en", { timeZone, [which]: "numeric" }).format(date))
}

function dayNumber(date: Date, timeZone: string): number {
  return Date.UTC(part(date, timeZone, "year"), part(date, timeZone, "month") - 1, part(date, timeZone, "day")) / DAY
}

/** Han and digits stand apart, as in the rest of our texts. */
function spaced(text: string): string {
  return text.replace(/(\d)(?=\p{Script=Han})/gu, "$1 ").replace(/(\p{Script=Han})(?=\d)/gu, "$1 ")
}
