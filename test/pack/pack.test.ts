/** What `npm pack` makes is a package that others can install: every entry point, its types, and the command. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { run as runSource } from '../commands/run.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'reveille-pack-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const app = join(folder, 'app')
const packages = join(app, 'node_modules')

const run = async (command: string, args: readonly string[], cwd: string): Promise<string> =>
  (await promisify(execFile)(command, [...args], { cwd, env: { ...process.env, NODE_OPTIONS: '' } })).stdout

/** The dependencies as npm would install them beside the package. */
const linkDependencies = (): void => {
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.')) continue
    const from = join(root, 'node_modules', name)
    if (!name.startsWith('@')) symlinkSync(from, join(packages, name))
    else {
      mkdirSync(join(packages, name))
      for (const scoped of readdirSync(from)) symlinkSync(join(from, scoped), join(packages, name, scoped))
    }
  }
}

const entries = [
  'reveille',
  'reveille/plugin',
  'reveille/fakes',
  'reveille/kits',
  'reveille/client',
  'reveille/client/browser',
] as const

describe('the package', { timeout: 170_000 }, () => {
  before(async () => {
    // In a copy: packing changes package.json for a moment, which other tests read.
    const copy = join(folder, 'copy')
    mkdirSync(copy)
    for (const name of [
      'package.json',
      'tsconfig.json',
      'README.md',
      'src',
      'plugins',
      'proto',
      'test',
      'pack',
      'docs',
    ])
      cpSync(join(root, name), join(copy, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const manifest = readFileSync(join(copy, 'package.json'), 'utf8')
    await run('npm', ['pack', '--silent', '--pack-destination', folder], copy)
    assert.equal(readFileSync(join(copy, 'package.json'), 'utf8'), manifest, 'package.json is as it was')
    const [tarball = assert.fail('no tarball')] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
    mkdirSync(join(packages, 'reveille'), { recursive: true })
    await run('tar', ['xzf', join(folder, tarball), '-C', join(packages, 'reveille'), '--strip-components=1'], folder)
    linkDependencies()
    writeFileSync(join(app, 'package.json'), '{"type":"module"}')
  })

  test('every entry point can be imported, and its declarations are whole', async () => {
    const names = entries.map((entry) => `import * as ${entry.replace(/\W/g, '_')} from '${entry}'`).join('\n')
    const list = entries.map((entry) => entry.replace(/\W/g, '_')).join(', ')
    const source = `${names}\nfor (const one of [${list}]) console.log(Object.keys(one).length > 0)\n`
    writeFileSync(join(app, 'all.mts'), source)
    const printed = await run(process.execPath, ['all.mts'], app)
    assert.deepEqual(
      printed.trim().split('\n'),
      entries.map(() => 'true'),
    )
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']
    const check = run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options, 'all.mts'], app)
    await check.catch((error: { stdout?: string }) => assert.fail(error.stdout))
  })

  test('the command runs, and its gateway pushes', async () => {
    const main = join(packages, 'reveille/dist/src/main.js')
    assert.match(readFileSync(main, 'utf8'), /^#!\/usr\/bin\/env node\n/)
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    assert.equal((await run(process.execPath, [main, '--version'], app)).trim(), version)
    assert.match(await run(process.execPath, [main, 'demo'], app), /It held: 2 delivered, 0 lost, 0 duplicated/)
  })

  test('it says the same of itself as the sources', async () => {
    const main = join(packages, 'reveille/dist/src/main.js')
    const { stdout } = await runSource(['--help'], { cwd: app }).ended
    assert.equal(await run(process.execPath, [main, '--help'], app), stdout)
  })

  test('no source is in it that Node would refuse', () => {
    const names = readdirSync(join(packages, 'reveille'), { recursive: true, encoding: 'utf8' })
    assert.deepEqual(
      names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')),
      [],
    )
  })
})
