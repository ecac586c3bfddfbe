import { get, post, put, remove, url } from "@/api/client"
import type { ImportMode, Page } from "@/api/types"
import type { AnswerStatus, AssessmentRow, Certainty, Evidence, Imported, Result, SelfTest, Test, TierName, Values, WhatIf } from "./types"

/** The self-test's routes. The owner's own firm has the id of its tenant. */
const of = (firm: string): string => `/api/growth/firms/${firm}`

export const readSelfTest = (firm: string, test: Test, signal: AbortSignal): Promise<SelfTest> =>
  get(`${of(firm)}/selftest`, { test }, signal)

export const answer = (firm: string, test: Test, question: string, values: Values, status: AnswerStatus): Promise<SelfTest> =>
  put(url(`${of(firm)}/selftest/answers/${question}`, { test }), { values, status })

export const discard = (firm: string, test: Test): Promise<SelfTest> => remove(url(`${of(firm)}/selftest`, { test }))

export const takeBack = (firm: string, test: Test): Promise<SelfTest> => post(url(`${of(firm)}/selftest/take-back`, { test }))

export const renew = (firm: string, test: Test): Promise<SelfTest> => post(url(`${of(firm)}/selftest/renew`, { test }))

export const finish = (firm: string, test: Test): Promise<AssessmentRow[]> => post(url(`${of(firm)}/selftest/finish`, { test }))

export const keepFigures = (firm: string, changes: Record<string, number>): Promise<SelfTest> =>
  post(`${of(firm)}/selftest/figures`, { changes })

export const readResult = (firm: string, signal: AbortSignal): Promise<Result> => get(`${of(firm)}/result`, {}, signal)

export const judge = (firm: string, judgement: string, holds: boolean | null, note: string): Promise<void> =>
  put(`${of(firm)}/judgements/${judgement}`, { holds, note })

export const tryOut = (firm: string, changes: Record<string, number>, titles: TierName[]): Promise<WhatIf> =>
  post(`${of(firm)}/what-if`, { changes, titles })

export const listAssessments = (firm: string, cursor: string | null, signal: AbortSignal): Promise<Page<AssessmentRow>> =>
  get(`${of(firm)}/assessments`, { cursor }, signal)

export const listEvidence = (firm: string, signal: AbortSignal): Promise<Evidence[]> => get(`${of(firm)}/evidence`, {}, signal)

export function addEvidence(firm: string, question: string, file: File): Promise<Evidence> {
  const form = new FormData()
  form.append("question", question)
  form.append("file", file)
  return post(`${of(firm)}/evidence`, form)
}

export const removeEvidence = (firm: string, id: string): Promise<void> => remove(`${of(firm)}/evidence/${id}`)
export const evidenceFile = (firm: string, id: string): string => `${of(firm)}/evidence/${id}/file`

export function importWorkbook(firm: string, file: File, mode: ImportMode): Promise<Imported> {
  const form = new FormData()
  form.append("file", file)
  form.append("mode", mode)
  return post(`${of(firm)}/selftest/import`, form)
}

export const beginFromEarlier = (firm: string, version: number): Promise<SelfTest> => post(`${of(firm)}/selftest/earlier`, { version })

export const readCertainty = (signal: AbortSignal): Promise<Certainty> => get("/api/growth/certainty", {}, signal)
