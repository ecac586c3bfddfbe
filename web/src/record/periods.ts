import type { Choice } from "@/design/list"
import type { Language } from "@/api/types"

/** The last twelve months, this one first: "2026-11" as "2026 年 11 月" or "November 2026". `now` in the viewer's own time. */
export function monthsBefore(now: Date, language: Language): Choice[] {
  return Array.from({ length: 12 }, (_, back) => {
    const month = new Date(now.getFullYear(), now.getMonth() - back, 1)
    const value = `${month.getFullYear()}-${String(month.getMonth() + 1).padStart(2, "0")}`
    const label =
      language === "zh"
        ? `${month.getFullYear()} 年 ${month.getMonth() + 1} 月`
        : new Intl.DateTimeFormat("en", { month: "long", year: "numeric" }).format(month)
    return { value, label }
  })
}
