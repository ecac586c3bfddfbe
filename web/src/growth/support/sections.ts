import type { Me } from "@/api/types"
import type { Section } from "@/app/places"

const serves = (me: Me): boolean => me.tenant.kind === "agency"

/** The pages of the service in the row of growth's sections. */
export const supportSections: readonly Section[] = [
  { name: "service-requests", title: "support.section.requests", icon: "send" },
  { name: "experts", title: "support.section.experts", icon: "team", when: serves },
  { name: "visits", title: "support.section.visits", icon: "today" },
  { name: "market", title: "support.section.market", icon: "help" },
  { name: "college", title: "support.section.college", icon: "learn" },
]
