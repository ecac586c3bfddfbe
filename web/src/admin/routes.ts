import type { RouteRecordRaw } from "vue-router"

export const adminRoutes: RouteRecordRaw[] = [
  {
    path: "/manage/people",
    name: "people",
    component: () => import("./PeoplePage.vue"),
    meta: { title: "app.section.people", place: "admin", section: "people" },
  },
  {
    path: "/manage/people/import",
    name: "people-import",
    component: () => import("./ImportPage.vue"),
    meta: { title: "admin.import.title", place: "admin", section: "people" },
  },
  {
    path: "/manage/units",
    name: "units",
    component: () => import("./UnitsPage.vue"),
    meta: { title: "app.section.units", place: "admin", section: "units" },
  },
]
