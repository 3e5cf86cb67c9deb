import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readPage } from './markdown.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const pagesIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))

const pages = [...pagesIn('.'), ...pagesIn('docs')]

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')

const linksOf = (page: string): string[] =>
  [...withoutCode(readPage(page)).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)

const isOutside = (target: string): boolean => /^[a-z]+:/.test(target)

/** The name under which a heading can be linked to. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (page: string): string[] =>
  [...readPage(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

describe('every relative link leads somewhere', () => {
  for (const page of pages)
    test(page, () => {
      for (const target of linksOf(page).filter((link) => !isOutside(link))) {
        const [path = '', anchor] = target.split('#')
        const file = path === '' ? page : join(dirname(page), path)
        assert.ok(existsSync(join(root, file)), `${target} leads to no file`)
        if (anchor !== undefined) assert.ok(anchorsOf(file).includes(anchor), `${target} leads to no heading`)
      }
    })
})

test('every guide is linked to from the README', () => {
  const linked = linksOf('README.md')
  for (const page of pagesIn('docs')) assert.ok(linked.includes(page), page)
})

test('every command of npm on the pages exists', () => {
  const { scripts } = JSON.parse(readPage('package.json')) as { scripts: Record<string, string> }
  for (const page of pages)
    for (const [, name = ''] of readPage(page).matchAll(/\bnpm run (?:-s )?([\w:-]+)/g))
      assert.ok(Object.hasOwn(scripts, name), `${page}: npm run ${name}`)
})
