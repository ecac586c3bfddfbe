/**
 * Holds the texts to the code: every key exists in both languages with the same placeholders, is used, and every key
 * that the code names exists. A key built at run time, t(`coach.level.${level}`), uses every key under its fixed start.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { pathToFileURL } from "node:url"

type Texts = Map<string, { text: string; file: string }>
interface Tree {
  [key: string]: string | Tree
}

const root = join(import.meta.dirname, "../src")
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).map((file) => join(root, file))
const faults: string[] = []

async function textsOf(language: "zh" | "en"): Promise<Texts> {
  const texts: Texts = new Map()
  for (const file of files.filter((path) => path.endsWith(join("i18n", `${language}.ts`)) && path !== join(root, "i18n", `${language}.ts`))) {
    const tree = ((await import(pathToFileURL(file).href)) as { default: Tree }).default
    flatten(tree, "", relative(root, file), texts)
  }
  return texts
}

function flatten(tree: Tree, prefix: string, file: string, into: Texts): void {
  for (const [name, value] of Object.entries(tree)) {
    const key = prefix ? `${prefix}.${name}` : name
    if (typeof value !== "string") flatten(value, key, file, into)
    else if (into.has(key)) faults.push(`${key}: in ${file} and in ${into.get(key)?.file}`)
    else into.set(key, { text: value, file })
  }
}

/** What vue-i18n would stumble over: "@" begins a link to another text, braces hold a placeholder or a quoted literal. */
function checkForm(texts: Texts): void {
  for (const [key, { text, file }] of texts) {
    const bare = text.replace(/\{\w+\}|\{'[^']+'\}/g, "")
    if (/[@{}]/.test(bare)) faults.push(`${key}: in ${file}, write {'@'} for "@" and close every brace`)
  }
}

const placeholders = (text: string): string => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(" ")

function compare(zh: Texts, en: Texts): void {
  for (const [key, { text, file }] of zh) {
    const other = en.get(key)
    if (!other) faults.push(`${key}: in ${file}, missing in English`)
    else if (placeholders(text) !== placeholders(other.text)) faults.push(`${key}: placeholders differ between zh and en`)
  }
  for (const [key, { file }] of en) if (!zh.has(key)) faults.push(`${key}: in ${file}, missing in Chinese`)
}

function checkUse(texts: Texts): void {
  const code = files.filter((path) => /\.(ts|vue)$/.test(path) && !/\/i18n\/(zh|en)\.ts$/.test(path) && !path.endsWith(".test.ts"))
  const tops = new Set([...texts.keys()].map((key) => key.split(".")[0]))
  const named = new Set<string>()
  const starts = new Set<string>()
  for (const path of code) {
    const source = readFileSync(path, "utf8")
    for (const [, key] of source.matchAll(/["'`]([a-z]\w*(?:\.\w+)+)["'`]/g)) {
      if (!key || !tops.has(key.split(".")[0])) continue
      named.add(key)
      if (!texts.has(key)) faults.push(`${key}: named in ${relative(root, path)}, but there is no such text`)
    }
    for (const [, start] of source.matchAll(/`([a-z]\w*(?:\.\w+)*\.)\$\{/g)) {
      if (!start || !tops.has(start.split(".")[0])) continue
      starts.add(start)
      if (![...texts.keys()].some((key) => key.startsWith(start))) faults.push(`${start}*: used in ${relative(root, path)}, no such texts`)
    }
  }
  for (const [key, { file }] of texts) {
    if (!named.has(key) && ![...starts].some((start) => key.startsWith(start))) faults.push(`${key}: in ${file}, used nowhere`)
  }
}

const zh = await textsOf("zh")
const en = await textsOf("en")
checkForm(zh)
checkForm(en)
compare(zh, en)
checkUse(zh)
if (faults.length > 0) {
  console.error(faults.join("\n"))
  process.exit(1)
}
console.log(`i18n: ${zh.size} texts in Chinese and English, each used`)
