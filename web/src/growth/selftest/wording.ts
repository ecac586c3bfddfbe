import type { Texts } from "@/api/types"
import { language } from "@/i18n"
import type { Outcome, State } from "./types"
import type { IconName } from "@/design/icons"

/** Shapes beside the words of a state: never colour alone. */
export const stateShape: Record<State, IconName> = { met: "check", unmet: "close", unknown: "help", human: "me", not_applicable: "minus" }
export const stateTone = { met: "good", unmet: "bad", unknown: "plain", human: "caution", not_applicable: "plain" } as const
export const outcomeTone: Record<Outcome, "good" | "bad" | "plain"> = { pass: "good", fail: "bad", ineligible: "bad", unknown: "plain" }

/** A number of 10,000 yuan as it is read: 5,200 万元, or 52,000,000 yuan. */
export function money(tenThousands: number): string {
  return language.value === "zh"
    ? `${tenThousands.toLocaleString("zh-CN", { maximumFractionDigits: 2 })} 万元`
    : `${(tenThousands * 10_000).toLocaleString("en")} yuan`
}

/** A day without its time, in the reader's words. */
export function day(iso: string): string {
  const date = new Date(`${iso.slice(0, 10)}T00:00:00Z`)
  const text = new Intl.DateTimeFormat(language.value, { timeZone: "UTC", year: "numeric", month: language.value === "zh" ? "long" : "short", day: "numeric" }).format(date)
  return text.replace(/(\d)([年月日])/g, "$1 $2").replace(/([年月])(\d)/g, "$1 $2")
}

/** Two texts that are the same are shown once. */
export const same = (one: Texts | null, other: Texts): boolean => one !== null && one.zh === other.zh
