/**
 * The microphone: asked for, opened, watched, closed.
 *
 * Loudness and its variation are scored, so what a browser does to a voice on its own is switched off: automatic gain
 * (it evens out loudness) and noise suppression (it eats quiet ends of phrases). Echo cancellation is off with
 * headphones; with a loudspeaker it stays on, because the customer's own voice would otherwise come back as the trainee's.
 * A browser may ignore the wish: `Microphone.altered` says what it kept on.
 */

import { Emitter } from "./emitter.ts"
import { levelOf } from "./framer.ts"

export type NoMicrophone = "insecure" | "unsupported" | "refused" | "missing" | "busy" | "lost"
export type Alteration = "echo_cancellation" | "noise_suppression" | "automatic_gain"

export interface MicrophoneFrame {
  samples: Int16Array
  /** When the frame began, in seconds of the audio context. */
  at: number
}

export interface MicrophoneEvents {
  frame: MicrophoneFrame
  level: number
  lost: NoMicrophone
}

export class MicrophoneError extends Error {
  readonly reason: NoMicrophone

  constructor(reason: NoMicrophone) {
    super(`no microphone: ${reason}`)
    this.reason = reason
  }
}

export interface MicrophoneWish {
  headphones: boolean
}

/** Why there can be no microphone here at all, before anybody is asked; null when one may ask. */
export function hindrance(scope: typeof globalThis = globalThis): NoMicrophone | null {
  if (!scope.isSecureContext) return "insecure"
  if (!scope.navigator?.mediaDevices?.getUserMedia) return "unsupported"
  if (typeof scope.AudioContext !== "function" || typeof scope.AudioWorkletNode !== "function") return "unsupported"
  return null
}

export function constraintsFor(wish: MicrophoneWish): MediaStreamConstraints {
  return {
    audio: {
      channelCount: 1,
      echoCancellation: !wish.headphones,
      noiseSuppression: false,
      autoGainControl: false,
    },
  }
}

/** The typed reason behind what `getUserMedia` threw. */
export function reasonOf(error: unknown): NoMicrophone {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ""
  if (name === "NotAllowedError" || name === "PermissionDeniedError") return "refused"
  if (name === "NotFoundError" || name === "DevicesNotFoundError" || name === "OverconstrainedError") return "missing"
  if (name === "NotReadableError" || name === "AbortError") return "busy"
  if (name === "SecurityError") return "insecure"
  return "unsupported"
}

export class Microphone extends Emitter<MicrophoneEvents> {
  private source: MediaStreamAudioSourceNode | null = null
  private node: AudioWorkletNode | null = null
  private stream: MediaStream | null = null
  private wish: MicrophoneWish | null = null
  private readonly context: AudioContext
  private readonly workletUrl: string

  constructor(context: AudioContext, workletUrl: string) {
    super()
    this.context = context
    this.workletUrl = workletUrl
  }

  get open(): boolean {
    return this.node !== null
  }

  /** What the browser does to the voice although it was asked not to. */
  get altered(): Alteration[] {
    const settings = this.stream?.getAudioTracks()[0]?.getSettings()
    const kept: Alteration[] = []
    if (settings?.echoCancellation) kept.push("echo_cancellation")
    if (settings?.noiseSuppression) kept.push("noise_suppression")
    if (settings?.autoGainControl) kept.push("automatic_gain")
    return kept
  }

  /** While false nothing of the room reaches the page at all: the track is switched off where it is. */
  set listening(on: boolean) {
    this.stream?.getTracks().forEach((track) => (track.enabled = on))
  }

  /** Ask for the microphone and start sending frames. Throws `MicrophoneError` with the reason it cannot be had. */
  async start(wish: MicrophoneWish): Promise<void> {
    const reason = hindrance()
    if (reason) throw new MicrophoneError(reason)
    if (this.open && this.wish?.headphones === wish.headphones) return
    this.stop()
    this.stream = await ask(wish)
    this.wish = wish
    await this.context.audioWorklet.addModule(this.workletUrl)
    this.node = new AudioWorkletNode(this.context, "alula-capture", { numberOfInputs: 1, numberOfOutputs: 0 })
    this.node.port.onmessage = (message: MessageEvent<MicrophoneFrame>) => {
      this.emit("level", levelOf(message.data.samples))
      this.emit("frame", message.data)
    }
    this.source = this.context.createMediaStreamSource(this.stream)
    this.source.connect(this.node)
    this.stream.getAudioTracks()[0]!.onended = () => this.lose()
  }

  stop(): void {
    this.source?.disconnect()
    this.node?.port.close()
    this.stream?.getTracks().forEach((track) => {
      track.onended = null
      track.stop()
    })
    this.source = this.node = this.stream = null
  }

  private lose(): void {
    this.stop()
    this.emit("lost", "lost")
  }
}

async function ask(wish: MicrophoneWish): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(constraintsFor(wish))
  } catch (error) {
    throw new MicrophoneError(reasonOf(error))
  }
}
