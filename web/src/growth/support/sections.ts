import type { Me } from "@/api/types"
import type { Section } from "@/app/places"

const serves = (me: Me): boolean => me.tenant.kind === "agency"

/** The pages of the service in the row of growth's sections. */
export const supportSections: readonly Section[] = [
  { name: "service-requests", title: "support.section.requests", group: "ladder.group.services", icon: "send" },
  { name: "experts", title: "support.section.experts", group: "ladder.group.services", icon: "team", when: serves },
  { name: "visits", title: "support.section.visits", group: "ladder.group.services", icon: "today" },
  { name: "market", title: "support.section.market", group: "ladder.group.services", icon: "help" },
  { name: "college", title: "support.section.college", group: "ladder.group.services", icon: "learn" },
]
