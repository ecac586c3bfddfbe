import type { Me } from "@/api/types"
import type { Section } from "@/app/places"
import { supportSections } from "./support/sections"

/** Who keeps a firm, and who works for an agency: the two see different pages of growth. */
export const keepsFirm = (me: Me): boolean => me.tenant.kind === "firm"
export const servesFirms = (me: Me): boolean => me.tenant.kind === "agency"

const firms = { group: "ladder.group.firms", when: servesFirms } as const
const money = { group: "ladder.group.money" } as const

/** The sections of growth, in the order in which they stand. */
export const growthSections: readonly Section[] = [
  { name: "growth-home", title: "ladder.home.name", icon: "today", thumb: true },
  { name: "self-test", title: "selftest.section", icon: "check", thumb: true, when: keepsFirm },
  { name: "growth-firm", title: "ladder.firm.name", icon: "settings", thumb: true, when: keepsFirm },
  { name: "growth-board", title: "ladder.board.name", icon: "columns", thumb: true, ...firms },
  { name: "growth-firms", title: "ladder.firms.name", icon: "admin", thumb: true, ...firms },
  { name: "growth-candidates", title: "ladder.candidates.name", icon: "search", thumb: true, ...firms },
  { name: "growth-map", title: "ladder.map.name", icon: "insight", ...firms },
  { name: "policies", title: "policies.title", icon: "words", when: keepsFirm, ...money },
  { name: "finance", title: "finance.title", icon: "insight", when: keepsFirm, ...money },
  { name: "policy-library", title: "policies.library.title", icon: "words", when: servesFirms, ...money },
  { name: "certainty", title: "selftest.certainty.section", icon: "info", ...money },
  ...supportSections,
  { name: "growth-events", title: "events.name", icon: "team" },
]
