import vue from "@vitejs/plugin-vue"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vite"
import { firstLoad } from "./scripts/first-load.ts"

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// `ALULA_API` names the server that answers in development; in production the same server sends the built files.
const api = process.env.ALULA_API ?? "http://127.0.0.1:8000"

export default defineConfig({
  plugins: [vue(), firstLoad({ limit: 300 * 1024 })],
  resolve: { alias: { "@": here("./src") } },
  build: {
    outDir: here("../src/alula/web_dist"),
    emptyOutDir: true,
    // A five-year-old phone inside DingTalk, WeCom or Feishu.
    target: ["chrome87", "safari14"],
    cssTarget: ["chrome87", "safari14"],
    chunkSizeWarningLimit: 400,
    rolldownOptions: {
      output: {
        // What nearly every page needs is one file instead of a dozen small ones: a phone pays for each request.
        // The parts that stand on Element Plus stay apart, with the pages that use them.
        codeSplitting: {
          groups: [{ name: "parts", test: /\/src\/(api|app|design|i18n)\/(?!DataList|Dialog|ListBar|Picker|Sheet|en|zh)/, minShareCount: 4 }],
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(
      ["/api", "/_allauth", "/admin", "/static", "/coach/stream"].map((path) => [
        path,
        { target: api, ws: path === "/coach/stream" },
      ]),
    ),
  },
})
