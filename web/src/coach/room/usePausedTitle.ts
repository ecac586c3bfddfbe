import { onScopeDispose, watch, type WatchSource } from "vue"
import { useI18n } from "vue-i18n"

/** While the talk is paused the name of the tab says so: it is all that one sees of a page one has left. */
export function usePausedTitle(paused: WatchSource<boolean>): void {
  const { t } = useI18n()
  let usual: string | null = null

  function restore(): void {
    if (usual !== null) document.title = usual
    usual = null
  }

  watch(paused, (now) => {
    restore()
    if (!now) return
    usual = document.title
    document.title = `${t("room.pause.title")} · ${t("app.name")}`
  })
  onScopeDispose(restore)
}
