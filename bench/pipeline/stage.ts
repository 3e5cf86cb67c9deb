import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildGateway, type Gateway } from '../../src/app.ts'
import { createParty, type Party } from '../../src/client/party.ts'
import type { LedgerSnapshot } from '../../src/gateway/ledger.ts'
import type { OutboundMessage, WakuMessage } from '../../src/ports/index.ts'
import { topicNumber } from '../../src/protocol/index.ts'
import { type BenchContext, BenchError } from '../bench.ts'

const patienceMs = 30_000
const partitions = 5000

export interface GorushCounts {
  readonly pushes: number
  readonly distinct: number
}

/** A real gateway on a bus of this process, a stand-in for gorush in another one, and somebody who sends and listens. */
export interface Stage {
  readonly gateway: Gateway
  readonly party: Party
  gorush(): Promise<GorushCounts>
  /** Sends the messages at once; the time ends when each is handled and answered, and every accepted push came to its end. */
  play(messages: readonly OutboundMessage[]): Promise<Played>
  close(): Promise<void>
}

export interface Played {
  readonly ms: number
  readonly answers: readonly WakuMessage[]
  readonly before: LedgerSnapshot
  readonly after: LedgerSnapshot
}

const within = async <T>(what: string, promise: Promise<T>): Promise<T> => {
  const limit = new AbortController()
  const late = pause(patienceMs, undefined, { signal: limit.signal }).then(() => {
    throw new BenchError(`No figures: waited ${patienceMs / 1000} s in vain for ${what}.`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    limit.abort()
  }
}

const startGorush = async ({ atExit }: BenchContext) => {
  const child = fork(fileURLToPath(new URL('gorush-process.ts', import.meta.url)), { stdio: ['ignore', 2, 2, 'ipc'] })
  atExit(() => child.kill('SIGKILL'))
  const hear = async <T>(): Promise<T> => (await within('the stand-in for gorush', once(child, 'message')))[0] as T
  const { url } = await hear<{ url: string }>()
  return {
    url,
    counts: () => {
      const answer = hear<GorushCounts>()
      child.send('counts')
      return answer
    },
    close: async () => {
      const ended = once(child, 'exit')
      child.disconnect()
      await within('the end of the stand-in for gorush', ended)
    },
  }
}

/** Everything that a push can end as. */
const ended = ({ pushes }: LedgerSnapshot): number => Object.values(pushes).reduce((sum, count) => sum + count, 0)

const createTempFolder = ({ atExit }: BenchContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'reveille-bench-'))
  atExit(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const createStage = async (
  context: BenchContext,
  { privateKey, storage }: { privateKey: Uint8Array; storage: string },
): Promise<Stage> => {
  const dataDir = createTempFolder(context)
  const gorush = await startGorush(context)
  const bus = randomUUID()
  const environment = {
    TRANSPORT_PLUGIN: 'memory',
    MEMORY_BUS: bus,
    CRYPTO_PLUGIN: 'noble',
    STORAGE_PLUGIN: storage,
    DELIVERY_PLUGINS: 'gorush',
    GORUSH_URL: gorush.url,
    DATA_DIR: dataDir,
    HTTP_PORT: '0',
    LOG_LEVEL: 'error',
  }
  const gateway = await buildGateway(environment, { privateKey, logStream: process.stderr })
  const party = await createParty({ transport: 'memory', settings: { MEMORY_BUS: bus }, dataDir })
  const { engine } = gateway
  const received: WakuMessage[] = []
  party.transport.listen(
    Array.from({ length: partitions }, (_, n) => topicNumber(party.crypto, `contact-discovery-${n}`)),
  )
  await party.transport.start({ onMessage: (message) => received.push(message), onIgnored: () => undefined })
  await gateway.start()

  /** All that were accepted since. */
  const pushesEnded = async (before: LedgerSnapshot): Promise<void> => {
    const accepted = engine.ledger.snapshot().entries.accepted - before.entries.accepted
    while (ended(engine.ledger.snapshot()) - ended(before) < accepted) await pause(1)
  }
  const outboxEmpty = async (): Promise<void> => {
    while ((await engine.counts()).queued > 0) await pause(1)
  }
  const neverAborted = new AbortController().signal

  return {
    gateway,
    party,
    gorush: gorush.counts,
    play: async (messages) => {
      const before = engine.ledger.snapshot()
      received.length = 0
      const from = performance.now()
      for (const message of messages) await party.transport.publish(message, neverAborted)
      await nextTurn()
      await within('answers', engine.idle())
      await within('pushes', pushesEnded(before))
      const ms = performance.now() - from
      await within('an empty outbox', outboxEmpty())
      await nextTurn()
      return { ms, answers: received.splice(0), before, after: engine.ledger.snapshot() }
    },
    close: async () => {
      await gateway.close()
      await party.close()
      await gorush.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
