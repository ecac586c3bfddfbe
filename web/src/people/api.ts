import { get } from "@/api/client"
import type { Consent, Unit } from "@/api/types"

export const readConsents = (signal: AbortSignal): Promise<Consent[]> => get("/api/me/consents", {}, signal)
export const listUnits = (signal: AbortSignal): Promise<Unit[]> => get("/api/people/units", {}, signal)
