/** Keep a phone's screen on while somebody talks to it; where the browser cannot, it goes dark as always. */
export function useWakefulScreen(): { stay: () => Promise<void>; rest: () => void } {
  let lock: WakeLockSentinel | null = null

  async function stay(): Promise<void> {
    try {
      lock = (await navigator.wakeLock?.request("screen")) ?? null
    } catch {
      lock = null
    }
  }

  function rest(): void {
    void lock?.release()
    lock = null
  }

  return { stay, rest }
}
