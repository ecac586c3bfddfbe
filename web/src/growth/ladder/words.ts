import { useI18n } from "vue-i18n"
import { language } from "@/i18n"

/** Days and names of the ladder as a person says them. */
export function useWords(): {
  day: (iso: string) => string
  away: (days: number) => string
  title: (kind: string) => string
  sought: (application: { tier: string; kind: string }) => string
  validity: (title: { since: string | null; until: string | null }) => string
} {
  const { t } = useI18n()
  // A calendar day has no zone: it is read and shown in UTC, so that none turns it.
  const day = (iso: string): string =>
    new Intl.DateTimeFormat(language.value === "zh" ? "zh-CN" : "en", {
      timeZone: "UTC",
      year: "numeric",
      month: language.value === "zh" ? "long" : "short",
      day: "numeric",
    })
      .format(new Date(`${iso}T00:00:00Z`))
      .replace(/(\d)(?=[年月日])/g, "$1 ")
      .replace(/([年月])(?=\d)/g, "$1 ")
  return {
    day,
    away: (days) =>
      days === 0 ? t("ladder.days.today") : days < 0 ? t("ladder.days.over", { n: -days }, -days) : t("ladder.days.left", { n: days }, days),
    title: (kind) => t(`ladder.title.${kind}`),
    sought: ({ tier, kind }) => (kind === "review" ? t("ladder.review_of", { title: t(`ladder.title.${tier}`) }) : t(`ladder.title.${tier}`)),
    validity: ({ since, until }) =>
      since && until
        ? t("ladder.from_to", { since: day(since), until: day(until) })
        : until
          ? t("ladder.until", { day: day(until) })
          : since
            ? t("ladder.since", { day: day(since) })
            : t("ladder.no_dates"),
  }
}
