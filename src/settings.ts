import fastifyEnv from '@fastify/env'
import Fastify from 'fastify'
import {
  didYouMean,
  expectation,
  type HostSettings,
  hostPrefixes,
  hostSettings,
  jsonSchemaOf,
  unknownSettings,
  withoutEmpty,
} from './config.ts'
import { builtInSettings, type LoadedPlugin, loadPlugin } from './plugin-host.ts'
import type { GatewayPlugin, PluginKind, Problem, SettingsSchema } from './ports/index.ts'
import { manifestKey, StartError } from './ports/index.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Everything that configuration decides, checked: the plugins that it names and the settings of all of them. */
export interface CheckedSettings {
  readonly host: HostSettings
  readonly plugins: readonly LoadedPlugin[]
  /** The settings of one plugin. */
  settingsOf(plugin: LoadedPlugin): Readonly<Record<string, unknown>>
  readonly problems: readonly Problem[]
}

interface ValidationError {
  readonly instancePath: string
  readonly keyword: string
  readonly message?: string
}

type Values = Record<string, unknown>

/** Lets @fastify/env check and convert the values; names of wrong ones are told with their problem. */
const validate = async (
  env: Readonly<Record<string, string>>,
  schema: SettingsSchema,
): Promise<{ values: Values } | { errors: ValidationError[] }> => {
  const app = Fastify()
  try {
    await app.register(fastifyEnv, {
      schema: jsonSchemaOf(schema),
      data: { ...env },
      env: false,
      dotenv: false,
      confKey: 'settings',
    })
    return { values: (app as unknown as { settings: Values }).settings }
  } catch (error) {
    const { errors } = error as { errors?: ValidationError[] }
    if (errors === undefined) throw error
    return { errors }
  } finally {
    await app.close().catch(() => undefined)
  }
}

const secret = /KEY|TOKEN|SECRET|PASSWORD/

const problemOf = (error: ValidationError, env: Readonly<Record<string, string>>, schema: SettingsSchema): Problem => {
  const setting = error.instancePath.slice(1)
  const known = schema[setting]
  const shown = secret.test(setting) ? 'its value' : JSON.stringify((env[setting] ?? '').slice(0, 60))
  const mend = known === undefined ? 'correct it' : expectation(known)
  const guess = known?.enum === undefined ? undefined : didYouMean(env[setting] ?? '', known.enum)
  return {
    setting,
    wrong: `${shown} ${error.message ?? 'is wrong'}`,
    mend: guess === undefined ? mend : `did you mean ${guess}; ${mend}`,
  }
}

/** Checks all values; wrong ones are replaced by their defaults, so that the remaining checks can go on. */
const check = async (
  env: Readonly<Record<string, string>>,
  schema: SettingsSchema,
): Promise<{ values: Values; problems: Problem[] }> => {
  const first = await validate(env, schema)
  if ('values' in first) return { values: first.values, problems: [] }
  const problems = [
    ...new Map(first.errors.map((error) => [error.instancePath, problemOf(error, env, schema)])).values(),
  ]
  const wrong = new Set(problems.map(({ setting }) => setting))
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !wrong.has(name)))
  const second = await validate(rest, schema)
  return { values: 'values' in second ? second.values : {}, problems }
}

export const listOf = (text: string): string[] =>
  [...new Set(text.split(',').map((name) => name.trim()))].filter(Boolean)

const kinds: readonly PluginKind[] = ['crypto', 'storage', 'transport', 'delivery']

const namesOf = (kind: PluginKind, host: HostSettings): string[] => {
  if (kind === 'delivery') return listOf(host.DELIVERY_PLUGINS)
  return [{ crypto: host.CRYPTO_PLUGIN, storage: host.STORAGE_PLUGIN, transport: host.TRANSPORT_PLUGIN }[kind]]
}

/** Reads the environment, loads the plugins that it names (or takes those given), and checks every setting. */
export const checkSettings = async (
  environment: Environment,
  given: Partial<Record<PluginKind, readonly GatewayPlugin[]>> = {},
): Promise<CheckedSettings> => {
  const env = withoutEmpty(environment)
  const own = await check(env, hostSettings)
  const host = own.values as HostSettings
  const problems = [...own.problems]
  const plugins: LoadedPlugin[] = []
  for (const kind of kinds) {
    const loaded = given[kind]?.map((plugin) => ({ plugin, manifest: plugin[manifestKey] }))
    for (const one of loaded ?? (await Promise.all(namesOf(kind, host).map((name) => loadPlugin(kind, name)))))
      if ('problem' in one) problems.push(one.problem)
      else plugins.push(one)
  }
  if (given.delivery === undefined && listOf(host.DELIVERY_PLUGINS).length === 0)
    problems.push({
      setting: 'DELIVERY_PLUGINS',
      wrong: 'it names no backend',
      mend: 'name at least one, such as gorush',
    })
  const schemas = Object.assign({}, ...plugins.map(({ manifest }) => manifest.settings)) as SettingsSchema
  const theirs = await check(env, schemas)
  problems.push(...theirs.problems, ...(await mistyped(env, plugins)))
  const settingsOf = ({ manifest }: LoadedPlugin): Values =>
    Object.fromEntries(Object.keys(manifest.settings).map((name) => [name, theirs.values[name]]))
  return { host: Object.freeze(host), plugins, settingsOf, problems }
}

/** The settings of one plugin alone, for commands that need no gateway. Throws a StartError that names each wrong one. */
export const settingsFor = async (
  { settings }: Pick<LoadedPlugin['manifest'], 'settings'>,
  env: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> => {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => Object.hasOwn(settings, name)))
  const { values, problems } = await check(own, settings)
  if (problems.length > 0) throw new StartError(problems)
  return values
}

/** Settings that nobody knows. What belongs to a built-in plugin that is not loaded is none: it waits for its turn. */
const mistyped = async (
  env: Readonly<Record<string, string>>,
  plugins: readonly LoadedPlugin[],
): Promise<Problem[]> => {
  const known = new Set([
    ...Object.keys(hostSettings),
    ...plugins.flatMap(({ manifest }) => Object.keys(manifest.settings)),
  ])
  const prefixes = [...hostPrefixes, ...plugins.map(({ manifest }) => manifest.prefix)]
  const unknown = unknownSettings(env, known, prefixes)
  const others = unknown.length === 0 ? new Set<string>() : await builtInSettings()
  return unknown
    .filter((setting) => !others.has(setting))
    .map((setting) => {
      const guess = didYouMean(setting, known)
      return {
        setting,
        wrong: 'there is no such setting',
        mend: guess === undefined ? 'remove it' : `did you mean ${guess}`,
      }
    })
}
