/**
 * The line to the server: one WebSocket after another, and nothing lost between them.
 *
 * Every connection begins with `hello`; `ready` says where the server stands, the tape is wound back there and goes out
 * again. Turns are handed on once and in order, whatever was sent twice. A line on which nothing arrives is dead after
 * `deadAfter` even if the network never said so.
 */

import type { Ending } from "@/api/types"
import { Emitter } from "./emitter.ts"
import {
  CLOSE_REASONS,
  decodeVoice,
  encodeFrame,
  type ClientMessage,
  type CloseReason,
  type Heard,
  type Mode,
  type Refusal,
  type Ready,
  type RecognitionChoice,
  type ServerMessage,
  type Speech,
  type TurnMessage,
} from "./protocol.ts"
import type { Tape } from "./tape.ts"

export type LineState =
  | { state: "connecting" }
  | { state: "connected" }
  | { state: "reconnecting"; since: number; attempts: number }
  | { state: "failed"; reason: CloseReason }
  | { state: "closed" }

export interface LineEvents {
  state: LineState
  ready: Ready
  ack: number
  speech: Speech
  heard: Heard
  turn: TurnMessage
  /** The `say` with this key is committed, whether or not its turn is new to us. */
  settled: string
  /** Turns are missing between those known and this index: ask for the session. */
  gap: number
  voice: { turn: number; rate: number }
  sound: { turn: number; samples: Int16Array }
  voiceEnd: number
  ended: Ending
  problem: Refusal
}

/** The part of a browser's WebSocket that the line uses. */
export interface Socket {
  binaryType: string
  readonly readyState: number
  readonly bufferedAmount: number
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: unknown } & never) => void) | null
  onclose: ((event: { code: number } & never) => void) | null
  onerror: ((event: never) => void) | null
  send(data: string | ArrayBuffer): void
  close(code?: number): void
}

export interface LineTiming {
  pingAfter: number
  deadAfter: number
  readyWithin: number
  firstRetry: number
  longestRetry: number
}

export const TIMING: LineTiming = {
  pingAfter: 1_500,
  deadAfter: 4_500,
  readyWithin: 5_000,
  firstRetry: 250,
  longestRetry: 5_000,
}

export interface LineOptions {
  connect: () => Socket
  tape: Tape
  greeting: () => { mode: Mode; recognition: RecognitionChoice }
  /** How many turns are known already. */
  turns: number
  /** The last of them is the customer's and its voice was not heard yet: it is asked for again. */
  unheard?: boolean
  timing?: Partial<LineTiming>
  random?: () => number
  now?: () => number
}

/** More than this waiting in the socket, and the rest waits in the tape: a slow line stays answerable. */
const MOST_BUFFERED = 256 * 1024
const WATCH_EVERY = 250
/** `WebSocket.OPEN`: before it nothing may be sent, after it nothing goes. */
const OPEN = 1

export class Line extends Emitter<LineEvents> {
  private current: LineState = { state: "closed" }
  private socket: Socket | null = null
  private greeted = false
  private retry: ReturnType<typeof setTimeout> | undefined
  private watch: ReturnType<typeof setInterval> | undefined
  private lastReceived = 0
  private lastPing = 0
  private attempts = 0
  private lostSince = 0
  private turns: number
  private waiting = new Map<number, TurnMessage>()
  /** The customer's turn whose voice has not wholly arrived: after a cut it is asked for again. */
  private unvoiced: number | null
  private voiceTurn = -1
  private voiceHeld = 0
  private voiceSkip = 0
  private readonly options: LineOptions
  private readonly timing: LineTiming
  private readonly now: () => number

  constructor(options: LineOptions) {
    super()
    this.options = options
    this.timing = { ...TIMING, ...options.timing }
    this.now = options.now ?? (() => performance.now())
    this.turns = options.turns
    this.unvoiced = options.unheard ? options.turns - 1 : null
  }

  get state(): LineState {
    return this.current
  }

  get connected(): boolean {
    return this.current.state === "connected"
  }

  open(): void {
    if (this.current.state !== "closed") return
    this.become({ state: "connecting" })
    this.watch = setInterval(() => this.check(), WATCH_EVERY)
    this.dial()
  }

  /** Hang up for good. */
  close(): void {
    this.hangUp(1000)
    clearInterval(this.watch)
    clearTimeout(this.retry)
    if (this.current.state !== "failed") this.become({ state: "closed" })
  }

  /** Connect now instead of waiting: the network came back, or a person asks for it. */
  hurry(): void {
    if (this.current.state === "failed" || this.current.state === "closed" || this.socket) return
    clearTimeout(this.retry)
    this.dial()
  }

  /** The network said that it is gone: do not wait until the line is found dead. */
  drop(): void {
    if (this.socket) this.lose()
  }

  /** Say something that means nothing once the line is cut. */
  mention(message: ClientMessage): void {
    if (this.usable) this.socket?.send(JSON.stringify(message))
  }

  /** Send what the tape owes, as far as the line takes it. */
  pump(): void {
    while (this.usable && this.socket && this.socket.bufferedAmount < MOST_BUFFERED) {
      const item = this.options.tape.take()
      if (!item) return
      if ("message" in item) this.socket.send(JSON.stringify(item.message))
      else this.socket.send(encodeFrame(item.number, item.samples))
    }
  }

  /** Turns that came by another way (the session itself) are known now. */
  know(turns: number): void {
    this.turns = Math.max(this.turns, turns)
    this.deliver()
  }

  private get usable(): boolean {
    return this.greeted && this.socket?.readyState === OPEN
  }

  private dial(): void {
    const socket = this.options.connect()
    this.socket = socket
    this.greeted = false
    this.lastReceived = this.now()
    socket.binaryType = "arraybuffer"
    socket.onopen = () => this.socket === socket && this.greet(socket)
    socket.onmessage = (event) => this.socket === socket && this.receive((event as { data: unknown }).data)
    socket.onclose = (event) => this.socket === socket && this.closed((event as { code: number }).code)
    socket.onerror = () => undefined
  }

  private greet(socket: Socket): void {
    const { tape, greeting } = this.options
    socket.send(
      JSON.stringify({ type: "hello", ...greeting(), frame: tape.ring.next, turns: this.unvoiced ?? this.turns }),
    )
  }

  private receive(data: unknown): void {
    this.lastReceived = this.now()
    if (typeof data !== "string") this.sound(data as ArrayBuffer)
    else this.understand(JSON.parse(data) as ServerMessage)
  }

  private understand(message: ServerMessage): void {
    switch (message.type) {
      case "ready":
        return this.begin(message)
      case "ack":
        this.options.tape.acknowledge(message.frame)
        return this.emit("ack", message.frame)
      case "speech":
        return this.emit("speech", message)
      case "heard":
        return this.emit("heard", message)
      case "turn":
        return this.order(message)
      case "voice":
        return this.voice(message.turn, message.rate)
      case "voice_end":
        if (message.turn === this.unvoiced) this.unvoiced = null
        return this.emit("voiceEnd", message.turn)
      case "ended":
        return this.emit("ended", message.ending)
      case "problem":
        return this.emit("problem", message.problem)
    }
  }

  private begin(ready: Ready): void {
    this.options.tape.resume(ready.next_frame)
    this.greeted = true
    this.attempts = 0
    this.become({ state: "connected" })
    this.emit("ready", ready)
    this.pump()
  }

  /** Hand turns on once each and in the order of their index. */
  private order(message: TurnMessage): void {
    if (message.key !== null) this.settle(message.key)
    const { index } = message.turn
    this.options.tape.release((owed) => owed.type === "played" && owed.turn < index)
    if (index >= this.turns) this.unvoiced = message.turn.speaker === "customer" ? index : null
    this.waiting.set(index, message)
    this.deliver()
    if (index > this.turns) this.emit("gap", this.turns)
  }

  private settle(key: string): void {
    this.options.tape.release((owed) => owed.type === "say" && owed.key === key)
    this.emit("settled", key)
  }

  private deliver(): void {
    for (const index of this.waiting.keys()) if (index < this.turns) this.waiting.delete(index)
    for (let message = this.waiting.get(this.turns); message; message = this.waiting.get(this.turns)) {
      this.waiting.delete(this.turns)
      this.turns += 1
      this.emit("turn", message)
    }
  }

  /** The same voice from its beginning again, after a cut, goes on where it was heard last. */
  private voice(turn: number, rate: number): void {
    this.voiceSkip = turn === this.voiceTurn ? this.voiceHeld : 0
    if (turn !== this.voiceTurn) this.voiceHeld = 0
    this.voiceTurn = turn
    if (this.voiceSkip === 0) this.emit("voice", { turn, rate })
  }

  private sound(buffer: ArrayBuffer): void {
    const piece = decodeVoice(buffer)
    if (!piece || piece.turn !== this.voiceTurn) return
    const skip = Math.min(this.voiceSkip, piece.samples.length)
    this.voiceSkip -= skip
    if (skip === piece.samples.length) return
    this.voiceHeld += piece.samples.length - skip
    this.emit("sound", { turn: piece.turn, samples: piece.samples.subarray(skip) })
  }

  private check(): void {
    if (!this.socket) return
    const silent = this.now() - this.lastReceived
    if (silent >= (this.greeted ? this.timing.deadAfter : this.timing.readyWithin)) return this.lose()
    if (this.greeted && silent >= this.timing.pingAfter && this.now() - this.lastPing >= this.timing.pingAfter) {
      this.lastPing = this.now()
      this.mention({ type: "ping" })
    }
    this.pump()
  }

  private closed(code: number): void {
    const reason = (CLOSE_REASONS as Record<number, CloseReason | undefined>)[code]
    if (!reason) return this.lose()
    this.socket = null
    this.greeted = false
    clearInterval(this.watch)
    this.become({ state: "failed", reason })
  }

  /** The line is gone: wait a little longer each time, never the same as everybody else, and connect again. */
  private lose(): void {
    this.hangUp()
    const { firstRetry, longestRetry } = this.timing
    const longest = Math.min(longestRetry, firstRetry * 2 ** this.attempts)
    const random = (this.options.random ?? Math.random)()
    if (this.current.state !== "reconnecting") this.lostSince = Date.now()
    this.attempts += 1
    this.become({ state: "reconnecting", since: this.lostSince, attempts: this.attempts })
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.dial(), longest * (0.5 + random / 2))
  }

  private hangUp(code?: number): void {
    const socket = this.socket
    this.socket = null
    this.greeted = false
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close(code)
  }

  private become(state: LineState): void {
    this.current = state
    this.emit("state", state)
  }
}
