import { computed, type ComputedRef } from "vue"
import { createI18n } from "vue-i18n"
import { speak } from "@/api/client"
import type { Language, Texts } from "@/api/types"
import { readKept, keep } from "@/app/kept"

export const languages: readonly Language[] = ["zh", "en"]

export const i18n = createI18n({ legacy: false, locale: "zh", fallbackLocale: "zh", messages: {} })

const texts = { zh: () => import("./zh"), en: () => import("./en") }

/** The language kept on this device, else the first of ours that the browser asks for. */
export function firstLanguage(): Language {
  const kept = readKept("language")
  if (kept === "zh" || kept === "en") return kept
  const asked = navigator.languages.map((tag) => tag.slice(0, 2))
  return asked.find((short): short is Language => short === "zh" || short === "en") ?? "zh"
}

/** Speak `language` from now on: loads its texts once, tells the document and the server's refusals. */
export async function useLanguage(language: Language): Promise<void> {
  if (!i18n.global.availableLocales.includes(language)) {
    i18n.global.setLocaleMessage(language, (await texts[language]()).default)
  }
  i18n.global.locale.value = language
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en"
  keep("language", language)
  speak(language)
}

export const language: ComputedRef<Language> = computed(() => (i18n.global.locale.value === "en" ? "en" : "zh"))

/** The text of the language in use, else Chinese. */
export function pick(texts: Texts | null | undefined): string {
  return texts ? texts[language.value] || texts.zh : ""
}
