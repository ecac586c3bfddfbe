import { createRouter, createWebHistory, START_LOCATION, type RouteLocationNormalized, type RouteRecordRaw } from "vue-router"
import { adminRoutes } from "@/admin/routes"
import { whenSignedOut } from "@/api/client"
import { coachRoutes } from "@/coach/routes"
import { growthRoutes } from "@/growth/routes"
import { peopleRoutes } from "@/people/routes"
import { recordRoutes } from "@/record/routes"
import { forget, loadSession } from "./session"

const routes: RouteRecordRaw[] = [
  ...coachRoutes,
  ...peopleRoutes,
  ...adminRoutes,
  ...growthRoutes,
  ...recordRoutes,
  {
    path: "/:rest(.*)*",
    name: "missing",
    component: () => import("./MissingPage.vue"),
    meta: { title: "app.missing.name", open: true },
  },
]

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (to, from, saved) => saved ?? (to.hash ? { el: to.hash } : to.path === from.path ? false : { top: 0 }),
  routes,
})

if (router.getRoutes().length !== routes.length) throw new Error("two pages have the same name: the first one is gone")

const signInThenBack = (to: RouteLocationNormalized) => ({
  name: "sign-in",
  query: to.fullPath === "/" ? {} : { next: to.fullPath },
})

router.beforeEach(async (to) => {
  const me = await loadSession()
  if (!me && !to.meta.open) return signInThenBack(to)
  if (me && to.name === "sign-in") return { name: "today" }
  return true
})

whenSignedOut(() => {
  forget()
  const here = router.currentRoute.value
  if (here === START_LOCATION) return // the guard above decides where the first page is
  if (!here.meta.open) void router.replace(signInThenBack(here))
})
