import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type GatewayProcess, startGatewayProcess } from '../../src/demo/gateway-process.ts'
import { type FakeGorush, type FakePush, startFakeGorush } from '../../test/fakes/gorush.ts'
import { type ChaosContext, ChaosError } from '../scenario.ts'
import type { CrashLedger } from './ledger.ts'

/** The stand-in takes so long for an answer, so that there is something in flight at every kill. */
const answerMs = 25
const lookEveryMs = 10
const statsWithinMs = 1_000
const startTries = 20

/** One gateway process after another on the same files, with a stand-in for the provider of its own. */
export interface Member {
  /** Uncompressed public key, 130 hexadecimal digits. */
  readonly publicKey: string
  readonly isUp: boolean
  start(): Promise<void>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** `/stats`; `undefined` while it does not answer. */
  stats(): Promise<Readonly<Record<string, unknown>> | undefined>
  close(): Promise<void>
}

export interface FleetOptions {
  readonly count: number
  /** Multiaddr of the relay between gateways and clients, which keeps messages as well. */
  readonly peer: string
  readonly env: Readonly<Record<string, string>>
  readonly ledger: CrashLedger
}

export interface Fleet {
  readonly members: readonly Member[]
  close(): Promise<void>
}

const markOf = ({ body }: FakePush): string => {
  const data = body['data'] as Readonly<Record<string, unknown>> | undefined
  return String(data?.['encryptedMessage'] ?? '').replace(/^0x/, '')
}

/** Enters into the ledger what a stand-in gets: now and then, and whenever somebody wants to be sure. */
const watch = (gorush: FakeGorush, standIn: number, ledger: CrashLedger) => {
  let seen = 0
  const look = (): void => {
    for (const push of gorush.pushes.slice(seen)) {
      const at = performance.now() - (Date.now() - push.at)
      ledger.delivered(markOf(push), standIn, at, at + answerMs)
    }
    seen = gorush.pushes.length
  }
  const timer = setInterval(look, lookEveryMs)
  return {
    look,
    close: () => {
      clearInterval(timer)
      look()
    },
  }
}

const createMember = async (
  context: ChaosContext,
  folder: string,
  n: number,
  { peer, env: common, ledger }: FleetOptions,
): Promise<Member> => {
  const gorush = await startFakeGorush()
  gorush.behave({ kind: 'slow', ms: answerMs })
  const seen = watch(gorush, n, ledger)
  const env = {
    PATH: process.env['PATH'] ?? '',
    DATA_DIR: join(folder, `data-${n}`),
    IDENTITY_FILE: join(folder, 'identity.key'),
    HTTP_PORT: '0',
    WAKU_HOST: '127.0.0.1',
    WAKU_TCP_PORT: '0',
    WAKU_PEERS: peer,
    WAKU_STORE_NODES: peer,
    CATCH_UP_INTERVAL_SECONDS: '2',
    DELIVERY_PLUGINS: 'gorush',
    GORUSH_URL: gorush.url,
    RETRY_BASE_MS: '100',
    RETRY_MAX_MS: '1000',
    LOG_LEVEL: 'error',
    ...common,
  }
  let child: ChildProcess | undefined
  let running: GatewayProcess | undefined
  let publicKey = ''
  context.atExit(() => child?.kill('SIGKILL'))

  /** Whoever starts while Redis is away is refused, and started again by whatever supervises it. */
  const start = async (): Promise<void> => {
    for (let tries = 1; ; tries++)
      try {
        running = await startGatewayProcess(env, folder, (started) => {
          child = started
        })
        publicKey = running.publicKey
        return
      } catch (error) {
        if (tries === startTries) throw new ChaosError((error as Error).message)
        await sleep(100)
      }
  }

  const kill = async (): Promise<void> => {
    const killed = running
    running = undefined
    const from = performance.now()
    await killed?.kill()
    seen.look()
    ledger.cut(n, from, performance.now())
  }

  return {
    get publicKey() {
      return publicKey
    },
    get isUp() {
      return running !== undefined
    },
    start,
    kill,
    stats: async () => {
      if (running === undefined) return undefined
      const answer = await fetch(running.statsUrl, { signal: AbortSignal.timeout(statsWithinMs) }).catch(
        () => undefined,
      )
      return (await answer?.json().catch(() => undefined)) as Readonly<Record<string, unknown>> | undefined
    },
    close: async () => {
      await running?.kill()
      running = undefined
      await gorush.close()
      seen.close()
    },
  }
}

/** All of them have one identity; the first makes it. */
export const createFleet = async (context: ChaosContext, options: FleetOptions): Promise<Fleet> => {
  const folder = mkdtempSync(join(tmpdir(), 'reveille-chaos-'))
  context.atExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }))
  const members: Member[] = []
  const close = async (): Promise<void> => {
    await Promise.all(members.map((member) => member.close()))
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  }
  try {
    while (members.length < options.count) {
      const member = await createMember(context, folder, members.length, options)
      members.push(member)
      await member.start()
    }
    return { members, close }
  } catch (error) {
    await close()
    throw error
  }
}
