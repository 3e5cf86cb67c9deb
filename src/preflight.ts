import { createServer } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { readIdentity } from './identity-file.ts'
import type { LoadedPlugin } from './plugin-host.ts'
import { type PluginContext, type PluginKind, type Problem, StartError } from './ports/index.ts'
import type { CheckedSettings } from './settings.ts'

/** Held for as long as plugins look for their mistakes: one that wants the same port then finds it in use. */
type HeldPort = { readonly release: () => Promise<void> } | { readonly problem: Problem }

const holdPort = (host: string, port: number): Promise<HeldPort> => {
  const { promise, resolve } = Promise.withResolvers<HeldPort>()
  const server = createServer()
  const release = (): Promise<void> => new Promise((done) => server.close(() => done()))
  server.once('error', (error: NodeJS.ErrnoException) => resolve({ problem: listenProblem(error, host, port) }))
  server.listen(port, host, () => resolve({ release }))
  return promise
}

export const listenProblem = ({ code }: NodeJS.ErrnoException, host: string, port: number): Problem => {
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

export const contextOf = (
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

export const firstLine = (error: unknown): string =>
  (error instanceof Error && error.message.split('\n')[0]) || 'an unknown error'

export const asProblems = (error: unknown, { manifest }: LoadedPlugin): readonly Problem[] => {
  if (error instanceof StartError) return error.problems
  const wrong = `the ${manifest.kind} plugin ${manifest.name} cannot be created (${firstLine(error)})`
  return [{ setting: manifest.prefix, wrong, mend: 'mend the plugin or its settings' }]
}

/** Where the private key is, or comes from. */
export const identityFileOf = ({ host }: CheckedSettings): string =>
  host.IDENTITY_FILE || join(host.DATA_DIR, 'identity.key')

/** Every mistake that shows before anything is created. What was said of a setting already is not said again. */
export const lookForProblems = async (
  app: FastifyInstance,
  checked: CheckedSettings,
  overrides: { readonly privateKey?: Uint8Array },
  now: () => number,
  folderProblem: Problem | undefined,
): Promise<Problem[]> => {
  const { host } = checked
  const found: (Problem | undefined)[] = [folderProblem]
  // Files that would lie in a folder that cannot be used are no mistakes of their own.
  const inFolder = (kind: PluginKind): boolean => kind === 'storage' && folderProblem !== undefined
  if (overrides.privateKey === undefined && (folderProblem === undefined || host.IDENTITY_FILE)) {
    const identity = readIdentity(identityFileOf(checked))
    if (identity !== undefined && 'problem' in identity) found.push(identity.problem)
  }
  const port = await holdPort(host.HTTP_HOST, host.HTTP_PORT)
  for (const plugin of checked.plugins.filter(({ manifest }) => !inFolder(manifest.kind)))
    found.push(
      ...(await plugin.manifest
        .preflight(contextOf(app, checked, plugin, now))
        .catch((error: unknown) => asProblems(error, plugin))),
    )
  if ('release' in port) await port.release()
  else found.push(port.problem)
  const told = new Set(checked.problems.map(({ setting }) => setting))
  return [...checked.problems, ...found.flatMap((problem) => problem ?? []).filter(({ setting }) => !told.has(setting))]
}

/** Whether a mistake was found that concerns the backends themselves, which then cannot be made or asked. */
export const areBackendsWrong = (checked: CheckedSettings, problems: readonly Problem[]): boolean =>
  problems.some(
    ({ setting }) =>
      setting === 'DELIVERY_PLUGINS' ||
      checked.plugins.some(({ manifest }) => manifest.kind === 'delivery' && setting.startsWith(manifest.prefix)),
  )
