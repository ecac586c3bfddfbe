import type { RouteRecordRaw } from "vue-router"

const pages = {
  "self-test": ["", () => import("./SelfTestPage.vue"), "selftest.name", { test: "ladder" }],
  result: ["/result", () => import("./result/ResultPage.vue"), "selftest.result.name", {}],
  history: ["/history", () => import("./HistoryPage.vue"), "selftest.history.name", {}],
  import: ["/import", () => import("./ImportPage.vue"), "selftest.import.name", {}],
  digital: ["/digital", () => import("./SelfTestPage.vue"), "selftest.digital.name", { test: "digital" }],
  "digital-result": ["/digital/result", () => import("./result/DigitalPage.vue"), "selftest.digital.result", {}],
} as const

/** Each page twice: of one's own firm, and of a firm that an officer looks at. */
export const selfTestRoutes: RouteRecordRaw[] = [
  ...Object.entries(pages).flatMap(([name, [path, component, title, props]]): RouteRecordRaw[] => [
    { path: `/growth/selftest${path}`, name, component, props: { ...props }, meta: { title, place: "growth", section: "self-test" } },
    {
      path: `/growth/firms/:firm/selftest${path}`,
      name: `firm-${name}`,
      component,
      props: ({ params }) => ({ ...props, firm: params.firm }),
      meta: { title, place: "growth", section: "growth-firms" },
    },
  ]),
  {
    path: "/growth/certainty",
    name: "certainty",
    component: () => import("./CertaintyPage.vue"),
    meta: { title: "selftest.certainty.name", place: "growth", section: "certainty" },
  },
]
