import { ref, watchEffect } from "vue"
import { keep, readKept } from "./kept"

/** Day, night, or as the system says. Kept on this device, because a phone and a wall differ for one person. */
export type Mode = "auto" | "day" | "night"

const kept = readKept("mode")
export const mode = ref<Mode>(kept === "day" || kept === "night" ? kept : "auto")

const dark = window.matchMedia("(prefers-color-scheme: dark)")
const systemDark = ref(dark.matches)
dark.addEventListener("change", (event) => (systemDark.value = event.matches))

watchEffect(() => {
  const night = mode.value === "night" || (mode.value === "auto" && systemDark.value)
  document.documentElement.dataset.mode = night ? "night" : "day"
  keep("mode", mode.value === "auto" ? null : mode.value)
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--ground").trim()
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", ground)
})
