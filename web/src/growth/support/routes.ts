import type { RouteRecordRaw } from "vue-router"

const requests = { place: "growth", section: "service-requests" } as const
const visits = { place: "growth", section: "visits" } as const
const market = { place: "growth", section: "market" } as const
const college = { place: "growth", section: "college" } as const
const experts = { place: "growth", section: "experts" } as const

export const supportRoutes: RouteRecordRaw[] = [
  {
    path: "/growth/requests",
    name: "service-requests",
    component: () => import("./RequestsPage.vue"),
    meta: { title: "support.section.requests", ...requests },
  },
  {
    path: "/growth/requests/new",
    name: "service-request-new",
    component: () => import("./RequestFormPage.vue"),
    meta: { title: "support.form.title", ...requests },
  },
  {
    path: "/growth/requests/:id",
    name: "service-request",
    component: () => import("./RequestPage.vue"),
    meta: { title: "support.section.requests", ...requests },
  },
  {
    path: "/growth/requests/:id/edit",
    name: "service-request-edit",
    component: () => import("./RequestFormPage.vue"),
    meta: { title: "support.form.edit", ...requests },
  },
  {
    path: "/growth/experts",
    name: "experts",
    component: () => import("./ExpertsPage.vue"),
    meta: { title: "support.section.experts", ...experts },
  },
  {
    path: "/growth/experts/import",
    name: "experts-import",
    component: () => import("./ExpertImportPage.vue"),
    meta: { title: "support.import.title", ...experts },
  },
  {
    path: "/growth/visits",
    name: "visits",
    component: () => import("./VisitsPage.vue"),
    meta: { title: "support.section.visits", ...visits },
  },
  {
    path: "/growth/visits/:id",
    name: "visit",
    component: () => import("./VisitPage.vue"),
    meta: { title: "support.section.visits", ...visits },
  },
  {
    path: "/growth/campaigns/:id",
    name: "campaign",
    component: () => import("./CampaignPage.vue"),
    meta: { title: "support.section.visits", ...visits },
  },
  {
    path: "/growth/market",
    name: "market",
    component: () => import("./MarketPage.vue"),
    meta: { title: "support.section.market", ...market },
  },
  {
    path: "/growth/market/new",
    name: "bottleneck-new",
    component: () => import("./BottleneckFormPage.vue"),
    meta: { title: "support.market.write", ...market },
  },
  {
    path: "/growth/market/:id",
    name: "bottleneck",
    component: () => import("./BottleneckPage.vue"),
    meta: { title: "support.section.market", ...market },
  },
  {
    path: "/growth/market/:id/edit",
    name: "bottleneck-edit",
    component: () => import("./BottleneckFormPage.vue"),
    meta: { title: "support.market.write", ...market },
  },
  {
    path: "/growth/college",
    name: "college",
    component: () => import("./CollegePage.vue"),
    meta: { title: "support.section.college", ...college },
  },
  {
    path: "/growth/college/:id",
    name: "programme",
    component: () => import("./ProgrammePage.vue"),
    meta: { title: "support.section.college", ...college },
  },
]
