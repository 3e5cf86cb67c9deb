import { createServer } from 'node:net'
import { join } from 'node:path'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { createEngine, type Engine } from './gateway/engine.ts'
import { createRouter } from './gateway/router.ts'
import { registerRoutes } from './http/routes.ts'
import { makeIdentity, prepareFolder, readIdentity } from './identity-file.ts'
import type { LoadedPlugin } from './plugin-host.ts'
import {
  type Delivery,
  type GatewayPlugin,
  type PluginContext,
  type PluginKind,
  type Problem,
  StartError,
} from './ports/index.ts'
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
  /** `<kind>` or `delivery/<name>` to the plugin's name. */
  readonly plugins: Readonly<Record<string, string>>
  /** Where the HTTP server listens, once started. */
  readonly httpUrl: string | undefined
  /** Rejects with StartError for what an operator can mend. */
  start(): Promise<void>
  /** Intake stops, what is in hand is finished or safely stored, parts close in reverse order. Idempotent. */
  close(): Promise<void>
}

/** A problem if the address cannot be listened on. */
const portProblem = (host: string, port: number): Promise<Problem | undefined> => {
  const { promise, resolve } = Promise.withResolvers<Problem | undefined>()
  const server = createServer()
  server.once('error', (error: NodeJS.ErrnoException) => resolve(listenProblem(error, host, port)))
  server.listen(port, host, () => server.close(() => resolve(undefined)))
  return promise
}

const listenProblem = ({ code }: NodeJS.ErrnoException, host: string, port: number): Problem => {
  if (code === 'EADDRINUSE')
    return {
      setting: 'HTTP_PORT',
      wrong: `port ${port} of ${host} is in use`,
      mend: 'choose another port, or stop the program that uses it',
    }
  if (code === 'EACCES')
    return { setting: 'HTTP_PORT', wrong: `port ${port} needs more rights`, mend: 'choose a port from 1024 on' }
  return {
    setting: 'HTTP_HOST',
    wrong: `${host} cannot be listened on (${code})`,
    mend: 'name an address of this machine, such as 127.0.0.1',
  }
}

/** The private key from its file, made where there is none and nothing else is wrong. */
const identityOf = (path: string, mayMake: boolean): { privateKey?: Uint8Array; problem?: Problem } => {
  const known = readIdentity(path)
  if (known !== undefined) return known
  if (!mayMake) return {}
  try {
    return { privateKey: makeIdentity(path) }
  } catch (error) {
    return {
      problem: {
        setting: 'IDENTITY_FILE',
        wrong: `${path} cannot be made (${(error as NodeJS.ErrnoException).code})`,
        mend: 'name a file in a folder that can be written to',
      },
    }
  }
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

const contextOf = (
  app: FastifyInstance,
  checked: CheckedSettings,
  plugin: LoadedPlugin,
  now: () => number,
): PluginContext => ({
  settings: checked.settingsOf(plugin),
  dataDir: checked.host.DATA_DIR,
  log: app.log.child({ plugin: plugin.manifest.name }),
  now,
})

const asProblems = (error: unknown, { manifest }: LoadedPlugin): readonly Problem[] => {
  if (error instanceof StartError) return error.problems
  const wrong = `the ${manifest.kind} plugin ${manifest.name} cannot be created (${error instanceof Error ? error.message : 'unknown error'})`
  return [{ setting: manifest.prefix, wrong, mend: 'mend the plugin or its settings' }]
}

/** Looks for every mistake before anything is created, so that the operator hears of all of them at once. */
const preflight = async (
  app: FastifyInstance,
  checked: CheckedSettings,
  overrides: Overrides,
  now: () => number,
): Promise<{ privateKey: Uint8Array }> => {
  const { host } = checked
  const problems = [...checked.problems]
  const folder = prepareFolder('DATA_DIR', host.DATA_DIR)
  if (folder !== undefined) problems.push(folder)
  const identityFile = host.IDENTITY_FILE || join(host.DATA_DIR, 'identity.key')
  const read =
    overrides.privateKey === undefined ? identityOf(identityFile, false) : { privateKey: overrides.privateKey }
  if (read.problem !== undefined) problems.push(read.problem)
  for (const plugin of checked.plugins)
    problems.push(...(await plugin.manifest.preflight(contextOf(app, checked, plugin, now))))
  const port = await portProblem(host.HTTP_HOST, host.HTTP_PORT)
  if (port !== undefined) problems.push(port)
  const identity = problems.length === 0 && read.privateKey === undefined ? identityOf(identityFile, true) : read
  if (identity.problem !== undefined && read.problem === undefined) problems.push(identity.problem)
  if (problems.length > 0 || identity.privateKey === undefined) throw new StartError(problems)
  return { privateKey: identity.privateKey }
}

/** Registers the plugins in the order crypto, storage, transport, delivery; they close the other way round. */
const registerPlugins = async (
  app: FastifyInstance,
  checked: CheckedSettings,
  privateKey: Uint8Array,
  now: () => number,
): Promise<void> => {
  for (const plugin of checked.plugins) {
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
  try {
    const { privateKey } = await preflight(app, checked, overrides, now)
    await registerPlugins(app, checked, privateKey, now)
    const { router, problems } = createRouter(host.DELIVERY_ROUTES, app.delivery.all)
    if (problems.length > 0) throw new StartError(problems)
    return joinParts(app, checked, router, now)
  } catch (error) {
    await app.close().catch(() => undefined)
    throw error
  }
}

const joinParts = (
  app: FastifyInstance,
  checked: CheckedSettings,
  router: ReturnType<typeof createRouter>['router'],
  now: () => number,
): Gateway => {
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
  }
  const engine = createEngine({ transport, crypto, storage, delivery, router, settings, log: app.log, now })
  const plugins = labelled(checked.plugins)
  registerRoutes(app, { engine, transport, plugins, now })
  app.addHook('preClose', () => engine.stop(graceMs))
  let httpUrl: string | undefined

  const start = async (): Promise<void> => {
    try {
      httpUrl = await app.listen({ host: host.HTTP_HOST, port: host.HTTP_PORT })
    } catch (error) {
      throw new StartError([listenProblem(error as NodeJS.ErrnoException, host.HTTP_HOST, host.HTTP_PORT)])
    }
    await engine.start()
  }

  return {
    app,
    engine,
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
