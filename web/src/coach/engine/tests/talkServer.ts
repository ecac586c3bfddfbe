/**
 * The server's half of docs/coach/protocol.md over real sockets, as small as a test needs it: it keeps the talk across
 * connections, can hold every message back, cut the line, fall silent without closing, and forget what it had not committed.
 */

import type { AddressInfo } from "node:net"
import { WebSocket, WebSocketServer } from "ws"
import type { Turn } from "@/api/types"
import { FRAME_SAMPLES, type ClientMessage, type Say, type ServerMessage } from "../protocol.ts"

export class TalkServer {
  /** Every frame number in the order of arrival, over all connections. */
  readonly arrived: number[] = []
  /** The first sample of each of them. */
  readonly samples: number[] = []
  readonly messages: ClientMessage[] = []
  readonly turns: Turn[] = []
  readonly hellos: Extract<ClientMessage, { type: "hello" }>[] = []
  /** Milliseconds for which every message is held, in both directions. */
  hold = 0
  /** Answer nothing, close nothing: what a line looks like whose far end has gone. */
  deaf = false
  nextFrame = 0
  acknowledged = 0
  voice: Int16Array[] = []
  /** Whether a `say` is answered with its turn; without, it is committed and the answer lost. */
  answers = true
  private readonly keys = new Map<string, number>()
  private readonly server: WebSocketServer
  private socket: WebSocket | null = null

  private constructor(server: WebSocketServer) {
    this.server = server
    server.on("connection", (socket) => this.welcome(socket))
  }

  static async start(): Promise<TalkServer> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" })
    await new Promise((resolve) => server.once("listening", resolve))
    return new TalkServer(server)
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/coach/stream`
  }

  get connections(): number {
    return this.hellos.length
  }

  async stop(): Promise<void> {
    for (const client of this.server.clients) client.terminate()
    await new Promise((resolve) => this.server.close(resolve))
  }

  /** The line is cut, without a goodbye; what is under way is lost. */
  cut(): void {
    this.socket?.terminate()
    this.socket = null
  }

  /** As after kill -9: what was not committed is forgotten. */
  forget(): void {
    this.nextFrame = this.acknowledged
    this.cut()
  }

  close(code: number): void {
    this.socket?.close(code)
  }

  send(message: ServerMessage): void {
    this.later(() => this.socket?.send(JSON.stringify(message)))
  }

  addTurn(speaker: Turn["speaker"], text: string): Turn {
    const turn: Turn = {
      index: this.turns.length,
      speaker,
      text,
      act: null,
      key: null,
      start: null,
      end: null,
      typed: false,
      audio: null,
      at: "2026-11-23T09:00:00Z",
    }
    this.turns.push(turn)
    return turn
  }

  sendTurn(turn: Turn, key: string | null = null): void {
    this.send({ type: "turn", turn, stage: null, ending: null, key })
  }

  /** The customer's voice of a turn; `pieces` may be fewer than there are. */
  sendVoice(turn: number, pieces = this.voice.length): void {
    this.send({ type: "voice", turn, rate: 16_000 })
    for (const samples of this.voice.slice(0, pieces)) {
      const data = Buffer.alloc(4 + samples.length * 2)
      data.writeUInt32LE(turn, 0)
      samples.forEach((sample, i) => data.writeInt16LE(sample, 4 + i * 2))
      this.later(() => this.socket?.send(data))
    }
    if (pieces === this.voice.length) this.send({ type: "voice_end", turn })
  }

  private welcome(socket: WebSocket): void {
    this.socket = socket
    socket.on("message", (data: Buffer, binary) => {
      if (this.deaf) return
      this.later(() => this.socket === socket && (binary ? this.frame(data) : this.understand(data)))
    })
  }

  private frame(data: Buffer): void {
    const number = data.readUInt32LE(0)
    if (data.length !== 4 + FRAME_SAMPLES * 2) throw new Error("a broken frame")
    this.arrived.push(number)
    this.samples.push(data.readInt16LE(4))
    this.nextFrame = number + 1
    if (this.nextFrame % 10 === 0) this.send({ type: "got", frame: this.nextFrame })
  }

  private understand(data: Buffer): void {
    const message = JSON.parse(data.toString()) as ClientMessage
    this.messages.push(message)
    if (message.type === "hello") this.greet(message)
    else if (message.type === "ping") this.send({ type: "pong" })
    else if (message.type === "say") this.commit(message)
  }

  private greet(hello: Extract<ClientMessage, { type: "hello" }>): void {
    this.hellos.push(hello)
    this.send({ type: "ready", session: "s1", next_frame: this.nextFrame, recogniser: false, voice: true })
    for (const turn of this.turns.slice(hello.turns)) this.sendTurn(turn)
  }

  private commit(say: Say): void {
    const known = this.keys.get(say.key)
    const turn = known === undefined ? this.addTurn("trainee", say.text) : this.turns[known]!
    this.keys.set(say.key, turn.index)
    this.acknowledged = this.nextFrame
    if (!this.answers) return
    this.sendTurn(turn, say.key)
    this.send({ type: "ack", frame: this.nextFrame })
    if (known === undefined) this.sendTurn(this.addTurn("customer", `and: ${say.text}`))
  }

  private later(act: () => unknown): void {
    const { socket } = this
    if (this.hold === 0) act()
    else setTimeout(() => this.socket === socket && act(), this.hold)
  }
}
