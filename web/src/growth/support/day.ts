import { computed } from "vue"
import { me } from "@/app/session"
import { language } from "@/i18n"

/** A day without a time ("2026-12-01") as people write it; the year stands when it is another one. */
export function dayInWords(day: string | null): string {
  if (!day) return "–"
  const date = new Date(`${day}T00:00:00Z`)
  const year = date.getUTCFullYear() === new Date().getFullYear() ? undefined : "numeric"
  const words = new Intl.DateTimeFormat(language.value, { timeZone: "UTC", year, month: language.value === "zh" ? "long" : "short", day: "numeric" }).format(date)
  return words.replace(/(\d)(?=\p{Script=Han})/gu, "$1 ").replace(/(\p{Script=Han})(?=\d)/gu, "$1 ")
}

/** Today where the reader is, as a form takes it. */
export const today = computed(() => new Intl.DateTimeFormat("sv", { timeZone: me.value.timezone }).format(new Date()))

const wall = (moment: Date, zone: string): string =>
  new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(moment).replace(" ", "T")

/** A moment as a form takes it ("2026-12-01T09:00"), in the reader's zone. */
export const toLocal = (iso: string): string => wall(new Date(iso), me.value.timezone)

/** What a form gave, as a moment with its zone. */
export function fromLocal(local: string, zone = me.value.timezone): string {
  const wanted = Date.parse(`${local}Z`)
  let moment = wanted
  // The zone's distance to UTC may differ at the moment that the first try names; the second try is exact.
  for (let tries = 0; tries < 2; tries++) moment += wanted - Date.parse(`${wall(new Date(moment), zone)}Z`)
  return new Date(moment).toISOString()
}

/** The Monday of the week of a day, and the day some days later, as "2026-12-01". */
export function mondayOf(day: string): string {
  return plusDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))
}
export function plusDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** "9:00–11:00" of a visit in the reader's zone. */
export function hoursInWords(starts: string, ends: string): string {
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone: me.value.timezone, timeStyle: "short" })
  return `${hour.format(new Date(starts))}–${hour.format(new Date(ends))}`
}

/** "星期二", "Tuesday". */
export const weekdayInWords = (day: string): string =>
  new Intl.DateTimeFormat(language.value, { timeZone: "UTC", weekday: "short" }).format(new Date(`${day}T00:00:00Z`))
