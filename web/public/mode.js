// Runs before the first paint, so that night never flashes white. `src/app/mode.ts` takes over from here.
;(function () {
  var chosen = "auto"
  try {
    chosen = localStorage.getItem("alula.mode") || "auto"
  } catch (_) {
    // a web view without storage: follow the system
  }
  var dark = window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches
  document.documentElement.dataset.mode = chosen === "night" || (chosen === "auto" && dark) ? "night" : "day"
})()
