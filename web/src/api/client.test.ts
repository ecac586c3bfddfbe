import assert from "node:assert/strict"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { after, before, beforeEach, test } from "node:test"
import { get, post, Problem, url, whenSignedOut } from "./client.ts"

/** A server over a socket stands for ours; the browser's cookie jar and relative addresses are all that is pretended. */
let server: Server
let asked: { method: string; path: string; token: string | undefined }[] = []
let answer: (request: IncomingMessage, response: ServerResponse) => void
const jar = { cookie: "" }
const realFetch = globalThis.fetch

before(async () => {
  server = createServer((request, response) => {
    asked.push({ method: request.method ?? "", path: request.url ?? "", token: request.headers["x-csrftoken"]?.toString() })
    answer(request, response)
  })
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  globalThis.fetch = (path, init) => realFetch(`${base}${String(path)}`, init)
  Object.defineProperty(globalThis, "document", { value: jar, configurable: true })
})
after(() => server.close())
beforeEach(() => {
  asked = []
  jar.cookie = ""
})

function reply(status: number, body: unknown): void {
  answer = (_, response) => {
    response.writeHead(status, { "Content-Type": "application/json" })
    response.end(JSON.stringify(body))
  }
}

const refused = async (call: Promise<unknown>): Promise<Problem> => {
  const error = await call.then(
    () => assert.fail("it was not refused"),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Problem)
  return error
}

test("a refusal keeps the server's sentence, its code and its field", async () => {
  reply(422, { code: "people.email_invalid", title: "“x”不是有效的邮箱地址。", field: "email", expected: "email" })
  const problem = await refused(get("/api/people/persons"))
  assert.deepEqual(
    [problem.code, problem.message, problem.status, problem.field],
    ["people.email_invalid", "“x”不是有效的邮箱地址。", 422, "email"],
  )
})

test("at a field stands the rule of the schema, or the sentence of whoever else refused", async () => {
  reply(422, { code: "kernel.invalid", title: "“verbs.1”最多只能有 1000 个字符。", field: "verbs.1", expected: "最多只能有 1000 个字符。" })
  const one = await refused(get("/api/record/forwardings"))
  assert.deepEqual([one.at("verbs"), one.at("verbs.1"), one.at("verb"), one.at("name")], ["最多只能有 1000 个字符。", "最多只能有 1000 个字符。", null, null])
  assert.equal(one.message, "“verbs.1”最多只能有 1000 个字符。")
  reply(422, { code: "people.email_invalid", title: "“x”不是有效的邮箱地址。", field: "email", expected: "email" })
  assert.equal((await refused(get("/api/people/persons"))).at("email"), "“x”不是有效的邮箱地址。")
  reply(409, { code: "people.has_people", title: "已经有人。" })
  assert.equal((await refused(get("/api/people/persons"))).at("email"), null)
})

test("the first error of the sign-in API is a refusal too", async () => {
  reply(400, { status: 400, errors: [{ message: "密码不正确。", code: "email_password_mismatch", param: "password" }] })
  const problem = await refused(get("/_allauth/browser/v1/auth/session"))
  assert.deepEqual([problem.code, problem.message, problem.field], ["email_password_mismatch", "密码不正确。", "password"])
})

test("an answer that is no JSON is named as such, and a crash as a fault", async () => {
  answer = (_, response) => response.end("<html>")
  assert.equal((await refused(get("/api/me"))).code, "unreadable")
  answer = (_, response) => {
    response.writeHead(502)
    response.end("bad gateway")
  }
  assert.equal((await refused(get("/api/me"))).code, "fault")
})

test("no answer at all is being offline", async () => {
  answer = (request) => request.socket.destroy()
  assert.equal((await refused(get("/api/me"))).code, "offline")
})

test("a changing request carries the token, and asks for one when there is none", async () => {
  answer = (request, response) => {
    if (request.url === "/_allauth/browser/v1/config") jar.cookie = "other=1; csrftoken=t0ken"
    response.end("{}")
  }
  await post("/api/me/tenant", {})
  assert.deepEqual(
    asked.map(({ path, token }) => [path, token]),
    [
      ["/_allauth/browser/v1/config", undefined],
      ["/api/me/tenant", "t0ken"],
    ],
  )
})

test("an API that says 401 ends the sign-in; the sign-in page's own 401 does not", async () => {
  let ended = 0
  whenSignedOut(() => (ended += 1))
  reply(401, { code: "kernel.not_signed_in", title: "请先登录。" })
  await refused(get("/_allauth/browser/v1/auth/session"))
  assert.equal(ended, 0)
  await refused(get("/api/coach/practice"))
  assert.equal(ended, 1)
})

test("an address leaves out what is empty and escapes what is not", () => {
  assert.equal(url("/api/x", { q: "重疾 险", cursor: null, unit: "", n: 0 }), "/api/x?q=%E9%87%8D%E7%96%BE+%E9%99%A9&n=0")
  assert.equal(url("/api/x"), "/api/x")
})
