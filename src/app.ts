import { join } from 'node:path'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { type Canary, createCanary } from './canary/canary.ts'
import { createNote } from './canary/note.ts'
import type { HostSettings } from './config.ts'
import { prepareFolder } from './folder.ts'
import { createEngine, type Engine } from './gateway/engine.ts'
import { createRouter, type Router } from './gateway/router.ts'
import { registerMetrics } from './http/metrics.ts'
import { registerRoutes } from './http/routes.ts'
import { createIdentity, readIdentity } from './identity-file.ts'
import type { LoadedPlugin } from './plugin-host.ts'
import {
  type Delivery,
  type GatewayPlugin,
  type PluginKind,
  type Problem,
  type Replicas,
  StartError,
  StorageError,
} from './ports/index.ts'
import {
  areBackendsWrong,
  asProblems,
  contextOf,
  firstLine,
  identityFileOf,
  listenProblem,
  lookForProblems,
} from './preflight.ts'
import { type CheckedSettings, checkSettings, type Environment } from './settings.ts'

const graceMs = 7_000

/** What tests and commands put in the place of what configuration would choose. */
export interface Overrides {
  /** 32 bytes; no identity file is read or made then. */
  readonly privateKey?: Uint8Array
  readonly plugins?: Partial<Record<PluginKind, readonly GatewayPlugin[]>>
  /** Unix milliseconds. */
  readonly now?: () => number
  /** Where log lines go; standard output otherwise. */
  readonly logStream?: { write(line: string): void }
}

export interface Gateway {
  readonly app: FastifyInstance
  readonly engine: Engine
  readonly canary: Canary
  /** `<kind>` or `delivery/<name>` to the plugin's name. */
  readonly plugins: Readonly<Record<string, string>>
  /** Where the HTTP server listens, once started. */
  readonly httpUrl: string | undefined
  /** Rejects with StartError for what an operator can mend. */
  start(): Promise<void>
  /** Intake stops, what is in hand is finished or safely stored, parts close in reverse order. Idempotent. */
  close(): Promise<void>
}

/** The private key from its file, made where there is none. */
const takeIdentity = (path: string): Uint8Array => {
  const known = readIdentity(path)
  if (known !== undefined && 'problem' in known) throw new StartError([known.problem])
  return known?.privateKey ?? createIdentity(path)
}

const createHost = (checked: CheckedSettings, { logStream }: Overrides): FastifyInstance => {
  const app = Fastify({
    logger: {
      level: checked.host.LOG_LEVEL,
      ...(logStream === undefined ? {} : { stream: logStream }),
    },
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    bodyLimit: 1024 * 1024,
    requestTimeout: 30_000,
  })
  const backends = new Map<string, Delivery>()
  app.decorate('delivery', {
    all: backends,
    add: (name: string, backend: Delivery) => void backends.set(name, backend),
  })
  return app
}

const registerPlugin = async (
  app: FastifyInstance,
  checked: CheckedSettings,
  plugin: LoadedPlugin,
  now: () => number,
  privateKey?: Uint8Array,
): Promise<void> => {
  const context = {
    ...contextOf(app, checked, plugin, now),
    ...(plugin.manifest.kind === 'crypto' ? { privateKey } : {}),
    ...(plugin.manifest.kind === 'storage' ? { identity: app.crypto.identity.compressed } : {}),
  }
  try {
    await app.register(plugin.plugin, { context })
  } catch (error) {
    throw new StartError(asProblems(error, plugin))
  }
}

/** The backends come first: only what they serve shows whether two claim one token type, and they leave nothing on disk. */
const registerBackends = async (
  app: FastifyInstance,
  checked: CheckedSettings,
  now: () => number,
): Promise<{ router: Router; problems: readonly Problem[] }> => {
  for (const plugin of checked.plugins.filter(({ manifest }) => manifest.kind === 'delivery'))
    await registerPlugin(app, checked, plugin, now)
  return createRouter(checked.host.DELIVERY_ROUTES, app.delivery.all)
}

const labelled = (plugins: readonly LoadedPlugin[]): Record<string, string> =>
  Object.fromEntries(
    plugins.map(({ manifest: { kind, name } }) => [kind === 'delivery' ? `delivery/${name}` : kind, name]),
  )

/**
 * The one place where the parts are joined: settings from an environment, plugins by name, the engine, the routes.
 * Rejects with StartError, one problem for each mistake, before anything is changed on disk or listened on.
 */
export const buildGateway = async (environment: Environment, overrides: Overrides = {}): Promise<Gateway> => {
  const checked = await checkSettings(environment, overrides.plugins)
  const { host } = checked
  const now = overrides.now ?? Date.now
  const app = createHost(checked, overrides)
  const folder = prepareFolder('DATA_DIR', host.DATA_DIR)
  try {
    const folderProblem = 'problem' in folder ? folder.problem : undefined
    const problems = await lookForProblems(app, checked, overrides, now, folderProblem)
    if (areBackendsWrong(checked, problems)) throw new StartError(problems)
    const { router, problems: routing } = await registerBackends(app, checked, now).catch((error: unknown) => {
      throw error instanceof StartError ? new StartError([...problems, ...error.problems]) : error
    })
    if (problems.length > 0 || routing.length > 0) throw new StartError([...problems, ...routing])
    const privateKey = overrides.privateKey ?? takeIdentity(identityFileOf(checked))
    for (const plugin of checked.plugins.filter(({ manifest }) => manifest.kind !== 'delivery'))
      await registerPlugin(app, checked, plugin, now, privateKey)
    return joinParts(app, checked, router, now)
  } catch (error) {
    await app.close().catch(() => undefined)
    if ('undo' in folder) folder.undo()
    throw error
  }
}

/** Kept a little longer than to the next run, so that it stays where it is. */
const leadsCanary = async (replicas: Replicas | undefined, host: HostSettings): Promise<boolean> =>
  (await replicas?.lead('canary', 2 * 1000 * (host.CANARY_INTERVAL_SECONDS + host.CANARY_TIMEOUT_SECONDS))) ?? true

/** A start can fail late: a port that was free a moment ago, a storage that fails at its first reading. */
const startErrorOf = (error: unknown): StartError => {
  if (error instanceof StartError) return error
  const setting = error instanceof StorageError ? 'STORAGE_PLUGIN' : 'TRANSPORT_PLUGIN'
  const wrong = `it cannot be started (${firstLine(error)})`
  return new StartError([{ setting, wrong, mend: 'check its settings, and the ports and files that they name' }])
}

const joinParts = (app: FastifyInstance, checked: CheckedSettings, router: Router, now: () => number): Gateway => {
  const { host } = checked
  const { transport, crypto, storage, delivery } = app
  const settings = {
    intakeMessages: host.INTAKE_MESSAGES,
    intakeBytes: host.INTAKE_BYTES,
    pushTtlMs: host.PUSH_TTL_SECONDS * 1000,
    pushRememberMs: host.PUSH_REMEMBER_SECONDS * 1000,
    retryBaseMs: host.RETRY_BASE_MS,
    retryMaxMs: host.RETRY_MAX_MS,
    segmentBytes: host.SEGMENT_BYTES,
    catchUp: {
      intervalMs: host.CATCH_UP_INTERVAL_SECONDS * 1000,
      firstMs: host.CATCH_UP_FIRST_HOURS * 3_600_000,
      longestMs: host.CATCH_UP_MAX_HOURS * 3_600_000,
    },
  }
  const engine = createEngine({ transport, crypto, storage, delivery, router, settings, log: app.log, now })
  const plugins = labelled(checked.plugins)
  const canary = createCanary({
    crypto,
    transport,
    detour: engine.detour,
    log: app.log,
    now,
    enabled: host.CANARY_ENABLED,
    intervalMs: host.CANARY_INTERVAL_SECONDS * 1000,
    stageMs: host.CANARY_TIMEOUT_SECONDS * 1000,
    note: createNote(join(host.DATA_DIR, 'canary.json')),
    erase: ({ owner, push }, waiting) => engine.erase(owner, [push], waiting ? 1 : 0),
    ...(storage.replicas === undefined ? {} : { isOurs: () => leadsCanary(storage.replicas, host) }),
  })
  registerRoutes(app, { engine, transport, canary, plugins, now })
  registerMetrics(app, { engine, transport, canary, now })
  app.addHook('preClose', async () => {
    await Promise.all([canary.stop(), engine.stop(graceMs)])
    await canary.clean()
  })
  let httpUrl: string | undefined

  const start = async (): Promise<void> => {
    try {
      httpUrl = await app.listen({ host: host.HTTP_HOST, port: host.HTTP_PORT })
    } catch (error) {
      throw new StartError([listenProblem(error as NodeJS.ErrnoException, host.HTTP_HOST, host.HTTP_PORT)])
    }
    await canary.recall()
    await engine.start().catch((error: unknown) => {
      throw startErrorOf(error)
    })
    canary.start()
  }

  return {
    app,
    engine,
    canary,
    plugins,
    get httpUrl() {
      return httpUrl
    },
    start: () =>
      start().catch(async (error: unknown) => {
        await app.close().catch(() => undefined)
        throw error
      }),
    close: () => app.close(),
  }
}
