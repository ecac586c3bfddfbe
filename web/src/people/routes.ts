import type { RouteRecordRaw } from "vue-router"

export const peopleRoutes: RouteRecordRaw[] = [
  {
    path: "/sign-in",
    name: "sign-in",
    component: () => import("./SignInPage.vue"),
    meta: { title: "people.sign_in.name", open: true, bare: true },
  },
  {
    path: "/me",
    name: "me",
    component: () => import("./MePage.vue"),
    meta: { title: "app.section.me", place: "me", section: "me" },
  },
]
