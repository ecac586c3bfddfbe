import type { Field } from "../types"

/** What is wrong with a field as one leaves it, as the last word of its text's key; the server says the same and more. */
export type Wrong = "number" | "negative" | "whole" | "rank" | "most" | "date" | "since"

const NUMBER = /^[-+]?\d{1,18}(\.\d{1,20})?$/

/** The text of a number without what people write around it. */
export const bare = (raw: string): string => raw.replace(/[,，\s%％]/g, "")

export function wrongWith(field: Field, raw: unknown): Wrong | null {
  if (raw === null || raw === undefined || typeof raw === "boolean") return null
  const text = String(raw).trim()
  if (text === "") return null
  if (field.kind === "date") return /^\d{4}-\d{2}-\d{2}$/.test(text) ? null : "date"
  if (field.kind === "since") return /^\d{4}([-/.年]\d{1,2}[-/.月]\d{1,2}日?|年)?$/.test(text) ? null : "since"
  if (field.kind === "choice" || field.kind === "text") return null
  if (!NUMBER.test(bare(text))) return "number"
  const value = Number(bare(text))
  const mayFall = field.path.startsWith("net_profit") || /growth|margin/.test(field.path)
  if (value < 0 && !mayFall) return "negative"
  if (field.kind === "rank" && (!Number.isInteger(value) || value < 1)) return "rank"
  if (field.kind === "persons" && !Number.isInteger(value)) return "whole"
  if (field.most !== null && value > Number(field.most)) return "most"
  return null
}
