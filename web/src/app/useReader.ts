import { language } from "@/i18n"
import { exactly, when } from "@/i18n/when"
import { signedIn } from "./session"

/** Moments in the words and the zone of whoever is signed in. */
export function useReader(): { when: (iso: string) => string; exactly: (iso: string) => string } {
  const reader = () => ({ language: language.value, timezone: signedIn.value?.timezone ?? "Asia/Shanghai" })
  return { when: (iso) => when(iso, reader()), exactly: (iso) => exactly(iso, reader()) }
}
