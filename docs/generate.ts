/** Writes `.env.example` and `docs/settings.md` from the schemas of the settings; with `--check` it only says whether they are fresh. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { hostSettings } from '../src/config.ts'
import { builtInNames, loadPlugin } from '../src/plugin-host.ts'
import {
  type PluginKind,
  type PluginManifest,
  type SettingSchema,
  type SettingsSchema,
  StartError,
} from '../src/ports/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** In the order in which a message meets them. */
const kinds: readonly PluginKind[] = ['transport', 'crypto', 'storage', 'delivery']

const defaults = new Set<unknown>(Object.values(hostSettings).map((schema) => schema.default))

/** The plugins that come with the gateway; of each kind the one first that is loaded without a setting. */
export const builtInPlugins = async (): Promise<PluginManifest[]> => {
  const manifests: PluginManifest[] = []
  for (const kind of kinds) {
    const [chosen, others] = [true, false].map((is) => builtInNames(kind).filter((name) => defaults.has(name) === is))
    for (const name of [...(chosen ?? []), ...(others ?? [])]) {
      const loaded = await loadPlugin(kind, name)
      if ('problem' in loaded) throw new StartError([loaded.problem])
      manifests.push(loaded.manifest)
    }
  }
  return manifests
}

interface Group {
  readonly title: string
  readonly settings: SettingsSchema
}

const titleOf = ({ kind, name }: PluginManifest): string =>
  kind === 'delivery' ? `Delivery \`${name}\`` : `${kind[0]?.toUpperCase()}${kind.slice(1)} \`${name}\``

const groupsOf = (plugins: readonly PluginManifest[]): Group[] => [
  { title: 'The gateway', settings: hostSettings },
  ...plugins.map((manifest) => ({ title: titleOf(manifest), settings: manifest.settings })),
]

const defaultOf = ({ default: value }: SettingSchema): string => (value === undefined ? '' : String(value))

const rangeOf = ({ type, enum: choices, minimum, maximum }: SettingSchema): string => {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ')
  if (type === 'boolean') return '`true`, `false`'
  if (type === 'string') return 'text'
  const kind = type === 'integer' ? 'whole number' : 'number'
  if (minimum !== undefined && maximum !== undefined) return `${kind}, ${minimum} to ${maximum}`
  if (minimum !== undefined) return `${kind}, at least ${minimum}`
  return maximum === undefined ? kind : `${kind}, at most ${maximum}`
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

const header = ['Setting', 'Default', 'Values', 'What it does']

const cellsOf = ([name, schema]: [string, SettingSchema]): string[] => {
  const value = defaultOf(schema)
  return [`\`${name}\``, value === '' ? '' : `\`${value}\``, rangeOf(schema), schema.description].map(cell)
}

/** A table with columns in line, as the formatter writes it. */
const tableOf = (rows: readonly string[][]): string => {
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[], fill = ' '): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`
  const [first = [], ...rest] = rows
  return [
    line(first),
    line(
      widths.map(() => ''),
      '-',
    ),
    ...rest.map((row) => line(row)),
  ].join('\n')
}

const sectionOf = ({ title, settings }: Group): string => {
  const rows = Object.entries(settings).map(cellsOf)
  return `## ${title}\n\n${rows.length === 0 ? 'No settings.' : tableOf([header, ...rows])}\n`
}

const settingsPage = (groups: readonly Group[]): string =>
  `# Settings

Made by \`npm run docs:settings\` from the schemas that also check the values: edit those, not this page.

Settings come from the environment and from a file \`.env\` in the working folder; the environment wins.
An empty value means the default. Wrong values, and unknown names that start like a known one, stop the start.
The settings of a plugin are looked at only while it is loaded.

${groups.map(sectionOf).join('\n')}`

/** Words in lines of at most `width` characters, each behind a `# `. */
const commented = (text: string, width = 100): string => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines.map((line) => `# ${line}`).join('\n')
}

const assignment = ([name, schema]: [string, SettingSchema]): string => {
  const value = defaultOf(schema)
  return `${commented(schema.description)}\n#${name}=${value.includes(' ') ? `"${value}"` : value}\n`
}

/** A setting that several plugins read has its line at the first of them; the others say where they differ. */
const elsewhere = (name: string, schema: SettingSchema, first: SettingSchema): string =>
  defaultOf(schema) === defaultOf(first) ? name : `${name} (here ${defaultOf(schema)} by default)`

const blockOf = ({ title, settings }: Group, before: SettingsSchema): string => {
  const entries = Object.entries(settings)
  const repeated = entries.flatMap(([name, schema]) => {
    const first = before[name]
    return first === undefined ? [] : [elsewhere(name, schema, first)]
  })
  const note = repeated.length === 0 ? [] : [`${commented(`Reads these of above as well: ${repeated.join(', ')}.`)}\n`]
  const own = entries.filter(([name]) => before[name] === undefined)
  return [`# --- ${title.replaceAll('`', '')} ---\n`, ...note, ...own.map(assignment)].join('\n')
}

const envExample = (groups: readonly Group[]): string =>
  `# Settings of Reveille, each with its default. Copy this file to .env and take the # away where you want another value.
# Made by npm run docs:settings; docs/settings.md has the same as a table.

${groups
  .filter(({ settings }) => Object.keys(settings).length > 0)
  .map((group, index) => blockOf(group, Object.assign({}, ...groups.slice(0, index).map(({ settings }) => settings))))
  .join('\n')}`

/** The generated files, by their path from the root of the project. */
export const generate = async (): Promise<Readonly<Record<string, string>>> => {
  const groups = groupsOf(await builtInPlugins())
  return { '.env.example': envExample(groups), 'docs/settings.md': settingsPage(groups) }
}

const isFresh = (path: string, text: string): boolean => {
  try {
    return readFileSync(join(root, path), 'utf8') === text
  } catch {
    return false
  }
}

const run = async (checkOnly: boolean): Promise<number> => {
  const files = Object.entries(await generate())
  if (!checkOnly) {
    for (const [path, text] of files) writeFileSync(join(root, path), text)
    return 0
  }
  const stale = files.filter(([path, text]) => !isFresh(path, text)).map(([path]) => path)
  for (const path of stale) process.stderr.write(`${path} is stale; run npm run docs:settings.\n`)
  return stale.length === 0 ? 0 : 1
}

// As a program only: a test imports this file, too.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exit(await run(process.argv.includes('--check')))
