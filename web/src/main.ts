import "@/design/tokens.css"
import "element-plus/theme-chalk/base.css"
import "@/design/base.css"
import "@/design/control.css"
import "@/design/element.css"
import "@/app/mode"
import { createApp } from "vue"
import App from "@/app/App.vue"
import { router } from "@/app/router"
import { firstLanguage, i18n, useLanguage } from "@/i18n"

void useLanguage(firstLanguage()).then(() => {
  createApp(App).use(i18n).use(router).mount("#app")
})
