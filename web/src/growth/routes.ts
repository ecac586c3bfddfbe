import type { RouteRecordRaw } from "vue-router"

/** The pages of growth: each part of the domain brings its own. */
export const growthRoutes: RouteRecordRaw[] = []
