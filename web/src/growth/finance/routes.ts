import type { RouteRecordRaw } from "vue-router"

const finance = { place: "growth", section: "finance" } as const

/** The pages of finance: products, an enquiry to make, and enquiries on their way. */
export const financeRoutes: RouteRecordRaw[] = [
  { path: "/growth/finance", name: "finance", component: () => import("./ProductsPage.vue"), meta: { title: "finance.title", ...finance } },
  { path: "/growth/finance/enquire/:key", name: "enquire", component: () => import("./EnquirePage.vue"), meta: { title: "finance.enquire.title", ...finance } },
  { path: "/growth/finance/enquiries/:id", name: "enquiry", component: () => import("./EnquiryPage.vue"), meta: { title: "finance.enquiry.title", ...finance } },
]
