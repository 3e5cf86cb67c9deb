/** What becomes of pushes in the hands of processes that die. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { createKeys } from '../../../plugins/storage/redis/keys.ts'
import type { Storage } from '../../../src/ports/index.ts'
import { hex, identityOf, pushOf, until } from '../../kits/storage-samples.ts'
import { startRedis } from '../../support/redis-server.ts'
import { openAt, targetOf } from './redis-helpers.ts'

const server = await startRedis()
after(() => server.close())
const target = targetOf({ REDIS_URL: server.url })
const day = 86_400_000
const program = fileURLToPath(new URL('./redis-outbox-hand.ts', import.meta.url))

interface Hand {
  readonly process: ChildProcess
  readonly handed: string[]
  readonly done: string[]
  readonly exited: Promise<unknown>
}

const hire = (identity: Uint8Array, handleMs: number): Hand => {
  const child = spawn(process.execPath, [program, server.url, hex(identity), `${handleMs}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const hand: Hand = { process: child, handed: [], done: [], exited: once(child, 'exit') }
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, id = ''] = line.split(' ')
    if (word === 'handed') hand.handed.push(id)
    if (word === 'done') hand.done.push(id)
  })
  return hand
}

const withStorage = (name: string, work: (storage: Storage, identity: Uint8Array) => Promise<void>) => async () => {
  const identity = identityOf(name)
  const storage = await openAt(target, { identity, now: Date.now })
  try {
    await work(storage, identity)
  } finally {
    await storage.close()
  }
}

const many = (count: number, name = 'push') => Array.from({ length: count }, (_, i) => pushOf(`${name} ${i}`))

test(
  'a killed process’ pushes are with another within 10 s',
  withStorage('taken over', async (storage, identity) => {
    const first = hire(identity, 60_000)
    await storage.outbox.accept(many(20), day)
    await until('the first has them in hand', () => first.handed.length === 20)
    first.process.kill('SIGKILL')
    await first.exited
    const from = performance.now()
    const handed = new Map<string, number>()
    const worker = storage.outbox.work(
      async ({ id, attempts }) => {
        handed.set(hex(id), attempts)
        return { kind: 'done' }
      },
      { concurrency: 20, leaseMs: 60_000 },
    )
    await until('another has all of them', () => handed.size === 20, 10_000)
    assert.ok(performance.now() - from < 10_000)
    assert.deepEqual(new Set(handed.values()), new Set([1]))
    await worker.stop()
  }),
)

test(
  'a push that its process dies of again and again is kept aside, and those beside it are not',
  { timeout: 120_000 },
  withStorage('poison', async (storage, identity) => {
    const poison = { ...pushOf('poison'), body: Uint8Array.of(0xff) }
    const good = many(100, 'good')
    await storage.outbox.accept([...good.slice(0, 50), poison, ...good.slice(50)], day)
    const done = new Set<string>()
    let deaths = 0
    let isOver = false
    let hand = hire(identity, 20)
    const supervise = async (): Promise<void> => {
      while (!isOver) {
        await hand.exited
        for (const id of hand.done) done.add(id)
        deaths++
        if (!isOver) hand = hire(identity, 20)
      }
    }
    const supervising = supervise()
    try {
      await until('it is parked', async () => (await storage.outbox.counts()).parked === 1, 90_000)
      await until('all others are settled', async () => (await storage.outbox.counts()).queued === 0, 20_000)
      assert.ok(deaths >= 4 && deaths <= 12, `${deaths} deaths`)
      for (const id of hand.done) done.add(id)
      assert.equal(done.size, 100)
      assert.ok(!done.has(hex(poison.id)))
      assert.deepEqual(await storage.outbox.accept([poison], day), ['duplicate'], 'it is remembered')
    } finally {
      isOver = true
      hand.process.kill('SIGKILL')
      await supervising
    }
    // As a dashboard shows it, and lets it go again.
    const connection = new Redis(server.port, { maxRetriesPerRequest: null })
    const queue = new Queue('pushes', { connection, prefix: createKeys('kit', identity).tag('q', 0, 1) })
    const [job] = await queue.getFailed()
    assert.match(job?.failedReason ?? '', /died of it/)
    await job?.retry()
    const handed: string[] = []
    const worker = storage.outbox.work(
      async ({ id }) => {
        handed.push(hex(id))
        return { kind: 'done' }
      },
      { concurrency: 1, leaseMs: 60_000 },
    )
    await until('it is handed out again', () => handed.length === 1)
    await until('it is settled', async () => (await storage.outbox.counts()).parked === undefined)
    assert.deepEqual(handed, [hex(poison.id)])
    await worker.stop()
    await queue.close()
    connection.disconnect()
  }),
)

test(
  'a retry comes at its time, though thousands wait',
  withStorage('backlog', async (storage) => {
    const [first, ...backlog] = many(4_000, 'backlog')
    assert.ok(first !== undefined)
    await storage.outbox.accept([first], day)
    let [dueAt, cameAt, others] = [0, 0, 0]
    const worker = storage.outbox.work(
      async ({ id, attempts }) => {
        const isFirst = hex(id) === hex(first.id)
        if (isFirst && attempts > 0) cameAt = Date.now()
        if (isFirst && attempts === 0) {
          dueAt = Date.now() + 500
          return { kind: 'retry', at: dueAt }
        }
        if (!isFirst) others++
        await new Promise((resolve) => setTimeout(resolve, 10))
        return { kind: 'done' }
      },
      { concurrency: 8, leaseMs: 60_000 },
    )
    await until('it is put off', () => dueAt > 0)
    await storage.outbox.accept(backlog, day)
    await until('it comes again', () => cameAt > 0, 15_000)
    assert.ok(cameAt >= dueAt, 'early')
    assert.ok(others < 3_000, `${others} of the backlog went before`)
    await worker.stop()
  }),
)

test(
  'what is accepted through one starts at once at another that idles',
  withStorage('idle', async (storage, identity) => {
    const other = await openAt(target, { identity, now: Date.now })
    try {
      let handedAt = 0
      const worker = other.outbox.work(
        async () => {
          handedAt = performance.now()
          return { kind: 'done' }
        },
        { concurrency: 4, leaseMs: 60_000 },
      )
      await until('it idles', async () => (await other.health()).status === 'ok')
      for (let i = 0; i < 10; i++) {
        handedAt = 0
        const from = performance.now()
        await storage.outbox.accept([pushOf(`now ${i}`)], day)
        await until('it is handed out', () => handedAt > 0, 2_000)
        assert.ok(handedAt - from < 1_000, `${handedAt - from} ms`)
      }
      await worker.stop()
    } finally {
      await other.close()
    }
  }),
)

test(
  'Redis is killed in the middle of the work: nothing accepted is lost',
  withStorage('killed', async (storage) => {
    const handed = new Set<string>()
    const worker = storage.outbox.work(
      async ({ id }) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        handed.add(hex(id))
        return { kind: 'done' }
      },
      { concurrency: 8, leaseMs: 60_000 },
    )
    const accepted: string[] = []
    let isOver = false
    const accepting = (async () => {
      for (let i = 0; !isOver; i++) {
        const push = pushOf(`killed ${i}`)
        while (!isOver)
          try {
            await storage.outbox.accept([push], day)
            accepted.push(hex(push.id))
            break
          } catch {
            await new Promise((resolve) => setTimeout(resolve, 50))
          }
      }
    })()
    for (let round = 0; round < 3; round++) {
      const before = accepted.length
      await until('work is done', () => accepted.length > before + 50)
      await server.kill('SIGKILL')
      await server.restart()
    }
    const before = accepted.length
    await until('it goes on', () => accepted.length > before + 50)
    isOver = true
    await accepting
    await until('all are handed out', () => accepted.every((id) => handed.has(id)), 15_000)
    await worker.stop()
  }),
)
