import type { RouteRecordRaw } from "vue-router"
import { eventRoutes } from "./events/routes"
import { financeRoutes } from "./finance/routes"
import { ladderRoutes } from "./ladder/routes"
import { policyRoutes } from "./policies/routes"
import { selfTestRoutes } from "./selftest/routes"
import { supportRoutes } from "./support/routes"

/** The pages of growth: each part of the domain brings its own. */
export const growthRoutes: RouteRecordRaw[] = [
  ...ladderRoutes,
  ...selfTestRoutes,
  ...policyRoutes,
  ...financeRoutes,
  ...supportRoutes,
  ...eventRoutes,
]
