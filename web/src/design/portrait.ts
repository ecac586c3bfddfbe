/** Which features a drawn face has. Chosen by the person's own data and name, so that a face never changes. */

export interface Sitter {
  name: string
  age: number
  gender: "female" | "male"
}

export interface Drawn {
  tone: string[]
  front: string
  behind: string | null
  glasses: boolean
  years: boolean
  collar: string
}

interface Hair {
  front: string
  behind: string | null
}

const women: readonly Hair[] = [
  {
    front: "M30 44c-2-16 6-26 18-26s20 10 18 26c-2-7-5-11-9-13-7 3-16 3-21 0-3 2-5 6-6 13z",
    behind: "M27 62c-3-12-2-26 2-34 4-8 11-12 19-12s15 4 19 12c4 8 5 22 2 34-6 3-12 4-21 4s-15-1-21-4z",
  },
  {
    front: "M30.5 43C28 27 36 18 48 18s20 9 17.5 25c-1-6-3-10-6-13-4 1-10-1-14-5-2 6-9 9-12 11-1.5 2-2.5 4-3 7z",
    behind: "M25 80c2-10 0-20 1-32 1-20 10-31 22-31s21 11 22 31c1 12-1 22 1 32-7 4-39 4-46 0z",
  },
  {
    front: "M30.5 42C29 27 36 19 48 19s19 8 17.5 23c-2-7-6-12-11-14-6 3-15 5-20 6-2 2-3 4-4 8z",
    behind: "M41 15a7.5 7.5 0 1 1 14 0c9 3 13 12 12 24-6-10-32-10-38 0-1-12 3-21 12-24z",
  },
]

const men: readonly Hair[] = [
  { front: "M30 42c-3-16 5-25 18-25 12 0 21 8 18 25-1-5-2-8-4-11-8 1-17-1-22-5-2 4-6 6-7 8-1 2-2 4-3 8z", behind: null },
  { front: "M30.5 40C29 25 36 18 48 18s19 7 17.5 22c-1-4-2-7-3.5-9-4-3-24-3-28 0-1.5 2-2.5 5-3.5 9z", behind: null },
  { front: "M30 43c-3-17 6-26 19-26 11 0 20 8 17 26-1-6-3-9-5-12-5-1-9-3-12-6 0 3-1 5-3 6-2-1-4-2-5-4-3 4-8 5-11 16z", behind: null },
]

const receding: Hair = {
  front: "M30 45c-3-13 0-20 5-24-2 5-2 8-1 10-2 4-3 9-4 14zM66 45c3-13 0-20-5-24 2 5 2 8 1 10 2 4 3 9 4 14zM36 21c7-4 17-4 24 0-7-1.5-17-1.5-24 0z",
  behind: null,
}

const collars = ["M37 74l11 14 11-14", "M38 73.500c4 8 16 8 20 0", "M37 74l7 8 4-3 4 3 7-8M48 80v16"]
const coats = ["plain", "warm", "cool", "leaf"]

/** A number from a name and what it is asked for (FNV-1a): the same everywhere, and each feature on its own. */
function numberOf(name: string, feature: string): number {
  let hash = 0x811c9dc5
  for (const letter of name + feature) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

export function portraitOf({ name, age, gender }: Sitter): Drawn {
  const of = <T>(list: readonly T[], feature: string): T => list[numberOf(name, feature) % list.length] as T
  const hair = gender === "female" ? of(women, "hair") : of(age >= 50 ? [...men, receding] : men, "hair")
  return {
    ...hair,
    tone: [of(coats, "coat"), ...(age >= 58 ? ["silver"] : [])],
    glasses: numberOf(name, "glasses") % 10 < (age >= 45 ? 5 : 2),
    years: age >= 45,
    collar: of(collars, "collar"),
  }
}
