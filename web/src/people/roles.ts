import type { Me, Role } from "../api/types.ts"

/** The roles that somebody of this tenant's kind can be given, least first. */
export function rolesIn(tenant: Me["tenant"]["kind"]): Role[] {
  const everywhere: Role[] = ["learner", "author", "trainer", "manager", "tenant_admin"]
  if (tenant === "agency") return [...everywhere, "officer"]
  if (tenant === "operator") return [...everywhere, "operator"]
  return everywhere
}

/** Roles that can be limited to a unit and what is below it. */
export const unitRoles: readonly Role[] = ["learner", "author", "trainer", "manager"]
