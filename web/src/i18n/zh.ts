/** All Chinese texts, merged from the folders: each contributes `<folder>/i18n/zh.ts`. */
const parts = import.meta.glob<Record<string, object>>("../**/i18n/zh.ts", { eager: true, import: "default" })

export default Object.assign({}, ...Object.values(parts)) as Record<string, object>
