/**
 * Makes proto/generated from proto/*.proto: one module of static protobufjs code and its types for each file.
 * With `--check` it writes nothing and fails where the committed code is not what the sources give.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const sources = import.meta.dirname
const target = join(sources, 'generated')
const compiler = join(dirname(createRequire(import.meta.url).resolve('protobufjs-cli/package.json')), 'bin', 'pbjs')

const unused = ['create', 'convert', 'verify', 'delimited', 'service', 'typeurl'].map((part) => `--no-${part}`)

const notice = '// Made from the .proto file of the same name by `npm run proto`.\n'

// The code needs no more of a 64-bit number than its halves, so nobody has to depend on the package `long` for a type.
const halves = `/** A 64-bit number in two halves of 32 bits. */
interface Long { readonly low: number; readonly high: number; readonly unsigned: boolean; }
`

const mended = (file: string, text: string): string => {
  const typed = file.endsWith('.d.ts')
  const body = text.replace(/^\/\*eslint-disable.*\*\/\n/, '').replace('import Long = require("long");\n', halves)
  if (typed && /\brequire\(/.test(body)) throw new Error(`${file}: an import that is not expected`)
  return notice + body
}

const compile = async (name: string, folder: string): Promise<[string, string][]> => {
  const out = join(folder, `${name}.js`)
  const options = ['-t', 'static-module', '-w', 'esm', '-r', `reveille-${name}`, '--lint', '', '-d', ...unused]
  await run(process.execPath, [compiler, ...options, '-o', out, join(sources, `${name}.proto`)], { timeout: 60_000 })
  const files = [`${name}.js`, `${name}.d.ts`]
  return Promise.all(
    files.map(
      async (file): Promise<[string, string]> => [file, mended(file, await readFile(join(folder, file), 'utf8'))],
    ),
  )
}

const generate = async (): Promise<Map<string, string>> => {
  const names = (await readdir(sources))
    .filter((file) => file.endsWith('.proto'))
    .map((file) => basename(file, '.proto'))
  const folder = await mkdtemp(join(tmpdir(), 'reveille-proto-'))
  try {
    return new Map((await Promise.all(names.map((name) => compile(name, folder)))).flat())
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const committed = async (file: string): Promise<string | undefined> =>
  readFile(join(target, file), 'utf8').catch(() => undefined)

const staleFiles = async (made: Map<string, string>): Promise<string[]> => {
  const stale = (await readdir(target).catch(() => [])).filter((file) => !made.has(file))
  for (const [file, text] of made) if ((await committed(file)) !== text) stale.push(file)
  return stale
}

const write = async (made: Map<string, string>): Promise<void> => {
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  for (const [file, text] of made) await writeFile(join(target, file), text)
}

const made = await generate()
if (process.argv.includes('--check')) {
  const stale = await staleFiles(made)
  for (const file of stale)
    console.error(`proto/generated/${file} is stale: run \`npm run proto\` and commit what it makes.`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  await write(made)
  console.error(`proto/generated: ${made.size} files`)
}
