import { useI18n } from "vue-i18n"
import type { RoleGrant } from "@/api/types"

/** A role in words, with the unit it is limited to. */
export function useRoleNames(): { inWords: (grant: RoleGrant) => string } {
  const { t } = useI18n()
  return {
    inWords: ({ role, unit_name }) => {
      const name = t(`people.role.${role}`)
      return unit_name ? t("people.role_in", { role: name, unit: unit_name }) : name
    },
  }
}
