import type { Me } from "@/api/types"
import type { Section } from "@/app/places"
import { selfTestSections } from "./selftest/sections"

/** Who keeps a firm, and who works for an agency: the two see different pages of growth. */
export const keepsFirm = (me: Me): boolean => me.tenant.kind === "firm"
export const servesFirms = (me: Me): boolean => me.tenant.kind === "agency"

/** The sections of growth, in the order in which they stand. */
export const growthSections: readonly Section[] = [...selfTestSections]
