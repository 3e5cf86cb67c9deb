/**
 * What npm runs before and after it packs: Node strips types nowhere below node_modules, so that the package holds JavaScript with
 * declarations, in `dist`, and a package.json that names it. `build` makes both, `restore` puts package.json back.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const at = (...parts: string[]): string => join(root, ...parts)
const dist = at('dist')
const kept = at('package.json.kept')

const scriptOf = (path: string): string => `./dist/${path.replace(/^\.\//, '').replace(/\.ts$/, '.js')}`
const typesOf = (path: string): string => scriptOf(path).replace(/\.js$/, '.d.ts')

/** The compiler leaves the endings of sources in declarations. */
const mendDeclarations = (): void => {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue
    const path = join(dist, name)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace(/((?:from|import\()\s*['"]\.{1,2}\/[^'"]*)\.ts(?=['"])/g, '$1.js'))
  }
}

const packed = (manifest: Record<string, unknown>): Record<string, unknown> => {
  const {
    exports: entries,
    bin,
    files,
    scripts: _,
    devDependencies: __,
    ...rest
  } = manifest as {
    exports: Record<string, string>
    bin: Record<string, string>
    files: string[]
  } & Record<string, unknown>
  const sources = /^(src|plugins|proto|test\/)/
  return {
    ...rest,
    bin: Object.fromEntries(Object.entries(bin).map(([name, path]) => [name, scriptOf(path)])),
    exports: Object.fromEntries(
      Object.entries(entries).map(([name, path]) => [name, { types: typesOf(path), default: scriptOf(path) }]),
    ),
    files: ['dist', ...files.filter((name) => !sources.test(name))],
  }
}

const build = (): void => {
  rmSync(dist, { recursive: true, force: true })
  execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', at('pack/tsconfig.json')], {
    stdio: 'inherit',
  })
  mendDeclarations()
  cpSync(at('proto/generated'), join(dist, 'proto/generated'), { recursive: true })
  cpSync(at('test/fixtures/vectors'), join(dist, 'test/fixtures/vectors'), { recursive: true })
  const text = readFileSync(at('package.json'), 'utf8')
  const manifest = packed(JSON.parse(text))
  // The command reads its version from beside its folder.
  writeFileSync(join(dist, 'package.json'), JSON.stringify({ version: manifest['version'], type: 'module' }))
  writeFileSync(kept, text)
  writeFileSync(at('package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

const restore = (): void => {
  if (existsSync(kept)) renameSync(kept, at('package.json'))
  rmSync(dist, { recursive: true, force: true })
}

const [action] = process.argv.slice(2)
if (action === 'build') build()
else if (action === 'restore') restore()
else {
  process.stderr.write('usage: node pack/main.ts build | restore\n')
  process.exitCode = 1
}
