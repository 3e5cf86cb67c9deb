/** The walls of the house: who may import whom. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')

interface Import {
  readonly from: string
  /** A path below the root, or the name of a package. */
  readonly to: string
  readonly typeOnly: boolean
}

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(folder, file).split(sep).join('/'))

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')

const target = (file: string, name: string): string =>
  name.startsWith('.')
    ? relative(root, resolve(root, dirname(file), name))
        .split(sep)
        .join('/')
    : name

const allInlineTypes = (clause: string): boolean => {
  const names = /^\{([^}]*)\}$/.exec(clause.trim())?.[1]
  return names?.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type ')) ?? false
}

const statement = /^\s*(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s*from\s*)?['"]([^'"]+)['"]/gm
const dynamic = /\bimport\(\s*['"`]([^'"`$]+)['"`]/g

const importsOf = (file: string, text: string): Import[] => {
  const code = withoutComments(text)
  const statics = [...code.matchAll(statement)].map(([, type, clause = '', name = '']) => ({
    from: file,
    to: target(file, name),
    typeOnly: type !== undefined || allInlineTypes(clause),
  }))
  const dynamics = [...code.matchAll(dynamic)].map(([, name = '']) => ({
    from: file,
    to: target(file, name),
    typeOnly: false,
  }))
  return [...statics, ...dynamics]
}

const importsBelow = (folder: string): Import[] =>
  filesBelow(folder).flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')))

const breaches = (imports: readonly Import[], allowed: (entry: Import) => boolean): string[] =>
  imports.filter((entry) => !allowed(entry)).map(({ from, to }) => `${from} imports ${to}`)

const isPackage = ({ to }: Import): boolean => !/^(?:src|plugins|proto|test|bench|docs)\//.test(to)
const isCodec = ({ to }: Import): boolean => to.startsWith('proto/generated/')
const isPort = ({ to }: Import): boolean => to.startsWith('src/ports/')

/** What a file of a plugin may share: its own folder, if it has one (`plugins/storage/redis/…`), else only itself. */
const homeOf = (file: string): string => {
  const [kind, name = '', ...rest] = file.split('/').slice(1)
  return rest.length === 0 ? file : `plugins/${kind}/${name}/`
}

/** Besides its folder, a plugin of one file may keep parts in a folder of its name, or of its family's: `waku-relay.ts`, `waku/`. */
const isAtHome = ({ from, to }: Import): boolean => {
  const bare = (path: string): string => homeOf(path).replace(/(?:\.ts|\/)$/, '')
  return bare(from) === bare(to) || bare(from).startsWith(`${bare(to)}-`)
}

/** What the plugins of one kind have in common; it is no plugin and knows none. */
const isShared = ({ from, to }: Import): boolean => {
  const shared = /^plugins\/[^/]+\/shared\//.exec(to)?.[0]
  return shared !== undefined && from.startsWith(shared.replace(/shared\/$/, ''))
}

describe('imports', () => {
  test('the protocol imports types of the ports, the codec and itself, and no package', () => {
    const allowed = (entry: Import): boolean =>
      entry.to.startsWith('src/protocol/') || isCodec(entry) || (isPort(entry) && entry.typeOnly)
    const imports = importsBelow('src/protocol')
    assert.ok(imports.length > 20)
    assert.deepEqual(breaches(imports, allowed), [])
  })

  test('the protocol reads no clock, no randomness and no environment of its own', () => {
    const impure =
      /\b(?:Date\.now|new Date|Math\.random|process\.|performance\.|setTimeout|setInterval|fetch\(|globalThis|console\.)/
    const found = filesBelow('src/protocol').filter((file) =>
      impure.test(withoutComments(readFileSync(join(root, file), 'utf8'))),
    )
    assert.deepEqual(found, [])
  })

  test('nothing in src imports a plugin', () => {
    assert.deepEqual(
      breaches(importsBelow('src'), ({ to }) => !to.startsWith('plugins/')),
      [],
    )
  })

  test('of all of src only the plugin host names a plugin’s file', () => {
    const named = filesBelow('src').filter((file) =>
      /['"`][^'"`\n]*plugins\/(?:transport|crypto|storage|delivery)\//.test(
        withoutComments(readFileSync(join(root, file), 'utf8')),
      ),
    )
    assert.deepEqual(
      named.filter((file) => file !== 'src/plugin-host.ts'),
      [],
    )
  })

  test('a plugin imports the ports, the codec, packages and its own parts', () => {
    const allowed = (entry: Import): boolean =>
      isPackage(entry) || isCodec(entry) || entry.to === 'src/ports/index.ts' || isAtHome(entry) || isShared(entry)
    const imports = importsBelow('plugins')
    assert.ok(imports.length > 0)
    assert.deepEqual(breaches(imports, allowed), [])
  })
})

describe('the walker', () => {
  const rows: readonly (readonly [string, readonly (readonly [string, boolean])[]])[] = [
    ["import { a } from './a.ts'", [['src/x/a.ts', false]]],
    ["import type { A } from '../a.ts'", [['src/a.ts', true]]],
    ["import { type A, type B } from 'lib'", [['lib', true]]],
    ["import { type A, b } from 'lib'", [['lib', false]]],
    ["import {\n  type A,\n  b,\n} from 'lib'", [['lib', false]]],
    ["import * as wire from '../../proto/generated/push.js'", [['proto/generated/push.js', false]]],
    ["export * from './b.ts'", [['src/x/b.ts', false]]],
    ["export type { C } from './c.ts'", [['src/x/c.ts', true]]],
    ["import './side.ts'", [['src/x/side.ts', false]]],
    ["const p = await import('../../plugins/crypto/noble.ts')", [['plugins/crypto/noble.ts', false]]],
    ["// import { a } from './a.ts'", []],
    ['const path = `x`', []],
  ]
  for (const [code, expected] of rows) {
    test(JSON.stringify(code), () => {
      const found = importsOf('src/x/file.ts', code)
      assert.deepEqual(
        found.map(({ to, typeOnly }) => [to, typeOnly]),
        expected,
      )
    })
  }
})
