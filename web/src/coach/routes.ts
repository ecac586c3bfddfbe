import type { RouteRecordRaw } from "vue-router"

export const coachRoutes: RouteRecordRaw[] = [
  {
    path: "/",
    name: "today",
    component: () => import("./TodayPage.vue"),
    meta: { title: "app.section.today", place: "learn", section: "today" },
  },
  {
    path: "/practise",
    name: "practise",
    component: () => import("./PractisePage.vue"),
    meta: { title: "app.section.practise", place: "learn", section: "practise" },
  },
  {
    path: "/practise/scenarios/:id",
    name: "scenario",
    component: () => import("./ScenarioPage.vue"),
    props: true,
    meta: { title: "coach.scenario.name", place: "learn", section: "practise" },
  },
  {
    path: "/practise/sessions/:id",
    name: "room",
    component: () => import("@/coach/room/RoomPage.vue"),
    props: true,
    meta: { title: "coach.room_name", place: "learn", section: "practise", bare: true },
  },
  {
    path: "/practise/sessions/:id/report",
    name: "report",
    component: () => import("@/coach/report/ReportPage.vue"),
    props: true,
    meta: { title: "coach.report_name", place: "learn", section: "practice" },
  },
  {
    path: "/practice",
    name: "practice",
    component: () => import("./PracticePage.vue"),
    meta: { title: "app.section.practice", place: "learn", section: "practice" },
  },
  {
    path: "/team",
    name: "team",
    component: () => import("./TeamPage.vue"),
    meta: { title: "app.section.team", place: "learn", section: "team" },
  },
]
