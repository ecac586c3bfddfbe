import type { RouteLocationRaw } from "vue-router"
import type { Me, PlaceId } from "@/api/types"
import type { IconName } from "@/design/icons"
import { growthSections } from "@/growth/sections"

/** One page of a place that stands in its row of sections. `when` narrows it to the people who have something there. */
export interface Section {
  name: string
  title: string
  icon: IconName
  when?: (me: Me) => boolean
  /** Stands in the bar of a phone. */
  thumb?: boolean
  /** Title of the group in which it stands. A place with many sections shows groups first, then the sections of one. */
  group?: string
}

/** What stands in a place's first row: a section by itself, or a group with the sections of its second row. */
export interface SectionGroup {
  title: string
  sections: readonly [Section, ...Section[]]
}

export interface Place {
  id: PlaceId
  title: string
  icon: IconName
  sections: readonly Section[]
}

const leadsPeople = (me: Me): boolean => me.roles.some(({ role }) => ["manager", "trainer", "tenant_admin"].includes(role))

const operates = (me: Me): boolean => me.roles.some(({ role }) => role === "operator")
// Who administers finds everybody's records under Admin, their own among them.
const administers = (me: Me): boolean => me.places.includes("admin")

/** What people come for. A domain adds its pages here and its routes in its own `routes.ts`. */
const places: readonly Place[] = [
  {
    id: "learn",
    title: "app.place.learn",
    icon: "learn",
    sections: [
      { name: "today", title: "app.section.today", icon: "today", thumb: true },
      { name: "practise", title: "app.section.practise", icon: "practise", thumb: true },
      { name: "practice", title: "app.section.practice", icon: "history", thumb: true },
      { name: "team", title: "app.section.team", icon: "team", thumb: true, when: leadsPeople },
      { name: "records", title: "app.section.records", icon: "words", when: (me) => !administers(me) },
    ],
  },
  { id: "growth", title: "app.place.growth", icon: "growth", sections: growthSections },
  {
    id: "admin",
    title: "app.place.admin",
    icon: "admin",
    sections: [
      { name: "people", title: "app.section.people", icon: "team" },
      { name: "units", title: "app.section.units", icon: "admin" },
      { name: "all-records", title: "app.section.all_records", icon: "words" },
      { name: "connections", title: "app.section.connections", icon: "send" },
      { name: "in-and-out", title: "app.section.in_out", icon: "sort" },
      { name: "system", title: "app.section.system", icon: "settings", when: operates },
    ],
  },
]

/** The places in which this person finds something, with the sections that are theirs. */
export function placesOf(me: Me): Place[] {
  return places
    .filter((place) => me.places.includes(place.id))
    .map((place) => ({ ...place, sections: place.sections.filter((section) => section.when?.(me) ?? true) }))
    .filter((place) => place.sections.length > 0)
}

/** The sections as they are shown: those of a group together, where its first one stands; one alone under its own title. */
export function groupsOf(sections: readonly Section[]): SectionGroup[] {
  const groups = new Map<string, [Section, ...Section[]]>()
  for (const section of sections) {
    const key = section.group ?? section.title
    const others = groups.get(key)
    if (others) others.push(section)
    else groups.set(key, [section])
  }
  return [...groups].map(([group, found]) => ({ title: found.length > 1 ? group : found[0].title, sections: found }))
}

export const doorOf = (place: Place): RouteLocationRaw => ({ name: place.sections[0]?.name ?? "today" })
