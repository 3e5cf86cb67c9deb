import { parseArgs } from 'node:util'
import Fastify from 'fastify'
import { withoutEmpty } from '../config.ts'
import { builtInNames, type LoadedPlugin, loadPlugin } from '../plugin-host.ts'
import { type Archive, type PluginContext, StartError } from '../ports/index.ts'
import { settingsFor } from '../settings.ts'
import type { Command, CommandContext } from './command.ts'
import { readOwnIdentity } from './own-identity.ts'
import { copyArchive } from './storage-copy.ts'
import { createProgress } from './storage-progress.ts'

const usage = [
  'usage: reveille storage copy --from ADDRESS --to ADDRESS [--from-prefix NAME] [--to-prefix NAME] [--json]',
  '       ADDRESS is sqlite:FILE, redis://… or rediss://…; settings such as REDIS_TLS_CA_FILE come from the environment.',
].join('\n')

interface Options {
  readonly from: string
  readonly to: string
  readonly prefixes: { readonly from: string | undefined; readonly to: string | undefined }
  readonly json: boolean
}

const wrongArgument = (setting: string, wrong: string, mend: string): StartError =>
  new StartError([{ setting, wrong, mend }])

const parse = (args: readonly string[]): Options | undefined => {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { from: text, to: text, 'from-prefix': text, 'to-prefix': text, json: { type: 'boolean' } },
    })
    const { from, to, json = false } = values
    if (from === undefined || to === undefined) return undefined
    return { from, to, json, prefixes: { from: values['from-prefix'], to: values['to-prefix'] } }
  } catch {
    return undefined
  }
}

const schemeOf = (address: string): string => /^([a-z]+):/.exec(address)?.[1] ?? ''

/** The built-in storage plugin that understands an address. */
const pluginFor = async (argument: string, address: string): Promise<LoadedPlugin> => {
  const schemes: string[] = []
  for (const name of builtInNames('storage')) {
    const loaded = await loadPlugin('storage', name)
    if ('problem' in loaded) throw new StartError([loaded.problem])
    if (loaded.manifest.archive?.schemes.includes(schemeOf(address))) return loaded
    schemes.push(...(loaded.manifest.archive?.schemes ?? []))
  }
  const known = schemes.map((scheme) => `${scheme}:`).join(', ')
  throw wrongArgument(argument, 'nobody knows what its address means', `begin it with one of ${known}`)
}

const open = async (
  side: 'from' | 'to',
  { prefixes, ...addresses }: Options,
  context: CommandContext,
  identity: Uint8Array,
): Promise<Archive> => {
  const address = addresses[side]
  const { manifest } = await pluginFor(`--${side}`, address)
  const prefix = prefixes[side]
  const env = { ...context.env, ...(prefix === undefined ? {} : { [`${manifest.prefix}KEY_PREFIX`]: prefix }) }
  const settings = await settingsFor(manifest, withoutEmpty(env))
  const { log } = Fastify({ logger: false })
  const common: PluginContext = { settings, dataDir: '.', log, now: Date.now }
  const purpose = side === 'from' ? 'read' : 'write'
  try {
    const archive = await manifest.archive?.open({ ...common, identity, address, purpose })
    if (archive === undefined) throw new Error('the plugin cannot be moved')
    return archive
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    // The address stands for the setting that it replaces.
    throw new StartError(error.problems.map((problem) => ({ ...problem, setting: `--${side}` })))
  }
}

const withBoth = async <T>(
  options: Options,
  context: CommandContext,
  work: (from: Archive, to: Archive) => Promise<T>,
): Promise<T> => {
  const identity = await readOwnIdentity(context.env)
  const from = await open('from', options, context, identity)
  try {
    const to = await open('to', options, context, identity)
    try {
      return await work(from, to)
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

const copy = async (options: Options, context: CommandContext): Promise<number> => {
  const { print, warn, signal } = context
  if (options.from === options.to && options.prefixes.from === options.prefixes.to)
    throw wrongArgument('--to', 'it is the same place as --from', 'name another one')
  const progress = createProgress(warn)
  const result = await withBoth(options, context, (from, to) => copyArchive({ from, to, progress, signal }))
  progress.end()
  if (options.json) print(JSON.stringify(result))
  else
    for (const { kind, copied, verdict } of result.kinds)
      print(`${kind.padEnd(13)} ${String(copied).padStart(9)}  ${verdict}`)
  if (result.stopped) {
    warn('Stopped before the end: run the same command again, it goes on where that makes a difference.')
    return 130
  }
  if (!result.verified) {
    warn('The destination does not hold what the source holds: run the same command again.')
    return 1
  }
  if (!result.final)
    warn(
      'A gateway works on the source: stop it, then run the same command again. That copies what has changed, and the pushes that wait.',
    )
  return 0
}

/** `copy` moves everything that one identity keeps from one storage to another, while a gateway works on the first. */
export const storage: Command = async (context) => {
  const [action, ...args] = context.args
  const options = action === 'copy' ? parse(args) : undefined
  if (options === undefined) {
    context.warn(usage)
    return 1
  }
  return copy(options, context)
}
