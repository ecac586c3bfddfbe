import type { Problem } from "@/api/client"

const ours = ["offline", "unreadable", "fault", "broken", "not_kept"]

/** The sentence for a refusal: the server's own, or ours where the server said nothing. */
export function wording(problem: Problem, t: (key: string) => string): string {
  if (ours.includes(problem.code)) return t(`design.problem.${problem.code}`)
  return problem.message
}
