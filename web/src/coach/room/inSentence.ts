import { language } from "@/i18n"

/** A name as it stands inside a sentence: in Chinese a Latin one keeps its distance from the characters around it. */
export function inSentence(name: string): string {
  return language.value === "zh" && /[A-Za-z]/.test(name) ? ` ${name} ` : name
}
