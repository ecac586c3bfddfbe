import type { RouteRecordRaw } from "vue-router"

export const recordRoutes: RouteRecordRaw[] = [
  {
    path: "/records",
    name: "records",
    component: () => import("./StatementsPage.vue"),
    meta: { title: "app.section.records", place: "learn", section: "records" },
  },
  {
    path: "/manage/records",
    name: "all-records",
    component: () => import("./StatementsPage.vue"),
    meta: { title: "app.section.all_records", place: "admin", section: "all-records" },
  },
  {
    path: "/manage/connections",
    name: "connections",
    component: () => import("./ConnectionsPage.vue"),
    meta: { title: "app.section.connections", place: "admin", section: "connections" },
  },
  {
    path: "/manage/in-and-out",
    name: "in-and-out",
    component: () => import("./InOutPage.vue"),
    meta: { title: "app.section.in_out", place: "admin", section: "in-and-out" },
  },
  {
    path: "/manage/system",
    name: "system",
    component: () => import("./SystemPage.vue"),
    meta: { title: "app.section.system", place: "admin", section: "system" },
  },
]
