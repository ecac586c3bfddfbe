import { onScopeDispose, shallowRef, type ShallowRef } from "vue"
import { get, post } from "@/api/client"
import type { Ending, Session, Turn } from "@/api/types"
import { BrowserVoice } from "@/coach/engine/browserVoice"
import { findRecogniser, Recognition } from "@/coach/engine/recognition"
import { SayQueue, type KeyValueStore } from "@/coach/engine/sayQueue"
import { Talk } from "@/coach/engine/talk"
import type { TalkSettings, TalkState } from "@/coach/engine/talkState"
import type { Sound } from "./sound"

export interface UsedTalk {
  talk: ShallowRef<Talk | null>
  state: ShallowRef<TalkState | null>
  begin: (session: Session, settings: TalkSettings) => Talk
  end: () => void
}

/** The talk of a page: made on demand, its state as something to draw, closed when the page goes. */
export function useTalk(sound: Sound): UsedTalk {
  const talk = shallowRef<Talk | null>(null)
  const state = shallowRef<TalkState | null>(null)

  function begin(session: Session, settings: TalkSettings): Talk {
    end()
    const begun = makeTalk(session, settings, sound)
    begun.on("change", (changed) => (state.value = changed))
    talk.value = begun
    state.value = begun.state
    begun.open()
    return begun
  }

  function end(): void {
    talk.value?.close()
    talk.value = null
    state.value = null
  }

  onScopeDispose(end)
  return { talk, state, begin, end }
}

function makeTalk(session: Session, settings: TalkSettings, sound: Sound): Talk {
  const path = `/api/coach/sessions/${session.id}`
  const { language } = session.scenario
  const recogniser = findRecogniser()
  return new Talk({
    session,
    settings,
    connect: () => new WebSocket(streamAddress(session.id)),
    door: {
      load: () => get<Session>(path),
      say: ({ key, text }) => post<{ turns: Turn[]; ending: Ending | null }>(`${path}/turns`, { key, text }),
      audio: async (url) => (await fetch(url, { credentials: "same-origin" })).arrayBuffer(),
    },
    says: new SayQueue(session.id, storage()),
    ...sound,
    browserVoice: new BrowserVoice(language),
    recognition: recogniser ? new Recognition(recogniser, language) : null,
  })
}

function streamAddress(session: string): string {
  const { protocol, host } = window.location
  return `${protocol === "https:" ? "wss" : "ws"}://${host}/coach/stream?session=${session}`
}

function storage(): KeyValueStore | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}
