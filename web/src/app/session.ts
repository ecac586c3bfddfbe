import { computed, shallowRef } from "vue"
import { get, patch, post, Problem, put, remove } from "@/api/client"
import type { ConsentKind, Language, Me } from "@/api/types"
import { useLanguage } from "@/i18n"

const known = shallowRef<Me | null>(null)
let asked = false

/** Who is signed in, as `/api/me` says; null when nobody is. Everything that depends on roles or consents reads it here. */
export const signedIn = computed(() => known.value)

/** The same, for pages that are only reached signed in. */
export const me = computed<Me>(() => {
  if (!known.value) throw new Error("no one is signed in")
  return known.value
})

/** Ask once who is signed in; null when nobody is. Other refusals are thrown. */
export async function loadSession(): Promise<Me | null> {
  if (asked) return known.value
  try {
    await take(await get<Me>("/api/me"))
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error
    known.value = null
  }
  asked = true
  return known.value
}

export async function signIn(email: string, password: string): Promise<void> {
  try {
    await post("/_allauth/browser/v1/auth/login", { email, password })
  } catch (error) {
    // 409: this browser is signed in already, which is what was asked for.
    if (!(error instanceof Problem) || error.status !== 409) throw error
  }
  asked = false
  if (!(await loadSession())) throw new Problem({ code: "not_kept", status: 401 })
}

export async function signOut(): Promise<void> {
  try {
    await remove("/_allauth/browser/v1/auth/session")
  } catch (error) {
    // allauth answers 401 to a sign-out: from now on nobody is signed in.
    if (!(error instanceof Problem) || error.status !== 401) throw error
  }
  forget()
}

/** Nobody is signed in any more: signed out here, elsewhere, or the session ran out. */
export function forget(): void {
  known.value = null
  asked = true
}

export async function changeMe(changes: { language?: Language; timezone?: string }): Promise<void> {
  await take(await patch<Me>("/api/me", changes))
}

export async function setConsent(kind: ConsentKind, granted: boolean): Promise<void> {
  await take(await put<Me>(`/api/me/consents/${kind}`, { granted }))
}

/** Act in another tenant. The whole app starts again, because everything shown belonged to the one before. */
export async function switchTenant(tenantId: string): Promise<void> {
  await post("/api/me/tenant", { tenant_id: tenantId })
  window.location.assign("/")
}

async function take(me: Me): Promise<void> {
  await useLanguage(me.language)
  known.value = me
}

export async function changePassword(current: string, chosen: string): Promise<void> {
  await post("/_allauth/browser/v1/account/password/change", { current_password: current, new_password: chosen })
  await take(await get<Me>("/api/me"))
}
