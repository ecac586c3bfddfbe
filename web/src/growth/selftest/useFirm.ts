import { computed, type ComputedRef } from "vue"
import type { RouteLocationRaw } from "vue-router"
import { me } from "@/app/session"
import type { Test } from "./types"

/** Whose self-test a page shows, and where its pages are: an owner's own, or a firm that an officer looks at. */
export function useFirm(firmId: () => string | undefined): {
  firm: ComputedRef<string>
  own: ComputedRef<boolean>
  page: (name: "self-test" | "result" | "digital" | "digital-result" | "history" | "import", query?: Record<string, string | undefined>) => RouteLocationRaw
} {
  const firm = computed(() => firmId() ?? me.value.tenant.id)
  const own = computed(() => firm.value === me.value.tenant.id)
  return {
    firm,
    own,
    page: (name, query = {}) => (own.value ? { name, query } : { name: `firm-${name}`, params: { firm: firm.value }, query }),
  }
}

export const pageOf = (test: Test): "self-test" | "digital" => (test === "digital" ? "digital" : "self-test")
export const resultOf = (test: Test): "result" | "digital-result" => (test === "digital" ? "digital-result" : "result")
