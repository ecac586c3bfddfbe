/**
 * Runs beside the page's audio: takes the microphone at the device's own rate, brings it to 16 kHz mono and posts frames of
 * 20 ms with the moment (seconds of the audio clock) at which the frame began.
 */

import { Framer } from "./framer.ts"
import { FRAME_SECONDS, SAMPLE_RATE } from "./protocol.ts"
import { Resampler } from "./resampler.ts"

declare const sampleRate: number
declare const currentTime: number
declare function registerProcessor(name: string, processor: unknown): void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

class CaptureProcessor extends AudioWorkletProcessor {
  private readonly resampler = new Resampler(sampleRate, SAMPLE_RATE)
  private readonly framer = new Framer()
  private readonly delay = this.resampler.lookahead(sampleRate)

  process(inputs: Float32Array[][]): boolean {
    const channels = inputs[0]
    if (!channels || channels.length === 0) return true
    const frames = this.framer.push(this.resampler.push(mono(channels)))
    frames.forEach((samples, index) => {
      const at = currentTime - this.delay - (frames.length - index) * FRAME_SECONDS
      this.port.postMessage({ samples, at }, [samples.buffer])
    })
    return true
  }
}

function mono(channels: Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0]!
  return channels[0]!.map((_, i) => channels.reduce((sum, channel) => sum + channel[i]!, 0) / channels.length)
}

registerProcessor("alula-capture", CaptureProcessor)
