import type { Me } from "@/api/types"
import type { Section } from "@/app/places"
import { selfTestSections } from "./selftest/sections"
import { supportSections } from "./support/sections"

/** Who keeps a firm, and who works for an agency: the two see different pages of growth. */
export const keepsFirm = (me: Me): boolean => me.tenant.kind === "firm"
export const servesFirms = (me: Me): boolean => me.tenant.kind === "agency"

/** The sections of growth, in the order in which they stand. */
export const growthSections: readonly Section[] = [
  { name: "growth-home", title: "ladder.home.name", icon: "today", thumb: true },
  ...selfTestSections,
  { name: "growth-board", title: "ladder.board.name", icon: "columns", thumb: true, when: servesFirms },
  { name: "growth-firms", title: "ladder.firms.name", icon: "admin", thumb: true, when: servesFirms },
  { name: "growth-candidates", title: "ladder.candidates.name", icon: "search", thumb: true, when: servesFirms },
  { name: "growth-map", title: "ladder.map.name", icon: "insight", when: servesFirms },
  ...supportSections,
  { name: "growth-events", title: "events.name", icon: "team" },
  { name: "growth-firm", title: "ladder.firm.name", icon: "settings", thumb: true, when: keepsFirm },
  { name: "policies", title: "policies.title", icon: "words", when: keepsFirm },
  { name: "finance", title: "finance.title", icon: "insight", when: keepsFirm },
  { name: "policy-library", title: "policies.library.title", icon: "words", when: servesFirms },
]
