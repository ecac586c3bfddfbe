/** One door to the server: JSON in and out, the CSRF token from its cookie, refusals as `Problem`. */

export type Query = Record<string, string | number | boolean | null | undefined>

/** A refusal as the server words it (problem+json), or one of ours: see `wording.ts`. */
export class Problem extends Error {
  /** "domain.reason" of the server, or one word of ours. */
  readonly code: string
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly field: string | null
  readonly expected: unknown

  constructor(of: { code: string; title?: string; status?: number; field?: string; expected?: unknown }) {
    super(of.title ?? of.code)
    this.name = "Problem"
    this.code = of.code
    this.status = of.status ?? 0
    this.field = of.field ?? null
    this.expected = of.expected ?? null
  }

  /** What to say at a field, or null when it is not about that one. The label names the field: the rule alone is enough. */
  at(field: string): string | null {
    if (this.field !== field && !this.field?.startsWith(`${field}.`)) return null
    return this.code === "kernel.invalid" && typeof this.expected === "string" ? this.expected : this.message
  }
}

/** Any error as a Problem: what is not one already is a fault of ours, and is logged. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  console.error(error)
  return new Problem({ code: "broken" })
}

let onSignedOut: () => void = () => undefined

/** What to do when the server says that nobody is signed in any more. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act
}

let language = "zh"

/** The language in which refusals are worded until the server knows the person's own. */
export function speak(tag: string): void {
  language = tag
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  request<T>("GET", url(path, query), undefined, signal)
export const post = <T>(path: string, body?: unknown): Promise<T> => request<T>("POST", path, body ?? {})
export const put = <T>(path: string, body?: unknown): Promise<T> => request<T>("PUT", path, body ?? {})
export const patch = <T>(path: string, body?: unknown): Promise<T> => request<T>("PATCH", path, body ?? {})
export const remove = <T = void>(path: string): Promise<T> => request<T>("DELETE", path)

/** The address with its query; empty values are left out. */
export function url(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "")
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
  return text ? `${path}?${text}` : path
}

async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": language }
  if (method !== "GET") headers["X-CSRFToken"] = await csrfToken()
  if (body !== undefined && !(body instanceof FormData)) headers["Content-Type"] = "application/json"
  const response = await reach(path, {
    method,
    headers,
    body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
    signal,
    credentials: "same-origin",
  })
  if (response.ok) return (response.status === 204 ? undefined : await readJson(response)) as T
  const problem = await refusal(response)
  if (problem.status === 401 && path.startsWith("/api/")) onSignedOut()
  throw problem
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error
    throw new Problem({ code: "offline" })
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    throw new Problem({ code: "unreadable", status: response.status })
  }
}

interface AllauthBody {
  errors?: { message?: string; code?: string; param?: string }[]
}

async function refusal(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => null)) as (Record<string, unknown> & AllauthBody) | null
  if (body && typeof body.code === "string") {
    return new Problem({ ...(body as { code: string; title?: string }), status: response.status })
  }
  const first = body?.errors?.[0]
  if (first) {
    return new Problem({ code: first.code ?? "invalid", title: first.message, field: first.param, status: response.status })
  }
  return new Problem({ code: response.status >= 500 ? "fault" : "unreadable", status: response.status })
}

/** The token of the cookie; any page of the sign-in API sets it when it is not there yet. */
async function csrfToken(): Promise<string> {
  if (!readCookie()) await (await reach("/_allauth/browser/v1/config", { credentials: "same-origin" })).text()
  return readCookie()
}

function readCookie(): string {
  return /(?:^|;\s*)csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? ""
}
