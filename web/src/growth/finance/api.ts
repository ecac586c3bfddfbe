import { get, post } from "@/api/client"
import type { Ask, Enquiry, Products, Seen, Stage } from "./types"

/** The routes of banks' products and of enquiries. */

const finance = (path: string): string => `/api/growth/finance${path}`

export const readProducts = (signal: AbortSignal): Promise<Products> => get(finance("/products"), {}, signal)
export const seeEnquiry = (ask: Ask): Promise<Seen> => post(finance("/enquiries/preview"), ask)
export const agreeToEnquiry = (ask: Ask, digest: string): Promise<Enquiry> => post(finance("/enquiries"), { ...ask, agreed: true, digest })
export const listEnquiries = (signal: AbortSignal): Promise<Enquiry[]> => get(finance("/enquiries"), {}, signal)
export const readEnquiry = (id: string, signal: AbortSignal): Promise<Enquiry> => get(finance(`/enquiries/${id}`), {}, signal)
export const moveEnquiry = (id: string, stage: Stage, note: string): Promise<Enquiry> => post(finance(`/enquiries/${id}/stage`), { stage, note })
export const enquiryPaper = (id: string): string => finance(`/enquiries/${id}/sheet.pdf`)
