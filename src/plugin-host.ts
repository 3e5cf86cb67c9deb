import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { didYouMean } from './config.ts'
import { type GatewayPlugin, manifestKey, type PluginKind, type PluginManifest, type Problem } from './ports/index.ts'

/** Plugins are as compiled as this file is. */
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

const folderOf = (kind: PluginKind): URL => new URL(`../plugins/${kind}/`, import.meta.url)

/** Names of the plugins that come with the gateway, with their files: `NAME.ts` or `NAME/index.ts` in the folder of their kind. */
const builtIn = (kind: PluginKind): ReadonlyMap<string, URL> => {
  const folder = folderOf(kind)
  const found = readdirSync(folder).flatMap((entry): [string, URL][] => {
    const index = new URL(`${entry}/index${extension}`, folder)
    if (entry.endsWith(extension)) return [[entry.slice(0, -extension.length), new URL(entry, folder)]]
    return existsSync(index) ? [[entry, index]] : []
  })
  return new Map(found)
}

/** The names of the plugins of a kind that come with the gateway, sorted. */
export const builtInNames = (kind: PluginKind): string[] => [...builtIn(kind).keys()].toSorted()

const settingOf: Record<PluginKind, string> = {
  transport: 'TRANSPORT_PLUGIN',
  crypto: 'CRYPTO_PLUGIN',
  storage: 'STORAGE_PLUGIN',
  delivery: 'DELIVERY_PLUGINS',
}

export interface LoadedPlugin {
  readonly plugin: GatewayPlugin
  readonly manifest: PluginManifest
}

export type Loading = LoadedPlugin | { readonly problem: Problem }

const isFile = (name: string): boolean => /^(\.{0,2}\/|file:)/.test(name)

/** Where a name leads: a built-in, a file (relative to the working folder) or a package (found from the working folder). */
const locate = (kind: PluginKind, name: string): string => {
  const own = builtIn(kind).get(name)
  if (own !== undefined) return own.href
  if (name.startsWith('file:')) return name
  if (isFile(name)) return pathToFileURL(resolve(name)).href
  try {
    return pathToFileURL(createRequire(join(process.cwd(), 'package.json')).resolve(name)).href
  } catch (error) {
    // A package with an entry for `import` alone cannot be looked up like this: import it by its name.
    if ((error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return name
    throw error
  }
}

/** Loads the plugin that a setting names and checks that it is one, and of this kind. Nothing is created yet. */
export const loadPlugin = async (kind: PluginKind, name: string): Promise<Loading> => {
  const setting = settingOf[kind]
  let module: { default?: unknown }
  let url: string | undefined
  try {
    url = locate(kind, name)
    module = await import(url)
  } catch (error) {
    return { problem: isMissing(error, url) ? missing(kind, name) : broken(kind, name, error) }
  }
  const plugin = module.default as GatewayPlugin | undefined
  const manifest = plugin?.[manifestKey]
  if (plugin === undefined || manifest === undefined)
    return {
      problem: {
        setting,
        wrong: `${name} is no plugin of this gateway`,
        mend: 'its default export must come from definePlugin',
      },
    }
  if (manifest.kind !== kind)
    return {
      problem: {
        setting,
        wrong: `${name} is a ${manifest.kind} plugin`,
        mend: `name a ${kind} plugin: ${[...builtIn(kind).keys()].join(', ')}, a package or a file`,
      },
    }
  return { plugin, manifest }
}

/** The names of all settings of all plugins that come with the gateway. Loads them: costs a second. */
export const builtInSettings = async (): Promise<ReadonlySet<string>> => {
  const named = (Object.keys(settingOf) as PluginKind[]).flatMap((kind) =>
    [...builtIn(kind).keys()].map((name) => loadPlugin(kind, name)),
  )
  const loaded = await Promise.all(named)
  return new Set(loaded.flatMap((one) => ('problem' in one ? [] : Object.keys(one.manifest.settings))))
}

/** Whether it is the plugin that was not found, and not something that it imports. */
const isMissing = (error: unknown, url: string | undefined): boolean => {
  const { code, url: notFound } = error as { code?: string; url?: string }
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return false
  return url === undefined || notFound === undefined || notFound === url
}

const broken = (kind: PluginKind, name: string, error: unknown): Problem => {
  const why = String(error instanceof Error ? error.message : error).split('\n')[0]
  return { setting: settingOf[kind], wrong: `${name} fails to load (${why})`, mend: 'mend the plugin' }
}

const missing = (kind: PluginKind, name: string): Problem => {
  const setting = settingOf[kind]
  const own = [...builtIn(kind).keys()]
  const guess = didYouMean(name, own)
  if (guess !== undefined)
    return { setting, wrong: `there is no ${kind} plugin ${name}`, mend: `did you mean ${guess}` }
  return {
    setting,
    wrong: `there is no ${kind} plugin ${name}`,
    mend: isFile(name) ? 'check the path' : `use one of ${own.join(', ')}, or install the package ${name}`,
  }
}
