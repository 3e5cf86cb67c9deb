import Fastify from 'fastify'
import { makeFolders } from '../folder.ts'
import { loadPlugin } from '../plugin-host.ts'
import { type Crypto, type Log, type PluginKind, StartError, type Transport } from '../ports/index.ts'

export interface PartyOptions {
  /** Names as in the gateway's settings. */
  readonly transport: string
  readonly crypto?: string
  /** The transport's settings that differ from its defaults. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** Folder for the transport's own files; made where it is missing. */
  readonly dataDir: string
  /** 32 bytes: whose identity the party has; absent: a fresh one. */
  readonly privateKey?: Uint8Array
  readonly now?: () => number
  readonly log?: Log
}

/** A node of the network with the protocol's primitives: what both client roles stand on. */
export interface Party {
  readonly crypto: Crypto
  readonly transport: Transport
  close(): Promise<void>
}

/** Makes a node from the same plugins as the gateway. Its transport is not started. */
export const createParty = async (options: PartyOptions): Promise<Party> => {
  const { dataDir, now = Date.now } = options
  makeFolders(dataDir)
  const app = Fastify()
  const log = options.log ?? app.log
  const register = async (kind: PluginKind, name: string, extra: object): Promise<void> => {
    const loaded = await loadPlugin(kind, name)
    if ('problem' in loaded) throw new StartError([loaded.problem])
    const defaults = Object.entries(loaded.manifest.settings).map(([setting, schema]) => [setting, schema.default])
    const settings = { ...Object.fromEntries(defaults), ...options.settings }
    await app.register(loaded.plugin, { context: { settings, dataDir, log, now, ...extra } })
  }
  const privateKey = options.privateKey ?? globalThis.crypto.getRandomValues(new Uint8Array(32))
  await register('crypto', options.crypto ?? 'noble', { privateKey })
  await register('transport', options.transport, {})
  return { crypto: app.crypto, transport: app.transport, close: () => app.close() }
}
