import assert from "node:assert/strict"
import { beforeEach, describe, it } from "node:test"
import { Recognition, type Recogniser } from "../recognition.ts"

/** The browser's recogniser as it behaves: it ends by itself, gives words in steps, and reports errors by name. */
class FakeRecogniser implements Recogniser {
  lang = ""
  continuous = false
  interimResults = false
  running = false
  onresult: Recogniser["onresult"] = null
  onerror: Recogniser["onerror"] = null
  onend: Recogniser["onend"] = null

  start(): void {
    this.running = true
  }

  stop(): void {
    this.end()
  }

  abort(): void {
    this.end()
  }

  end(): void {
    if (!this.running) return
    this.running = false
    this.onend?.()
  }

  understand(...words: [string, boolean][]): void {
    this.onresult?.({ results: words.map(([transcript, isFinal]) => ({ isFinal, 0: { transcript } })) })
  }
}

let made: FakeRecogniser[]
let recognition: Recognition

beforeEach(() => {
  made = []
  recognition = new Recognition(() => {
    made.push(new FakeRecogniser())
    return made.at(-1)!
  }, "zh")
})

describe("the browser's recognition", () => {
  it("listens in the language of the scenario and tells what it has so far", () => {
    const partials: string[] = []
    recognition.on("partial", (text) => partials.push(text))
    recognition.start()
    made[0]!.understand(["等待期", false])
    made[0]!.understand(["等待期是九十天", true])
    assert.equal(made[0]!.lang, "zh-CN")
    assert.deepEqual(partials, ["等待期", "等待期是九十天"])
  })

  it("keeps the words when the browser stops by itself, and goes on listening", async () => {
    recognition.start()
    made[0]!.understand(["保费", true])
    made[0]!.end()
    assert.equal(made.length, 2)
    made[1]!.understand(["每年三千六", true])
    assert.equal(await recognition.take(), "保费每年三千六")
  })

  it("waits for the last words to be settled", async () => {
    recognition.start()
    made[0]!.understand(["保费", true], ["每年", false])
    const taken = recognition.take()
    made[0]!.understand(["保费", true], ["每年三千六", true])
    assert.equal(await taken, "保费每年三千六")
  })

  it("begins anew after the words were taken", async () => {
    recognition.start()
    made[0]!.understand(["第一句", true])
    await recognition.take()
    made.at(-1)!.understand(["第二句", true])
    assert.equal(await recognition.take(), "第二句")
  })

  it("says why it cannot listen and does not try again by itself", () => {
    const failures: string[] = []
    recognition.on("failed", (failure) => failures.push(failure))
    recognition.start()
    made[0]!.onerror?.({ error: "network" })
    made[0]!.end()
    assert.deepEqual(failures, ["network"])
    assert.equal(made.length, 1)
  })

  it("takes silence for silence, not for a failure", () => {
    const failures: string[] = []
    recognition.on("failed", (failure) => failures.push(failure))
    recognition.start()
    made[0]!.onerror?.({ error: "no-speech" })
    made[0]!.end()
    assert.deepEqual(failures, [])
    assert.equal(made.length, 2)
  })
})
