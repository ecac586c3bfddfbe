import type { RouteRecordRaw } from "vue-router"

const page = (title: string) => ({ title, place: "growth" as const, section: "growth-events" })

export const eventRoutes: RouteRecordRaw[] = [
  { path: "/growth/events", name: "growth-events", component: () => import("./EventsPage.vue"), meta: page("events.name") },
  { path: "/growth/events/:id", name: "growth-event", component: () => import("./EventPage.vue"), props: true, meta: page("events.one") },
]
