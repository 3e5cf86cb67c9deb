import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GatewayProcess, startGatewayProcess } from '../../src/demo/gateway-process.ts'
import { unhex } from '../../src/protocol/index.ts'
import { type ChaosContext, ChaosError } from '../scenario.ts'
import type { Reach } from './reach.ts'

const startMs = 30_000
const statsMs = 2_000

/** A real gateway in a process of its own, on files that outlive it. */
export interface Gateway {
  /** 65 bytes. */
  readonly publicKey: Uint8Array
  start(): Promise<void>
  /** SIGTERM; resolves when the process has ended. */
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** When it was killed, on the clock of `performance.now`. */
  readonly kills: readonly number[]
  /** Starts after the first one. */
  readonly restarts: number
  /** Rejects when the process ends though nobody told it to. */
  readonly crashed: Promise<never>
  /** What it says of itself, for whoever looks for a fault. */
  stats(): Promise<string>
}

export interface GatewayOptions {
  /** Multiaddrs of its relay peers and store nodes. */
  readonly peers: readonly string[]
  readonly gorushUrl: string
  readonly reach: Reach
}

const within = async <T>(promise: Promise<T>, ms: number): Promise<T> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new ChaosError(`The gateway was not ready within ${ms / 1000} s.`)), ms)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Starts one in a new folder, which is removed with the process at the end. */
export const createGateway = async (context: ChaosContext, options: GatewayOptions): Promise<Gateway> => {
  const { peers, gorushUrl, reach } = options
  const folder = mkdtempSync(join(tmpdir(), 'reveille-chaos-'))
  const env = {
    PATH: process.env['PATH'] ?? '',
    DATA_DIR: join(folder, 'data'),
    HTTP_PORT: '0',
    WAKU_HOST: '127.0.0.1',
    WAKU_TCP_PORT: '0',
    WAKU_PEERS: peers.join(','),
    WAKU_STORE_NODES: peers.join(','),
    DELIVERY_PLUGINS: 'gorush',
    GORUSH_URL: gorushUrl,
    RETRY_BASE_MS: '200',
    LOG_LEVEL: 'error',
  }
  const crash = Promise.withResolvers<never>()
  crash.promise.catch(() => undefined)
  const kills: number[] = []
  let child: ChildProcess | undefined
  let running: GatewayProcess | undefined
  let isEnding = false
  let starts = 0

  context.atExit(() => {
    child?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  })

  const onChild = (started: ChildProcess): void => {
    child = started
    started.once('exit', (code, signal) => {
      reach.note('gateway', false)
      if (!isEnding) crash.reject(new ChaosError(`The gateway ended by itself: ${signal ?? `exit code ${code}`}.`))
    })
  }

  const start = async (): Promise<GatewayProcess> => {
    isEnding = false
    const started = await within(
      startGatewayProcess(env, folder, onChild).catch((error: Error) => {
        throw new ChaosError(error.message)
      }),
      startMs,
    )
    reach.note('gateway', true)
    running = started
    starts += 1
    return started
  }

  const { publicKey } = await start()

  return {
    publicKey: unhex(publicKey),
    start: async () => void (await start()),
    stop: async () => {
      isEnding = true
      reach.note('gateway', false)
      const code = await running?.stop()
      if (code !== 0) context.progress(`the gateway did not end in order: exit code ${code}`)
    },
    kill: async () => {
      isEnding = true
      kills.push(performance.now())
      reach.note('gateway', false)
      await running?.kill()
    },
    get restarts() {
      return starts - 1
    },
    kills,
    crashed: crash.promise,
    stats: async () => {
      const response = await fetch(running?.statsUrl ?? '', { signal: AbortSignal.timeout(statsMs) })
      return response.text()
    },
  }
}
