/** All English texts, merged from the folders: each contributes `<folder>/i18n/en.ts`. */
const parts = import.meta.glob<Record<string, object>>("../**/i18n/en.ts", { eager: true, import: "default" })

export default Object.assign({}, ...Object.values(parts)) as Record<string, object>
