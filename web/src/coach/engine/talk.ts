/**
 * A talk with the virtual customer, as one object: it joins microphone, gate, clock, line, voices and recogniser, keeps
 * the state and says `change` when it changed. It draws nothing and knows nothing of who does.
 */

import type { Session, Turn } from "@/api/types"
import type { BrowserVoice } from "./browserVoice.ts"
import { Courier } from "./courier.ts"
import { CustomerVoice } from "./customerVoice.ts"
import { Emitter } from "./emitter.ts"
import { Gate } from "./gate.ts"
import { Line, type LineOptions, type LineState, type Socket } from "./line.ts"
import { MicrophoneError, type Microphone, type MicrophoneFrame, type NoMicrophone } from "./microphone.ts"
import type { Playback } from "./playback.ts"
import { FRAME_SECONDS, type ClientMessage, type Heard, type Mode, type Say, type Speech } from "./protocol.ts"
import type { Recognition } from "./recognition.ts"
import type { SayQueue } from "./sayQueue.ts"
import { TalkClock } from "./talkClock.ts"
import { firstState, lastOf, type PauseReason, type TalkSettings, type TalkState } from "./talkState.ts"
import { Tape } from "./tape.ts"

/** How the talk reaches the session beside the line: by HTTP. */
export interface SessionDoor {
  load(): Promise<Session>
  say(say: Say): Promise<{ turns: Turn[]; ending: Session["ending"] }>
  audio(url: string): Promise<ArrayBuffer>
}

export interface TalkParts {
  session: Session
  settings: TalkSettings
  connect: () => Socket
  door: SessionDoor
  says: SayQueue
  /** Null where the browser has no sound: then the talk goes on in text. */
  context: Pick<AudioContext, "currentTime" | "suspend" | "resume"> | null
  microphone: Microphone | null
  playback: Playback | null
  browserVoice: BrowserVoice
  recognition: Recognition | null
  timing?: LineOptions["timing"]
}

export interface TalkEvents {
  change: TalkState
  /** The talk cannot go on here; the state of the line says why. */
  failed: LineState
}

export class Talk extends Emitter<TalkEvents> {
  private current: TalkState
  private readonly tape = new Tape()
  private readonly clock = new TalkClock()
  private readonly gate: Gate
  private readonly line: Line
  private readonly voice: CustomerVoice
  private readonly courier: Courier
  private readonly parts: TalkParts
  /** Utterances whose words were given or are not wanted. */
  private readonly answered = new Set<string>()
  private cleanUp: (() => void)[] = []

  constructor(parts: TalkParts) {
    super()
    const { session, settings, says, playback, browserVoice: browser } = parts
    const { tape } = this
    this.parts = parts
    this.current = firstState(session, settings, says.pending)
    this.gate = new Gate({
      frame: (samples) => this.record(samples),
      talk: (down) => tape.write({ type: "talk", down, frame: tape.ring.next }),
    })
    this.gate.useButton(settings.mode === "push_to_talk")
    this.voice = new CustomerVoice({ playback, browser, talkTime: (moment) => this.talkTime(moment) })
    this.line = new Line({
      connect: parts.connect,
      tape,
      greeting: () => ({ mode: this.state.settings.mode, recognition: this.state.settings.recognition }),
      turns: session.turns.length,
      unheard: session.turns.at(-1)?.speaker === "customer" && session.turns.at(-1)?.end === null,
      timing: parts.timing,
    })
    this.courier = new Courier({ says, tape, line: this.line, otherWay: (say) => this.sayByHttp(say) })
    this.listen()
  }

  get state(): TalkState {
    return this.current
  }

  open(): void {
    this.line.open()
  }

  close(): void {
    this.cleanUp.forEach((undo) => undo())
    this.cleanUp = []
    this.courier.close()
    this.line.close()
    this.voice.close()
    this.parts.microphone?.stop()
    this.parts.recognition?.discard()
    this.clear()
  }

  /** Ask for the microphone. Without one the talk goes on in text, and the state says why. */
  async useMicrophone(): Promise<boolean> {
    const { microphone } = this.parts
    if (!microphone) return this.withoutMicrophone("unsupported")
    try {
      await microphone.start({ headphones: this.state.settings.headphones })
    } catch (error) {
      return this.withoutMicrophone(error instanceof MicrophoneError ? error.reason : "unsupported")
    }
    this.change({ microphone: "on" })
    return true
  }

  setMode(mode: Mode): void {
    this.gate.useButton(mode === "push_to_talk")
    if (mode === "text") {
      this.parts.microphone?.stop()
      this.clock.stop()
    }
    const microphone = mode === "text" && this.state.microphone === "on" ? "off" : this.state.microphone
    this.change({ settings: { ...this.state.settings, mode }, microphone, speaking: false })
    this.mentionMode()
  }

  /** Change voice, recognition, headphones or muting while talking. */
  set(changes: Partial<Omit<TalkSettings, "mode">>): void {
    this.change({ settings: { ...this.state.settings, ...changes }, recognitionFailure: null })
    if (changes.muted !== undefined && this.parts.playback) this.parts.playback.muted = changes.muted
    if (changes.voice !== undefined) this.voice.hush()
    if (changes.recognition !== undefined) this.mentionMode()
    if (changes.headphones !== undefined && this.state.microphone === "on") void this.useMicrophone()
  }

  /** The button goes down: the customer falls silent and the trainee is heard. */
  press(): void {
    const { microphone, settings, paused, writing } = this.state
    if (microphone !== "on" || settings.mode !== "push_to_talk" || paused) return
    this.voice.hush()
    if (writing !== null) this.sayAgain()
    this.gate.press()
    this.change({ speaking: true })
  }

  release(): void {
    if (this.state.settings.mode !== "push_to_talk" || !this.state.speaking) return
    this.gate.release()
    this.change({ speaking: false })
  }

  /** The trainee's words, typed: the answer itself, or what was just said aloud. */
  type(text: string): void {
    const words = text.trim()
    if (!words) return
    this.voice.hush()
    this.commit(words, true, this.state.writing)
  }

  /** Forget the recorded utterance whose words were asked for: it will be said again. */
  sayAgain(): void {
    const utterance = this.state.writing
    if (utterance === null) return
    this.answered.add(utterance)
    this.owe({ type: "drop", utterance })
    this.change({ writing: null })
  }

  pause(reason: PauseReason): void {
    if (this.state.paused || this.state.ending !== null) return
    this.release()
    this.owePause({ type: "pause" })
    this.parts.browserVoice.stop()
    if (this.parts.microphone) this.parts.microphone.listening = false
    void this.parts.context?.suspend()
    this.change({ paused: reason })
  }

  /** Go on; called from a gesture, so that the browser lets the sound go on as well. */
  resume(): void {
    if (!this.state.paused) return
    if (this.parts.microphone) this.parts.microphone.listening = true
    void this.parts.context?.resume()
    this.owePause({ type: "resume" })
    this.line.hurry()
    this.change({ paused: null })
  }

  /** Connect now: the network came back, or a person asks for it. */
  hurry(): void {
    this.line.hurry()
  }

  /** The network said that it is gone. */
  networkGone(): void {
    this.line.drop()
  }

  /** Everything said was committed. False when it was not within `milliseconds`. */
  settled(milliseconds: number): Promise<boolean> {
    if (this.state.pending.length === 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      const finish = (done: boolean): void => {
        stop()
        clearTimeout(late)
        resolve(done)
      }
      const stop = this.on("change", (state) => state.pending.length === 0 && finish(true))
      const late = setTimeout(() => finish(false), milliseconds)
    })
  }

  /** Say the customer's last words once more. */
  async hearAgain(): Promise<void> {
    const turn = lastOf(this.state.turns, "customer")
    const { playback, door } = this.parts
    if (!turn?.audio || !playback || this.state.sounding !== null) return
    this.voice.again(turn.index, await playback.decode(await door.audio(turn.audio)))
  }

  /** A recognised turn was corrected and the server has taken it. */
  correct(turn: Turn): void {
    this.change({ turns: this.state.turns.map((known) => (known.index === turn.index ? turn : known)) })
  }

  /** Loudness of the customer's voice, 0..1. */
  customerLevel(): number {
    return this.voice.level()
  }

  private listen(): void {
    const { line, voice } = this
    const { microphone, playback, recognition } = this.parts
    this.cleanUp = [
      line.on("state", (state) => this.lineChanged(state)),
      line.on("ready", (ready) => this.change({ greeted: true, recogniser: ready.recogniser, voice: ready.voice })),
      line.on("speech", (speech) => this.speech(speech)),
      line.on("heard", (heard) => void this.heard(heard)),
      line.on("settled", (key) => this.settle(key)),
      line.on("turn", ({ turn, stage, ending }) => {
        this.learn(turn)
        this.expectVoice(turn)
        this.change({ stage: stage ?? this.state.stage, ending: ending ?? this.state.ending })
      }),
      line.on("gap", () => void this.reload()),
      line.on("voice", ({ turn, rate }) => this.voiceBegins(turn, rate)),
      line.on("sound", ({ turn, samples }) => playback?.push(turn, samples)),
      line.on("voiceEnd", (turn) => playback?.complete(turn)),
      line.on("ended", (ending) => this.change({ ending })),
      line.on("problem", (refusal) => this.change({ refusal })),
      voice.on("sounding", (sounding) => this.change({ sounding })),
      voice.on("heard", (heard) => this.owe({ type: "played", ...heard })),
      voice.on("mute", () => this.set({ voice: "server" })),
      microphone?.on("frame", (frame) => this.frame(frame)),
      microphone?.on("lost", (reason) => void this.withoutMicrophone(reason)),
      recognition?.on("partial", (partial) => this.understood(partial)),
      recognition?.on("failed", (recognitionFailure) => this.change({ recognitionFailure })),
    ].filter((undo) => undo !== undefined)
  }

  private frame({ samples, at }: MicrophoneFrame): void {
    if (!this.state.greeted || this.state.paused) return
    this.clock.mark(this.tape.ring.next + this.gate.holding, at)
    this.gate.push(samples)
    this.line.pump()
  }

  private record(samples: Int16Array): void {
    const lost = this.tape.push(samples)
    if (lost !== null) this.change({ lostSeconds: this.state.lostSeconds + FRAME_SECONDS })
  }

  private talkTime(moment = this.parts.context?.currentTime): number | null {
    return moment === undefined ? null : this.clock.at(moment)
  }

  private speech({ state, utterance }: Speech): void {
    if (this.state.settings.mode !== "hands_free" || this.answered.has(utterance)) return
    if (state === "started") this.voice.hush()
    this.change({ speaking: state !== "ended" })
  }

  private async heard({ utterance, text }: Heard): Promise<void> {
    if (this.answered.has(utterance) || this.parts.says.covers(utterance)) return
    const { recognition } = this.parts
    this.change({ speaking: false, understanding: utterance })
    if (text !== null) return
    const usable = this.state.settings.recognition === "browser" && !this.state.recognitionFailure
    const words = usable && recognition ? await recognition.take() : ""
    if (this.state.understanding !== utterance) return
    if (words) this.commit(words, false, utterance)
    else this.change({ understanding: null, writing: utterance, partial: "" })
  }

  private understood(partial: string): void {
    this.change({ partial })
    this.line.mention({ type: "partial", text: partial })
  }

  private commit(text: string, typed: boolean, utterance: string | null): void {
    if (utterance !== null) this.answered.add(utterance)
    this.courier.bring(text, typed, utterance)
    this.change({ pending: this.parts.says.pending, understanding: null, writing: null, partial: "", refusal: null })
  }

  private async sayByHttp(say: Say): Promise<void> {
    const { turns, ending } = await this.parts.door.say(say)
    for (const turn of turns) this.learn(turn)
    this.settle(say.key)
    if (ending) this.change({ ending })
  }

  private settle(key: string): void {
    this.courier.settle(key)
    this.change({ pending: this.parts.says.pending })
  }

  /** In a pause nothing sounds: the answer to what was typed is read, and can be heard again afterwards. */
  private voiceBegins(turn: number, rate: number): void {
    const { settings, paused } = this.state
    if (settings.voice === "server" && !paused) this.parts.playback?.begin(turn, rate)
  }

  private expectVoice(turn: Turn): void {
    const { settings, voice, paused } = this.state
    if (turn.speaker === "customer" && settings.voice === "server" && voice && !paused) this.voice.expect(turn.index)
  }

  /** A turn, by whichever way it came; each is taken once. */
  private learn(turn: Turn): void {
    if (turn.index !== this.state.turns.length) return
    const understanding = turn.speaker === "trainee" ? null : this.state.understanding
    this.change({ turns: [...this.state.turns, turn], understanding })
    this.line.know(turn.index + 1)
    const { settings, paused } = this.state
    if (turn.speaker === "customer" && settings.voice === "browser" && !paused) this.voice.speak(turn, settings.muted)
  }

  /** Turns are missing: the session has them. */
  private async reload(): Promise<void> {
    try {
      const session = await this.parts.door.load()
      for (const turn of session.turns) this.learn(turn)
      this.change({ stage: session.stage, ending: session.ending })
    } catch {
      // The next turn shows the gap again.
    }
  }

  /** Keep a message until the server has it. */
  private owe(message: ClientMessage): void {
    this.tape.write(message)
    this.line.pump()
  }

  private owePause(message: ClientMessage): void {
    this.tape.release(({ type }) => type === "pause" || type === "resume")
    this.owe(message)
  }

  private mentionMode(): void {
    const { mode, recognition } = this.state.settings
    this.line.mention({ type: "mode", mode, recognition })
  }

  private lineChanged(line: LineState): void {
    this.change({ line })
    if (line.state === "failed") this.emit("failed", line)
  }

  private withoutMicrophone(reason: NoMicrophone): false {
    this.setMode("text")
    this.change({ microphone: reason })
    return false
  }

  private change(changes: Partial<TalkState>): void {
    this.current = { ...this.current, ...changes }
    this.attune()
    this.emit("change", this.current)
  }

  /** Gate and recogniser follow the state: neither hears the customer, nor the keyboard. */
  private attune(): void {
    const { sounding, settings, writing, understanding, paused, microphone, recognitionFailure } = this.current
    this.gate.muzzle((sounding !== null && !settings.headphones) || writing !== null || understanding !== null)
    const { recognition } = this.parts
    if (!recognition) return
    const wanted = settings.recognition === "browser" && microphone === "on" && !paused && !recognitionFailure
    if (wanted && this.gate.open) recognition.start()
    else if (recognition.listening && understanding === null) recognition.stop()
  }
}
