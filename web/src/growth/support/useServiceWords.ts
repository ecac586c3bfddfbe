import { computed, shallowRef, type ComputedRef, type ShallowRef } from "vue"
import type { Choice } from "@/design/list"
import { pick } from "@/i18n"
import { readServiceWords } from "./api"
import type { ServiceWords } from "./types"

const words: ShallowRef<ServiceWords | null> = shallowRef(null)
let asked = false

interface Reading {
  words: ShallowRef<ServiceWords | null>
  kinds: ComputedRef<Choice[]>
  expertise: ComputedRef<Choice[]>
  industries: ComputedRef<Choice[]>
  ties: ComputedRef<Choice[]>
  kindOf: (kind: string) => string
  expertiseOf: (ids: readonly string[]) => string[]
}

/** The closed lists of the service, asked for once; empty until they are there. */
export function useServiceWords(): Reading {
  if (!asked) {
    asked = true
    readServiceWords().then(
      (found) => void (words.value = found),
      () => void (asked = false),
    )
  }
  const choices = (part: keyof ServiceWords): ComputedRef<Choice[]> =>
    computed(() => Object.entries(words.value?.[part] ?? {}).map(([value, texts]) => ({ value, label: pick(texts) })))
  return {
    words,
    kinds: choices("kinds"),
    expertise: choices("expertise"),
    industries: choices("industries"),
    ties: choices("ties"),
    kindOf: (kind) => pick(words.value?.kinds[kind]) || kind,
    expertiseOf: (ids) => ids.map((id) => pick(words.value?.expertise[id]) || id),
  }
}
