import type { Unit } from "../api/types.ts"

/** Units as choices, each with the names above it, so that two of the same name are told apart. */
export function choicesOf(units: readonly Unit[]): { value: string; label: string }[] {
  const known = new Map(units.map((unit) => [unit.id, unit]))
  const wayTo = (unit: Unit): string => {
    const above = unit.parent_id ? known.get(unit.parent_id) : undefined
    return above ? `${wayTo(above)} / ${unit.name}` : unit.name
  }
  return units.map((unit) => ({ value: unit.id, label: wayTo(unit) }))
}
