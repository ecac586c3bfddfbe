import type { Section } from "@/app/places"

/** The self-test in the row of growth, for who keeps a firm; how certain the rules are, for everybody there. */
export const selfTestSections: readonly Section[] = [
  { name: "self-test", title: "selftest.section", icon: "check", thumb: true, when: ({ tenant }) => tenant.kind === "firm" },
  { name: "certainty", title: "selftest.certainty.section", icon: "info" },
]
