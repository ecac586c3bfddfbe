import { gzipSync } from "node:zlib"
import type { Plugin, Rollup } from "vite"

/**
 * What a visitor downloads before a page can be used: the entry, what it imports, one language and one page.
 *
 * Prints the lightest and the heaviest page at the end of a build, and fails it when one is over `limit` bytes (gzip).
 */
export function firstLoad({ limit }: { limit: number }): Plugin {
  return {
    name: "first-load",
    apply: "build",
    generateBundle(_, bundle) {
      const pages = measure(bundle)
      const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`
      const lightest = pages[0]
      const heaviest = pages.at(-1)
      if (!lightest || !heaviest) this.error("first load: no page found")
      console.log(
        `first load, gzip: ${kilobytes(lightest.bytes)} (${lightest.page}) to ${kilobytes(heaviest.bytes)} ` +
          `(${heaviest.page}); at most ${kilobytes(limit)}`,
      )
      if (heaviest.bytes > limit) this.error(`first load of ${heaviest.page} is over ${kilobytes(limit)}`)
    },
  }
}

interface PageWeight {
  page: string
  bytes: number
}

function measure(bundle: Rollup.OutputBundle): PageWeight[] {
  const chunks = Object.values(bundle).filter((output): output is Rollup.OutputChunk => output.type === "chunk")
  const entry = chunks.find((chunk) => chunk.isEntry)
  if (!entry) return []
  const languages = chunks.filter((chunk) => chunk.facadeModuleId?.match(/\/i18n\/(zh|en)\.ts$/))
  const language = languages.map((chunk) => chunk.fileName).sort()[0]
  return chunks
    .filter((chunk) => chunk.facadeModuleId?.endsWith("Page.vue"))
    .map((page) => ({
      page: page.name,
      bytes: weigh([entry.fileName, page.fileName, ...(language ? [language] : [])], bundle),
    }))
    .sort((a, b) => a.bytes - b.bytes)
}

function weigh(files: string[], bundle: Rollup.OutputBundle): number {
  const seen = new Set<string>()
  const waiting = [...files]
  let bytes = 0
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    const output = bundle[file]
    if (!output || seen.has(file)) continue
    seen.add(file)
    bytes += gzipSync(output.type === "chunk" ? output.code : output.source).length
    if (output.type === "chunk") waiting.push(...output.imports, ...(output.viteMetadata?.importedCss ?? []))
  }
  return bytes
}
