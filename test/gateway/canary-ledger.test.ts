/** The canary's own traffic is counted apart, whatever becomes of it: users' counts are users' alone, and the sums add up. */
import assert from 'node:assert/strict'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { type CanaryStats, createCanary } from '../../src/canary/canary.ts'
import { createDetour } from '../../src/canary/detour.ts'
import { createNote, type Trace } from '../../src/canary/note.ts'
import { createTally } from '../../src/canary/tally.ts'
import { createParty } from '../../src/client/index.ts'
import type { Bulletin } from '../../src/gateway/bulletin.ts'
import type { Crypto, Outcome } from '../../src/ports/index.ts'
import { hex, messageTypes, pushIdOf, queryCodec } from '../../src/protocol/index.ts'
import { type Fate, meddle, noteOf, ran } from '../support/canary-stage.ts'
import { anyLetter, post, query, register, request } from '../support/correspondent.ts'
import { newMessageId, type Person } from '../support/person.ts'
import { createScriptedDelivery, createScriptedStorage, type ScriptedDelivery } from '../support/scripted.ts'
import {
  createClock,
  createStage,
  onStage,
  type Stage,
  type StageOptions,
  temporaryFolder,
  until,
} from '../support/stage.ts'

const noise = new Set(['canary', 'failed', 'duplicate', 'unopened', 'ignored-topic'])

const present = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([name, count]) => count > 0 && !noise.has(name)))

/** What is counted of users. */
const usersOf = (stage: Stage) => {
  const { envelopes, entries, pushes } = stage.ledger()
  return { envelopes: present(envelopes.outcomes), entries: present(entries), pushes: present(pushes) }
}

const nothing = new Uint8Array()

const nobody = { envelopes: {}, entries: {}, pushes: {} }

const canarysOf = (stage: Stage) => {
  const { envelopes, entries, pushes } = stage.ledger()
  return { envelopes: envelopes.outcomes.canary, entries: entries.canary, pushes: pushes.canary }
}

/** A stranger of the gateway's own making, with a run under way: a canary whose every step is the test's. */
const beginRun = async (stage: Stage): Promise<{ canary: Person; end: () => void }> => {
  const { detour } = stage.gateway.engine
  const canary = stage.person()
  const end = await detour.expect(canary.hashed, (): Outcome => ({ kind: 'delivered' }))
  return { canary, end }
}

const own = (stage: Stage, { hashed }: Person) => ({ deviceToken: stage.gateway.engine.detour.tokenOf(hashed) })

/** A backend that holds what it is given until it is let go. */
const heldBackend = (): { delivery: ScriptedDelivery; letGo: () => void } => {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const delivery = createScriptedDelivery({ supports: [1], maxBatch: 1, concurrency: 1, answer: () => promise })
  return { delivery, letGo: () => resolve({ kind: 'delivered' }) }
}

/** Starts a gateway whose hands are full with two pushes of a user. */
const busy = async (stage: Stage): Promise<void> => {
  const { outbox } = stage.gateway.app.storage
  const { work } = outbox
  outbox.work = (handle, limits) => work(handle, { ...limits, concurrency: 2 })
  await stage.gateway.start()
  const bob = stage.person()
  assert.equal(await register(stage, bob), 'success')
  for (let i = 0; i < 2; i++) assert.deepEqual(await request(stage, [bob.entry()]), ['success'])
  await until('both are in hand', async () => (await stage.gateway.engine.counts()).inHand === 2)
}

const bobs = {
  envelopes: { registered: 1, 'request-answered': 2 },
  entries: { accepted: 2 },
  pushes: { delivered: 2 },
}

for (const end of ['withdrawn', 'expired'] as const)
  test(`a push of the canary that ends ${end} is the canary’s`, async () => {
    const { delivery, letGo } = heldBackend()
    const clock = createClock()
    await onStage(
      async (stage) => {
        try {
          await busy(stage)
          const run = await beginRun(stage)
          assert.equal(await register(stage, run.canary, run.canary.registration(own(stage, run.canary))), 'success')
          assert.deepEqual(await request(stage, [run.canary.entry()]), ['success'])
          assert.equal((await stage.gateway.engine.counts()).queued, 3)
          if (end === 'withdrawn') run.end()
          else clock.advance(61_000)
        } finally {
          letGo()
        }
        await stage.drained()
        assert.deepEqual(usersOf(stage), bobs)
        assert.deepEqual(canarysOf(stage), { envelopes: 2, entries: 1, pushes: 1 })
        assert.equal(delivery.handed.length, 2)
      },
      { delivery, start: false, now: clock.now, env: { PUSH_TTL_SECONDS: '60' } },
    )()
  })

const unaccepted: { what: string; changes: Parameters<Person['entry']>[0]; reports: string[] }[] = [
  { what: 'a wrong token', changes: { accessToken: crypto.randomUUID() }, reports: ['wrongToken'] },
  { what: 'an unknown installation', changes: { installationId: crypto.randomUUID() }, reports: ['notRegistered'] },
  { what: 'a type of no meaning', changes: { type: 99 }, reports: [] },
]

for (const { what, changes, reports } of unaccepted)
  test(
    `an entry of the canary with ${what} is the canary’s, and no push`,
    onStage(async (stage) => {
      const { canary, end } = await beginRun(stage)
      await register(stage, canary, canary.registration(own(stage, canary)))
      assert.deepEqual(await request(stage, [canary.entry(changes)]), reports)
      end()
      assert.deepEqual(usersOf(stage), nobody)
      assert.deepEqual(canarysOf(stage), { envelopes: 2, entries: 1, pushes: 0 })
      assert.equal((await stage.gateway.engine.counts()).queued, 0)
    }),
  )

test(
  'a request of the canary that comes twice, registrations of it that are refused and what it asks afterwards are the canary’s',
  onStage(async (stage) => {
    const { canary, end } = await beginRun(stage)
    const messageId = newMessageId()
    const registration = canary.registration({ ...own(stage, canary), version: 2n })
    assert.equal(await register(stage, canary, registration), 'success')
    assert.equal(await register(stage, canary, { ...registration, version: 1n }), 'versionMismatch')
    assert.equal(await register(stage, canary, { ...registration, version: 0n }), 'malformedMessage')
    for (let i = 0; i < 2; i++) assert.deepEqual(await request(stage, [canary.entry()], { messageId }), ['success'])
    await stage.drained()
    end()
    await stage.gateway.engine.erase(canary.hashed, [], 0)
    // Its topic is left, but the gateway's own is not.
    const body = queryCodec.encode({ publicKeys: [canary.hashed] })
    await post(stage, anyLetter(stage, stage.crypto.generateKeyPair(), messageTypes.query, body))
    assert.deepEqual(await request(stage, [canary.entry()]), ['notRegistered'])
    assert.deepEqual(usersOf(stage), nobody)
    assert.deepEqual(canarysOf(stage), { envelopes: 7, entries: 3, pushes: 1 })
  }),
)

test('a full disk at the canary’s request is a failure of ours, and no user’s entry', async () => {
  const storage = createScriptedStorage()
  await onStage(
    async (stage) => {
      const { canary, end } = await beginRun(stage)
      await register(stage, canary, canary.registration(own(stage, canary)))
      storage.failing.add('outbox.accept')
      assert.deepEqual(await request(stage, [canary.entry()]), ['internalError'])
      storage.failing.clear()
      end()
      assert.deepEqual(usersOf(stage), nobody)
      assert.deepEqual(canarysOf(stage), { envelopes: 1, entries: 1, pushes: 0 })
      assert.equal(stage.ledger().envelopes.outcomes.failed, 1)
    },
    { plugins: { storage: [storage.plugin] } },
  )()
})

test(
  'a user’s entry beside the canary’s makes the request a user’s; users between two runs are counted as ever',
  onStage(async (stage) => {
    const bob = stage.person()
    await register(stage, bob)
    const { canary, end } = await beginRun(stage)
    await register(stage, canary, canary.registration(own(stage, canary)))
    assert.ok(await query(stage, [bob.hashed]))
    assert.deepEqual(await request(stage, [bob.entry()]), ['success'])
    assert.deepEqual(await request(stage, [bob.entry({ accessToken: crypto.randomUUID() })]), ['wrongToken'])
    end()
    assert.deepEqual(await request(stage, [bob.entry(), canary.entry({ type: 99 })]), ['success'])
    await stage.drained()
    assert.deepEqual(usersOf(stage), {
      envelopes: { registered: 1, 'query-answered': 1, 'request-answered': 3 },
      entries: { accepted: 2, 'wrong-token': 1, omitted: 1 },
      pushes: { delivered: 2 },
    })
    assert.deepEqual(canarysOf(stage), { envelopes: 1, entries: 0, pushes: 0 })
  }),
)

/** Hears how many pushes the storage accepted. */
const acceptances = (stage: Stage): (() => number) => {
  const { outbox } = stage.gateway.app.storage
  const { accept } = outbox
  let accepted = 0
  outbox.accept = async (pushes, rememberMs) => {
    const results = await accept(pushes, rememberMs)
    accepted += results.filter((result) => result === 'accepted').length
    return results
  }
  return () => accepted
}

const lostAt =
  (n: number): Fate =>
  (i) =>
    i === n ? 'lost' : 'sent'

/** Lets a canary do one run, and stops it before it begins with another. */
const runOnce = async (stage: Stage, stageMs: number): Promise<CanaryStats> => {
  const { app, engine } = stage.gateway
  const canary = createCanary({
    enabled: true,
    intervalMs: 3_600_000,
    stageMs,
    crypto: app.crypto,
    transport: app.transport,
    detour: engine.detour,
    note: createNote(noteOf(stage.dataDir)),
    erase: ({ owner, push }, waiting) => engine.erase(owner, [push], waiting ? 1 : 0),
    log: app.log,
    now: Date.now,
  })
  canary.start()
  try {
    await ran(canary)
  } finally {
    await canary.stop()
    await stage.settled()
    await canary.clean()
  }
  return canary.stats()
}

for (const [n, [what, failed]] of (
  [
    ['registration’s answer', 'registration'],
    ['query’s answer', 'query'],
    ['report', 'report'],
  ] as const
).entries())
  test(
    `a ${what} that is lost: the sums add up, and users’ are empty`,
    onStage(async (stage) => {
      const accepted = acceptances(stage)
      meddle(stage.gateway.app.transport, lostAt(n + 1))
      assert.equal((await runOnce(stage, 1_000)).last?.stage, failed)
      assert.equal((await runOnce(stage, 10_000)).ok, 1)
      await stage.drained()
      assert.deepEqual(usersOf(stage), nobody)
      const { entries, pushes } = canarysOf(stage)
      assert.deepEqual([accepted(), entries, pushes], failed === 'report' ? [2, 2, 2] : [1, 1, 1])
    }),
  )

for (const failing of [0, 1])
  test(`a backend that hangs keeps the canary’s push as well: the delivery fails, and the push is counted once, after ${failing} erasures that fail`, async () => {
    const { delivery, letGo } = heldBackend()
    await onStage(
      async (stage) => {
        try {
          await busy(stage)
          const accepted = acceptances(stage)
          const { storage } = stage.gateway.app
          const { erase } = storage
          let failures = 0
          storage.erase = (what) => {
            if (accepted() === 0 || failures >= failing) return erase(what)
            failures++
            return Promise.reject(new Error('the disk is busy'))
          }
          assert.equal((await runOnce(stage, 1_000)).last?.stage, 'delivery')
          assert.equal(failures, failing)
          assert.deepEqual([accepted(), canarysOf(stage).pushes], [1, 1])
          assert.equal((await stage.gateway.engine.counts()).queued, 2, 'the user’s')
        } finally {
          letGo()
        }
        await stage.drained()
        assert.deepEqual(usersOf(stage), bobs)
      },
      { delivery, start: false },
    )()
  })

/** Copies the folder of a gateway with two pushes of a user in hand and one of the canary's behind them, as a crash leaves it. */
const crash = async (copy: string, options: StageOptions): Promise<Trace> => {
  const { delivery, letGo } = heldBackend()
  const stage = await createStage({ ...options, delivery, start: false })
  try {
    await busy(stage)
    const { canary } = await beginRun(stage)
    await register(stage, canary, canary.registration(own(stage, canary)))
    const messageId = newMessageId()
    assert.deepEqual(await request(stage, [canary.entry()], { messageId }), ['success'])
    cpSync(stage.dataDir, copy, { recursive: true })
    const { hashed: owner, installation } = canary
    return { owner, push: pushIdOf(stage.crypto, { messageId, receiver: owner, installation }) }
  } finally {
    letGo()
    await stage.close()
  }
}

for (const [end, users] of [
  ['withdrawn', 'delivered'],
  ['expired', 'expired'],
] as const)
  test(`a push that a crash left and that ends ${end} at the next start is the canary’s`, async () => {
    const [folder, copy] = [temporaryFolder(), temporaryFolder()]
    const clock = createClock()
    const options = { env: { STORAGE_PLUGIN: 'sqlite', PUSH_TTL_SECONDS: '60' }, now: clock.now }
    try {
      const note = createNote(noteOf(copy))
      await note.write([await crash(copy, { ...options, dataDir: folder })])
      if (end === 'expired') clock.advance(61_000)
      const next = await createStage({ ...options, dataDir: copy, start: false })
      try {
        // The outbox is at work before the network is joined, and meets the push before anything is erased.
        const { transport } = next.gateway.app
        const { start } = transport
        transport.start = async (events) => {
          await next.drained()
          return start(events)
        }
        await next.gateway.start()
        await until('the note is gone', () => !existsSync(noteOf(copy)))
        assert.deepEqual(usersOf(next), { ...nobody, pushes: { [users]: 2 } })
        assert.deepEqual(canarysOf(next), { envelopes: 0, entries: 0, pushes: 1 })
      } finally {
        await next.close()
      }
    } finally {
      for (const used of [folder, copy]) rmSync(used, { recursive: true, force: true })
    }
  })

type Board = Pick<Bulletin, 'tell' | 'on'>

/** Boards of replicas that hear each other at once. */
const linkedBoards = (count: number): Board[] => {
  const handlers: Parameters<Board['on']>[0][] = Array.from({ length: count }, () => ({}))
  return handlers.map((_, own) => ({
    on: (more) => {
      handlers[own] = { ...handlers[own], ...more }
    },
    tell: async (notice) => {
      for (const [i, heard] of handlers.entries())
        if (i !== own) (heard[notice.kind] as ((one: typeof notice) => void) | undefined)?.(notice)
    },
  }))
}

const withCrypto = async (work: (crypto: Crypto) => Promise<void>): Promise<void> => {
  const folder = temporaryFolder()
  const party = await createParty({ transport: 'memory', dataDir: folder })
  try {
    await work(party.crypto)
  } finally {
    await party.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const owner = new Uint8Array(64).fill(7)

test('a push that comes out at another replica is counted there alone', () =>
  withCrypto(async (crypto) => {
    const [here, there] = linkedBoards(2).map((board) => createDetour(crypto, board))
    assert.ok(here !== undefined && there !== undefined)
    const arrived: string[] = []
    const end = await here.expect(owner, ({ message }) => {
      arrived.push(hex(message))
      return { kind: 'delivered' }
    })
    here.tally.accepted(owner)
    const notification = {
      id: '',
      tokenType: 2,
      deviceToken: there.tokenOf(owner),
      apnTopic: '',
      receiver: owner,
      installation: '',
      type: 1,
      message: Uint8Array.of(5),
      chatId: nothing,
      author: nothing,
      acceptedAt: 0,
      expiresAt: 0,
    } as const
    const { signal } = new AbortController()
    assert.deepEqual(await there.backend.deliver([notification], signal), [{ kind: 'delivered' }])
    end()
    assert.deepEqual(arrived, ['05'])
    assert.equal(here.tally.withdraw(owner), false)
    assert.equal(there.tally.ended(owner), true)
  }))

test('a run that the other replicas cannot hear of does not stay expected', () =>
  withCrypto(async (crypto) => {
    const detour = createDetour(crypto, {
      on: () => undefined,
      tell: () => Promise.reject(new Error('Redis is away')),
    })
    await assert.rejects(
      detour.expect(owner, () => ({ kind: 'delivered' })),
      /Redis is away/,
    )
    assert.equal(detour.isExpected(owner), false)
  }))

test('of the ends of a push one is counted; runs that are long over are forgotten, users never known', () => {
  const tally = createTally()
  const ownerOf = (n: number): Uint8Array => new Uint8Array(64).fill(n)
  const [first, second] = [ownerOf(1), ownerOf(2)]
  for (const call of ['ended', 'withdraw', 'has'] as const) assert.equal(tally[call](first), false, call)

  for (const one of [first, second]) tally.remember(one)
  assert.equal(tally.withdraw(first), false, 'nothing is accepted')
  assert.equal(tally.ended(first), true, 'it may end before its acceptance is known')
  tally.accepted(first)
  tally.remember(first)
  assert.deepEqual([tally.withdraw(first), tally.ended(first)], [false, false])

  tally.accepted(second)
  assert.deepEqual([tally.withdraw(second), tally.ended(second), tally.withdraw(second)], [true, false, false])
  tally.restore(second)
  assert.deepEqual([tally.withdraw(second), tally.withdraw(second)], [true, false])

  for (let n = 3; n <= 66; n++) tally.remember(ownerOf(n))
  assert.deepEqual(
    [1, 2, 3, 66, 67].map((n) => tally.has(ownerOf(n))),
    [false, false, true, true, false],
  )
})
