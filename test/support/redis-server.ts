import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A real redis-server of the machine's own, on a free port of 127.0.0.1. */
export interface RedisServer {
  readonly url: string
  readonly port: number
  readonly folder: string
  readonly pid: number | undefined
  /** What `redis-cli` says; rejects where the server answers with an error. */
  cli(...args: readonly string[]): Promise<string>
  /** SIGSTOP and SIGCONT freeze and wake it; SIGTERM and SIGKILL resolve when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port and data; resolves when it answers. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface RedisOptions {
  /** Further lines of the configuration: name and value. */
  readonly config?: Readonly<Record<string, string>>
  readonly port?: number
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export const freePort = async (): Promise<number> => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

const missing = 'There is no redis-server on this machine: run `npm run test:prepare`, or install Redis 7 or newer.'

/** One command, one answer line, by the bare protocol: nothing of a client's retries in between. */
const ping = async (port: number): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  socket.setTimeout(500, () => socket.destroy())
  try {
    socket.write('PING\r\n')
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    return String(chunk)
  } finally {
    socket.destroy()
  }
}

const untilItAnswers = async (port: number, child: ChildProcess): Promise<void> => {
  for (const from = performance.now(); performance.now() - from < 20_000; await pause(20)) {
    if (child.exitCode !== null) break
    // An ACL or a password is an answer as well.
    if (/PONG|NOAUTH|NOPERM/.test(await ping(port).catch(() => ''))) return
  }
  throw new Error(`the redis-server on port ${port} does not answer`)
}

export const startRedis = async ({ config = {}, port: wanted }: RedisOptions = {}): Promise<RedisServer> => {
  const port = wanted ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'reveille-redis-'))
  const settings: Record<string, string> = {
    port: `${port}`,
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'always',
    save: '',
    loglevel: 'warning',
    logfile: join(folder, 'redis.log'),
    'enable-debug-command': 'yes',
    ...config,
  }
  let child: ChildProcess | undefined

  const start = async (): Promise<void> => {
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
    const started = spawn('redis-server', args, { stdio: 'ignore' })
    child = started
    running.add(started)
    started.once('exit', () => running.delete(started))
    const failed = once(started, 'error').then(([error]: unknown[]) => {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new Error(missing) : error
    })
    await Promise.race([untilItAnswers(port, started), failed])
  }

  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    const target = child
    if (target === undefined || target.exitCode !== null || target.signalCode !== null) return
    const ends = signal === 'SIGTERM' || signal === 'SIGKILL'
    const exited = ends ? once(target, 'exit') : undefined
    target.kill(signal)
    await exited
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    get pid() {
      return child?.pid
    },
    cli: async (...args) => {
      const { stdout } = await run('redis-cli', ['-e', '-h', '127.0.0.1', '-p', `${port}`, ...args], {
        maxBuffer: 64 * 1024 * 1024,
      })
      return stdout.trim()
    },
    kill,
    restart: start,
    close: async () => {
      await kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface RedisCluster {
  readonly servers: readonly RedisServer[]
  readonly urls: readonly string[]
  close(): Promise<void>
}

const isWhole = async (server: RedisServer): Promise<boolean> =>
  (await server.cli('CLUSTER', 'INFO')).includes('cluster_state:ok')

/** Three masters without replicas. */
export const startRedisCluster = async (): Promise<RedisCluster> => {
  // The bus has its port 10,000 above: one that there is not above 55,535.
  const port = async (): Promise<number> => {
    for (;;) {
      const free = await freePort()
      if (free <= 55_000) return free
    }
  }
  const servers: RedisServer[] = []
  const close = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.close())))
  try {
    while (servers.length < 3)
      servers.push(
        await startRedis({
          port: await port(),
          config: { 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000', 'cluster-require-full-coverage': 'no' },
        }),
      )
    const addresses = servers.map((server) => `127.0.0.1:${server.port}`)
    await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes'])
    for (const server of servers)
      for (const from = performance.now(); !(await isWhole(server)); await pause(50))
        if (performance.now() - from > 20_000) throw new Error('the cluster of redis-servers does not come together')
    return { servers, urls: servers.map(({ url }) => url), close }
  } catch (error) {
    await close()
    throw error
  }
}
