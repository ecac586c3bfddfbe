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
