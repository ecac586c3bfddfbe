import { onScopeDispose } from "vue"

/** Call `draw` on every frame that the screen shows, for as long as the component lives. */
export function useFrames(draw: () => void): void {
  let frame = requestAnimationFrame(function again() {
    draw()
    frame = requestAnimationFrame(again)
  })
  onScopeDispose(() => cancelAnimationFrame(frame))
}
