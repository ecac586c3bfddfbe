import type { RouteRecordRaw } from "vue-router"

const page = (section: string, title: string) => ({ title, place: "growth" as const, section })

export const ladderRoutes: RouteRecordRaw[] = [
  { path: "/growth", name: "growth-home", component: () => import("./HomePage.vue"), meta: page("growth-home", "ladder.home.name") },
  { path: "/growth/firm", name: "growth-firm", component: () => import("./MyFirmPage.vue"), meta: page("growth-firm", "ladder.firm.name") },
  { path: "/growth/board", name: "growth-board", component: () => import("./BoardPage.vue"), meta: page("growth-board", "ladder.board.name") },
  {
    path: "/growth/applications/:id",
    name: "growth-application",
    component: () => import("./ApplicationPage.vue"),
    props: true,
    meta: page("growth-board", "ladder.application.name"),
  },
  { path: "/growth/firms", name: "growth-firms", component: () => import("./FirmsPage.vue"), meta: page("growth-firms", "ladder.firms.name") },
  {
    path: "/growth/firms/import",
    name: "growth-import",
    component: () => import("./ImportPage.vue"),
    meta: page("growth-firms", "ladder.import.name"),
  },
  {
    path: "/growth/firms/:id",
    name: "growth-agency-firm",
    component: () => import("./FirmPage.vue"),
    props: true,
    meta: page("growth-firms", "ladder.firms.one"),
  },
  {
    path: "/growth/candidates",
    name: "growth-candidates",
    component: () => import("./CandidatesPage.vue"),
    meta: page("growth-candidates", "ladder.candidates.name"),
  },
  { path: "/growth/map", name: "growth-map", component: () => import("./MapPage.vue"), meta: page("growth-map", "ladder.map.name") },
  {
    path: "/claim/:token",
    name: "growth-claim",
    component: () => import("./ClaimPage.vue"),
    props: true,
    meta: { title: "ladder.claim.name", open: true, bare: true },
  },
]
