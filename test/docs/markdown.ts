import { readFileSync } from 'node:fs'

/** The text of a file of the project, by its path from the root. */
export const readPage = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** The code below a mark such as `<!-- test: webhook.ts -->`; throws where there is none. */
export const markedCode = (page: string, name: string): string => {
  const start = page.indexOf(`<!-- test: ${name} -->`)
  const code = start < 0 ? undefined : /```ts\n([\s\S]*?\n)```/.exec(page.slice(start))?.[1]
  if (code === undefined) throw new Error(`no code is marked ${name}`)
  return code
}
