import type { RouteRecordRaw } from "vue-router"

const policies = { place: "growth", section: "policies" } as const
const library = { place: "growth", section: "policy-library" } as const

/** The pages of policies: a firm's own, and an agency's. */
export const policyRoutes: RouteRecordRaw[] = [
  { path: "/growth/policies", name: "policies", component: () => import("./MatrixPage.vue"), meta: { title: "policies.title", ...policies } },
  { path: "/growth/policies/of/:key", name: "policy", component: () => import("./MatchPage.vue"), meta: { title: "policies.title", ...policies } },
  { path: "/growth/notices", name: "policy-notices", component: () => import("./NoticesPage.vue"), meta: { title: "policies.notices.title", ...policies } },
  { path: "/growth/library", name: "policy-library", component: () => import("./LibraryPage.vue"), meta: { title: "policies.library.title", ...library } },
  { path: "/growth/library/overview", name: "policy-overview", component: () => import("./OverviewPage.vue"), meta: { title: "policies.overview.title", ...library } },
  { path: "/growth/library/:id", name: "policy-editor", component: () => import("./EditorPage.vue"), meta: { title: "policies.library.title", ...library } },
  { path: "/growth/firms/:firm/policies", name: "firm-policies", component: () => import("./MatrixPage.vue"), meta: { title: "policies.title", ...library } },
  { path: "/growth/firms/:firm/policies/:key", name: "firm-policy", component: () => import("./MatchPage.vue"), meta: { title: "policies.title", ...library } },
]
