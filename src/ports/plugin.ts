import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import type { Archive, ArchiveContext } from './archive.ts'
import type { Crypto } from './crypto.ts'
import type { Delivery } from './delivery.ts'
import type { Problem } from './problem.ts'
import type { Storage } from './storage.ts'
import type { Transport } from './transport.ts'

export interface Ports {
  transport: Transport
  crypto: Crypto
  storage: Storage
  delivery: Delivery
}
export type PluginKind = keyof Ports

/** The part of a pino logger that plugins use. Never log a token, an access token or a private key. */
export interface Log {
  debug(details: object, message: string): void
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

/** A setting of a plugin, in JSON schema; `description` and `default` also make the documentation. */
export interface SettingSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean'
  readonly description: string
  readonly default?: string | number | boolean
  readonly enum?: readonly string[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
}
export type SettingsSchema = Readonly<Record<string, SettingSchema>>

/** The typed values of a settings schema: settings without a default may be missing. */
export type SettingsOf<S extends SettingsSchema> = {
  readonly [K in keyof S]:
    | (S[K]['type'] extends 'string' ? string : S[K]['type'] extends 'boolean' ? boolean : number)
    | (S[K] extends { default: string | number | boolean } ? never : undefined)
}

export interface PluginContext<Settings = Readonly<Record<string, unknown>>> {
  readonly settings: Settings
  /** The gateway's folder for its own files; exists and is writable. */
  readonly dataDir: string
  readonly log: Log
  /** Unix milliseconds. */
  readonly now: () => number
}

/** What a crypto plugin gets on top: the gateway's private key, 32 bytes. */
export interface CryptoContext<Settings> extends PluginContext<Settings> {
  readonly privateKey: Uint8Array
}

/** What a storage plugin gets on top: whatever it keeps is keyed by this identity (33 bytes), so that two gateways' records never meet. */
export interface StorageContext<Settings> extends PluginContext<Settings> {
  readonly identity: Uint8Array
}

interface Contexts<Settings> {
  transport: PluginContext<Settings>
  crypto: CryptoContext<Settings>
  storage: StorageContext<Settings>
  delivery: PluginContext<Settings>
}

export interface PluginDefinition<K extends PluginKind, S extends SettingsSchema> {
  readonly kind: K
  /** Short name, as in a setting: `gorush`. */
  readonly name: string
  /** Every setting of the plugin starts with this, `GORUSH_`: an unknown one with the prefix is refused as a mistyped one. */
  readonly prefix: string
  readonly settings: S
  /**
   * Looks for mistakes without changing anything: values that do not fit together, files, ports. Runs before any plugin is
   * created, so that all mistakes are told at once.
   */
  preflight?(context: PluginContext<SettingsOf<S>>): Problem[] | Promise<Problem[]>
  /** Of a storage that can be moved as a whole: the schemes of its addresses, and how to open what lies at one. Rejects with a StartError. */
  readonly archive?: {
    readonly schemes: readonly string[]
    open(context: ArchiveContext<SettingsOf<S>>): Promise<Archive>
  }
  /** Makes the plugin. Must not dial the network: that belongs into `start` or the first use. */
  create(context: Contexts<SettingsOf<S>>[K]): Ports[K] | Promise<Ports[K]>
  /** Adds HTTP routes of the plugin's own, below `/NAME/`. What `create` made is given along. */
  routes?(app: FastifyInstance, port: Ports[K], context: PluginContext<SettingsOf<S>>): void
}

/** What the host reads of a plugin before it registers it. */
export interface PluginManifest {
  readonly kind: PluginKind
  readonly name: string
  readonly prefix: string
  readonly settings: SettingsSchema
  preflight(context: PluginContext): Promise<Problem[]>
  readonly archive?: {
    readonly schemes: readonly string[]
    open(context: ArchiveContext<Readonly<Record<string, unknown>>>): Promise<Archive>
  }
}

export const manifestKey: unique symbol = Symbol.for('reveille.plugin') as never

export type GatewayPlugin = FastifyPluginAsync<{ context: PluginContext }> & { [manifestKey]: PluginManifest }

const dependencies: Record<PluginKind, string[]> = {
  crypto: [],
  storage: ['reveille-crypto'],
  transport: [],
  delivery: [],
}

/**
 * Makes a gateway plugin: a fastify-plugin that decorates the host with its port and closes with it.
 * `transport`, `crypto` and `storage` decorate `app.<kind>`; a delivery backend adds itself to `app.delivery`, by name.
 */
export const definePlugin = <K extends PluginKind, const S extends SettingsSchema>(
  definition: PluginDefinition<K, S>,
): GatewayPlugin => {
  const { kind, name } = definition
  const plugin = fp<{ context: PluginContext }>(
    async (app, { context }) => {
      const port = await definition.create(context as unknown as Contexts<SettingsOf<S>>[K])
      if (kind === 'delivery') app.delivery.add(name, port as Delivery)
      else app.decorate(kind as Exclude<PluginKind, 'delivery'>, port as never)
      definition.routes?.(app, port, context as PluginContext<SettingsOf<S>>)
      if ('close' in port) app.addHook('onClose', () => (port as { close(): Promise<void> }).close())
    },
    {
      name: kind === 'delivery' ? `reveille-delivery-${name}` : `reveille-${kind}`,
      fastify: '5.x',
      dependencies: dependencies[kind],
    },
  )
  const manifest: PluginManifest = {
    kind,
    name,
    prefix: definition.prefix,
    settings: definition.settings,
    preflight: async (context) => (await definition.preflight?.(context as PluginContext<SettingsOf<S>>)) ?? [],
    ...(definition.archive === undefined
      ? {}
      : { archive: definition.archive as NonNullable<PluginManifest['archive']> }),
  }
  return Object.assign(plugin, { [manifestKey]: manifest }) as GatewayPlugin
}
