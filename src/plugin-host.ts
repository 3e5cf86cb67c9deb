import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { didYouMean } from './config.ts'
import { type GatewayPlugin, manifestKey, type PluginKind, type PluginManifest, type Problem } from './ports/index.ts'

/** Plugins that come with the gateway. A plugin from elsewhere needs no entry: its setting names a package or a file. */
const builtIn: Record<PluginKind, Readonly<Record<string, string>>> = {
  transport: { memory: 'transport/memory', 'waku-relay': 'transport/waku/relay' },
  crypto: { noble: 'crypto/noble' },
  storage: { memory: 'storage/memory', sqlite: 'storage/sqlite/index' },
  delivery: { console: 'delivery/console', gorush: 'delivery/gorush/index' },
}

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

/** Plugins are as compiled as this file is. */
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

const isFile = (name: string): boolean => /^(\.{0,2}\/|file:)/.test(name)

/** Where a name leads: a built-in, a file (relative to the working folder) or a package (found from the working folder). */
const locate = (kind: PluginKind, name: string): string => {
  const own = Object.hasOwn(builtIn[kind], name) ? builtIn[kind][name] : undefined
  if (own !== undefined) return new URL(`../plugins/${own}${extension}`, import.meta.url).href
  if (name.startsWith('file:')) return name
  if (isFile(name)) return pathToFileURL(resolve(name)).href
  return pathToFileURL(createRequire(join(process.cwd(), 'package.json')).resolve(name)).href
}

/** Loads the plugin that a setting names and checks that it is one, and of this kind. Nothing is created yet. */
export const loadPlugin = async (kind: PluginKind, name: string): Promise<Loading> => {
  const setting = settingOf[kind]
  let module: { default?: unknown }
  try {
    module = await import(locate(kind, name))
  } catch (error) {
    return { problem: missing(kind, name, error) }
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
        mend: `name a ${kind} plugin: ${Object.keys(builtIn[kind]).join(', ')}, a package or a file`,
      },
    }
  return { plugin, manifest }
}

const missing = (kind: PluginKind, name: string, error: unknown): Problem => {
  const setting = settingOf[kind]
  const { code, message } = error as NodeJS.ErrnoException
  const own = Object.keys(builtIn[kind])
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND')
    return { setting, wrong: `${name} fails to load (${String(message).split('\n')[0]})`, mend: 'mend the plugin' }
  const guess = didYouMean(name, own)
  if (guess !== undefined)
    return { setting, wrong: `there is no ${kind} plugin ${name}`, mend: `did you mean ${guess}` }
  return {
    setting,
    wrong: `there is no ${kind} plugin ${name}`,
    mend: isFile(name) ? 'check the path' : `use one of ${own.join(', ')}, or install the package ${name}`,
  }
}
