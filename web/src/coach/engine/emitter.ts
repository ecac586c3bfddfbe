/** A typed event emitter: the one way in which the engine speaks to whoever draws it. */

export type Listener<T> = (event: T) => void

export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<Listener<never>>>()

  /** Listen to `name`; the answer takes the listener off again. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const set = this.listeners.get(name) ?? new Set()
    this.listeners.set(name, set)
    set.add(listener as Listener<never>)
    return () => void set.delete(listener as Listener<never>)
  }

  /** Tell every listener, in the order in which they came; one that throws does not keep the others from hearing. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      try {
        ;(listener as Listener<Events[Name]>)(event)
      } catch (error) {
        reportError(error)
      }
    }
  }

  clear(): void {
    this.listeners.clear()
  }
}

/** Errors of a listener are shown where errors of the page are shown, never swallowed. */
function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
