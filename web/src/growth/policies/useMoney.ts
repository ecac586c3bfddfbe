import { useI18n } from "vue-i18n"
import { language } from "@/i18n"

const TEN_THOUSAND = 10_000

/** Amounts come in 10,000 yuan. Chinese says 万元, English yuan; a dash stands where no source states a sum. */
export function useMoney(): { money: (amount: string | number | null | undefined) => string } {
  const { t, n } = useI18n()
  const unit = (): number => (language.value === "zh" ? 1 : TEN_THOUSAND)
  return { money: (amount) => (amount === null || amount === undefined || amount === "" ? "–" : t("policies.money", { n: n(Number(amount) * unit()) })) }
}
