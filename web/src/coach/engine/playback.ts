/**
 * The customer's voice: pieces of PCM put one behind the other on the audio clock without a gap.
 *
 * The stream is brought to the context's rate as one signal, because a browser that resamples each piece on its own
 * leaves a click at every seam.
 */

import { Emitter } from "./emitter.ts"
import { Resampler } from "./resampler.ts"

/** Seconds between the first piece and its sound: enough for the next piece to arrive, far below the promised 0.1. */
export const LEAD_SECONDS = 0.04

export interface PlaybackEvents {
  started: { turn: number; at: number }
  /** `start` and `end` are moments of the audio context at which the voice was heard. */
  ended: { turn: number; start: number; end: number; broken: boolean }
}

interface Voice {
  turn: number
  resampler: Resampler
  start: number | null
  /** Where the next piece begins, in samples of the context from `start`. */
  length: number
  complete: boolean
  sources: Set<AudioBufferSourceNode>
}

export class Playback extends Emitter<PlaybackEvents> {
  private voice: Voice | null = null
  private readonly gain: GainNode
  private readonly analyser: AnalyserNode
  private readonly window: Float32Array<ArrayBuffer>
  private readonly context: AudioContext

  constructor(context: AudioContext) {
    super()
    this.context = context
    this.gain = context.createGain()
    this.analyser = context.createAnalyser()
    this.analyser.fftSize = 1024
    this.window = new Float32Array(this.analyser.fftSize)
    this.analyser.connect(this.gain)
    this.gain.connect(context.destination)
  }

  /** The turn whose voice sounds or is about to, else null. */
  get sounding(): number | null {
    return this.voice?.turn ?? null
  }

  set muted(muted: boolean) {
    this.gain.gain.value = muted ? 0 : 1
  }

  /** How loud the voice is now, 0..1, for a mouth that moves with it. */
  level(): number {
    if (!this.voice) return 0
    this.analyser.getFloatTimeDomainData(this.window)
    const power = this.window.reduce((sum, sample) => sum + sample * sample, 0) / this.window.length
    return Math.min(1, Math.sqrt(power) * 5)
  }

  /** A turn's voice begins; one that still sounded is broken off. */
  begin(turn: number, rate: number): void {
    this.stop()
    const resampler = new Resampler(rate, this.context.sampleRate)
    this.voice = { turn, resampler, start: null, length: 0, complete: false, sources: new Set() }
  }

  push(turn: number, samples: Int16Array): void {
    const voice = this.voice
    if (!voice || voice.turn !== turn) return
    this.schedule(voice, voice.resampler.push(Float32Array.from(samples, (sample) => sample / 32_768)))
  }

  decode(audio: ArrayBuffer): Promise<AudioBuffer> {
    return this.context.decodeAudioData(audio)
  }

  /** A whole voice at once. */
  play(turn: number, audio: AudioBuffer): void {
    this.begin(turn, audio.sampleRate)
    if (this.voice) this.schedule(this.voice, this.voice.resampler.push(audio.getChannelData(0)))
    this.complete(turn)
  }

  /** Every piece of the turn was pushed: when the last one has sounded, `ended` says so. */
  complete(turn: number): void {
    const voice = this.voice
    if (!voice || voice.turn !== turn || voice.complete) return
    this.schedule(voice, voice.resampler.flush())
    voice.complete = true
    if (voice.sources.size === 0) this.finish(voice)
  }

  /** Break the voice off where it is. */
  stop(): void {
    const voice = this.voice
    if (!voice) return
    this.voice = null
    for (const source of voice.sources) {
      source.onended = null
      source.stop()
    }
    if (voice.start === null) return
    const end = Math.max(voice.start, Math.min(this.context.currentTime, this.endOf(voice)))
    this.emit("ended", this.heard(voice, end, true))
  }

  private schedule(voice: Voice, samples: Float32Array): void {
    if (samples.length === 0) return
    const { currentTime, sampleRate } = this.context
    const first = voice.start === null
    if (first || this.endOf(voice) < currentTime) {
      const begin = Math.ceil((currentTime + LEAD_SECONDS) * sampleRate)
      if (first) voice.start = begin / sampleRate
      voice.length = begin - Math.round(voice.start! * sampleRate)
    }
    const buffer = this.context.createBuffer(1, samples.length, sampleRate)
    buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, 0)
    this.queue(voice, buffer)
    if (first) this.emit("started", { turn: voice.turn, at: voice.start! + this.latency() })
  }

  private queue(voice: Voice, buffer: AudioBuffer): void {
    const source = this.context.createBufferSource()
    source.buffer = buffer
    source.connect(this.analyser)
    voice.sources.add(source)
    source.onended = () => {
      voice.sources.delete(source)
      if (voice.complete && voice.sources.size === 0) this.finish(voice)
    }
    source.start(this.endOf(voice))
    voice.length += buffer.length
  }

  private finish(voice: Voice): void {
    if (this.voice === voice) this.voice = null
    if (voice.start !== null) this.emit("ended", this.heard(voice, this.endOf(voice), false))
  }

  private heard(voice: Voice, end: number, broken: boolean): PlaybackEvents["ended"] {
    const latency = this.latency()
    return { turn: voice.turn, start: voice.start! + latency, end: end + latency, broken }
  }

  private endOf(voice: Voice): number {
    return voice.start! + voice.length / this.context.sampleRate
  }

  /** Seconds between the audio clock and the ear, where the browser knows it. */
  private latency(): number {
    return this.context.outputLatency || this.context.baseLatency || 0
  }
}
