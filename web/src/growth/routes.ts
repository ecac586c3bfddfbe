import type { RouteRecordRaw } from "vue-router"
import { financeRoutes } from "./finance/routes"
import { ladderRoutes } from "./ladder/routes"
import { policyRoutes } from "./policies/routes"
import { selfTestRoutes } from "./selftest/routes"

/** The pages of growth: each part of the domain brings its own. */
export const growthRoutes: RouteRecordRaw[] = [...ladderRoutes, ...selfTestRoutes, ...policyRoutes, ...financeRoutes]
