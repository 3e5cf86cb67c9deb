import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { WakuMessage } from '../../src/ports/index.ts'
import { answersTo, queryLetter, register, registrationLetter, requestLetter } from '../support/correspondent.ts'
import { createPatchyTransport, type PatchyTransport } from '../support/patchy.ts'
import { newMessageId } from '../support/person.ts'
import { createScriptedStorage } from '../support/scripted.ts'
import {
  createClock,
  createStage,
  onStage,
  type Stage,
  type StageOptions,
  temporaryFolder,
  until,
} from '../support/stage.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const withPatches = (
  run: (stage: Stage, network: PatchyTransport) => Promise<void>,
  options: StageOptions = {},
): (() => Promise<void>) => {
  const network = createPatchyTransport()
  return onStage((stage) => run(stage, network), {
    ...options,
    env: { CATCH_UP_INTERVAL_SECONDS: '1', ...options.env },
    plugins: { transport: [network.plugin], ...options.plugins },
  })
}

/** Lets the network carry and keep something while the gateway hears nothing. */
const unheard = async (network: PatchyTransport, say: () => void): Promise<void> => {
  network.deaf = true
  say()
  await sleep(1)
  network.deaf = false
}

const outcomes = (stage: Stage) => stage.ledger().envelopes.outcomes
const looks = (stage: Stage): number => stage.gateway.engine.catchUp.looks

/** Resolves when a look that begins after now is over. */
const aWholeLook = async (stage: Stage): Promise<void> => {
  const before = looks(stage)
  await until('another look', () => looks(stage) >= before + 2)
}

test(
  'a message that nobody brought is handled at the next look',
  withPatches(async (stage, network) => {
    await aWholeLook(stage)
    const bob = stage.person()
    const { topic, payloads } = registrationLetter(stage, bob, bob.registration())
    await unheard(network, () => {
      for (const payload of payloads) stage.send(topic, payload)
    })
    await until('it is registered', () => outcomes(stage).registered === 1)
    await stage.settled()
    assert.equal(stage.gateway.engine.catchUp.messages, 1)
  }),
)

test(
  'what came by itself is not taken from the past again',
  withPatches(async (stage) => {
    const bob = stage.person()
    assert.equal(await register(stage, bob), 'success')
    await aWholeLook(stage)
    assert.equal(stage.gateway.engine.catchUp.messages, 0)
    assert.equal(stage.ledger().envelopes.received, 1)
  }),
)

test(
  'who registers in a gap and is asked about in the same gap is answered for',
  withPatches(async (stage, network) => {
    const bob = stage.person()
    const alice = stage.crypto.generateKeyPair()
    const registration = registrationLetter(stage, bob, bob.registration())
    const query = await queryLetter(stage, alice, [bob.hashed])
    await unheard(network, () => {
      for (const { topic, payloads } of [registration, query])
        for (const payload of payloads) stage.send(topic, payload)
    })
    await until('the query is answered', () => outcomes(stage)['query-answered'] === 1)
    assert.equal(answersTo(stage, alice, await stage.settled()).length, 1)
  }),
)

test(
  'registrations are replayed in the order of their time',
  withPatches(async (stage, network) => {
    const bob = stage.person()
    const now = Date.now()
    await unheard(network, () => {
      for (const [version, ageMs] of [
        [3n, 1_000],
        [1n, 3_000],
        [2n, 2_000],
      ] as const) {
        const { topic, payloads } = registrationLetter(stage, bob, bob.registration({ version }))
        for (const payload of payloads) stage.send(topic, payload, now - ageMs)
      }
    })
    await until('all three are handled', () => outcomes(stage).registered === 3)
    assert.equal(outcomes(stage)['registration-version-mismatch'], 0)
  }),
)

test(
  'a request of the past wakes the device, unless it is older than the push may live',
  withPatches(
    async (stage, network) => {
      const bob = stage.person()
      assert.equal(await register(stage, bob), 'success')
      const signer = stage.crypto.generateKeyPair()
      await unheard(network, () => {
        for (const ageMs of [50_000, 70_000]) {
          const { topic, payloads } = requestLetter(stage, signer, [bob.entry()], newMessageId())
          for (const payload of payloads) stage.send(topic, payload, Date.now() - ageMs)
        }
      })
      await until(
        'both are handled',
        () => outcomes(stage)['request-answered'] + outcomes(stage)['request-expired'] === 2,
      )
      await stage.drained()
      assert.equal(outcomes(stage)['request-expired'], 1)
      assert.equal(stage.delivery.handed.length, 1)
    },
    { env: { PUSH_TTL_SECONDS: '60' } },
  ),
)

for (const { what, at, note } of [
  { what: 'without a time', at: () => 0, note: 'timestamps-missing' },
  { what: 'of next year', at: () => Date.now() + 365 * dayMs, note: 'timestamps-from-the-future' },
] as const)
  test(
    `a message ${what} is handled and counted, and moves no cursor`,
    withPatches(async (stage) => {
      const bob = stage.person()
      const { topic, payloads } = registrationLetter(stage, bob, bob.registration())
      for (const payload of payloads) stage.send(topic, payload, at())
      await until('it is registered', () => outcomes(stage).registered === 1)
      assert.equal(stage.ledger().other[note], 1)
      await aWholeLook(stage)
      const { caughtUpTo } = stage.gateway.engine.catchUp
      assert.ok(Math.abs(Date.now() - caughtUpTo) < 10_000)
    }),
  )

test(
  'what there was no room for is taken from the past',
  withPatches(
    async (stage) => {
      const people = Array.from({ length: 8 }, () => stage.person())
      for (const person of people) {
        const { topic, payloads } = registrationLetter(stage, person, person.registration())
        for (const payload of payloads) stage.send(topic, payload)
      }
      await until('some overflow', () => outcomes(stage).overflow > 0)
      await until('all are registered', () => outcomes(stage).registered === 8)
    },
    { env: { INTAKE_MESSAGES: '2' } },
  ),
)

test('what a storage could not take is taken from the past when it can', async () => {
  const storage = createScriptedStorage()
  await withPatches(
    async (stage) => {
      const bob = stage.person()
      storage.failing.add('registrations.put')
      const { topic, payloads } = registrationLetter(stage, bob, bob.registration())
      for (const payload of payloads) stage.send(topic, payload)
      await until('it fails', () => outcomes(stage).failed === 1)
      storage.failing.clear()
      await until('it is registered', () => outcomes(stage).registered === 1)
    },
    { plugins: { storage: [storage.plugin] } },
  )()
})

test(
  'the connection’s return is followed by a look at once',
  withPatches(
    async (stage, network) => {
      await until('it is caught up', () => stage.gateway.engine.catchUp.state === 'caught up')
      network.away = true
      await until('it is down', () => stage.gateway.engine.health.parts['transport']?.health.status === 'down')
      const bob = stage.person()
      const { topic, payloads } = registrationLetter(stage, bob, bob.registration())
      for (const payload of payloads) stage.send(topic, payload)
      await sleep(1)
      network.away = false
      await until('it is registered', () => outcomes(stage).registered === 1)
    },
    { env: { CATCH_UP_INTERVAL_SECONDS: '3600' } },
  ),
)

test(
  'a past that cannot be read is asked for again, and says why',
  withPatches(async (stage, network) => {
    await until('it is caught up', () => stage.gateway.engine.catchUp.state === 'caught up')
    const { caughtUpTo } = stage.gateway.engine.catchUp
    network.away = true
    await until('it fails', () => stage.gateway.engine.catchUp.state === 'no answer')
    const { failure, failedLooks } = stage.gateway.engine.catchUp
    assert.deepEqual([failure, failedLooks > 0], ['no store node answered', true])
    network.away = false
    await until('it is caught up again', () => stage.gateway.engine.catchUp.state === 'caught up')
    assert.ok(stage.gateway.engine.catchUp.caughtUpTo > caughtUpTo)
    assert.equal(stage.gateway.engine.catchUp.failure, undefined)
    const [first] = network.ranges.slice(-1)
    assert.ok(first !== undefined && first.from.getTime() <= caughtUpTo)
  }),
)

test('a new gateway looks back a day, and a range is never longer', async () => {
  await withPatches(async (stage, network) => {
    await until('it is caught up', () => stage.gateway.engine.catchUp.state === 'caught up')
    const from = Math.min(...network.ranges.map((range) => range.from.getTime()))
    assert.ok(Math.abs(Date.now() - dayMs - from) < 20 * 60_000, `from ${new Date(from).toISOString()}`)
  })()
})

test('a long absence is read without a hole, in ranges of at most a day, from the cursor of the last life', async () => {
  const dataDir = temporaryFolder()
  const clock = createClock()
  const env = { STORAGE_PLUGIN: 'sqlite' }
  try {
    await withPatches(
      async (stage) => until('it is caught up', () => stage.gateway.engine.catchUp.state === 'caught up'),
      { dataDir, now: clock.now, env },
    )()
    const leftAt = clock.now()
    clock.advance(10 * dayMs)
    await withPatches(
      async (stage, network) => {
        await until('it is caught up', () => stage.gateway.engine.catchUp.state === 'caught up')
        const ranges = network.ranges.map(({ from, to }) => [from.getTime(), to.getTime()] as const)
        assert.ok(ranges.every(([from, to]) => to > from && to - from <= dayMs))
        assert.ok((ranges[0]?.[0] ?? 0) <= leftAt - 60_000)
        assert.ok((ranges.at(-1)?.[1] ?? 0) >= clock.now() + 20_000)
        for (const [i, [from]] of ranges.entries()) if (i > 0) assert.ok(from <= (ranges[i - 1]?.[1] ?? 0))
      },
      { dataDir, now: clock.now, env },
    )()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

test('a restart handles nothing twice that is in the past still', async () => {
  const dataDir = temporaryFolder()
  const env = { STORAGE_PLUGIN: 'sqlite', MEMORY_BUS: `restart ${dataDir}` }
  try {
    let signer = undefined as ReturnType<Stage['crypto']['generateKeyPair']> | undefined
    await withPatches(
      async (stage) => {
        const bob = stage.person()
        assert.equal(await register(stage, bob), 'success')
        signer = stage.crypto.generateKeyPair()
        const { topic, payloads } = requestLetter(stage, signer, [bob.entry()], newMessageId())
        for (const payload of payloads) stage.send(topic, payload)
        await until('it is answered', () => outcomes(stage)['request-answered'] === 1)
        await stage.drained()
      },
      { dataDir, env },
    )()
    await withPatches(
      async (stage) => {
        await aWholeLook(stage)
        await stage.settled()
        assert.deepEqual([outcomes(stage).duplicate, outcomes(stage).registered], [2, 0])
        assert.equal(outcomes(stage)['request-answered'], 0)
        assert.equal(stage.delivery.handed.length, 0)
      },
      { dataDir, env },
    )()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

/** So many messages of nobody’s, one for each second of the past. */
const strangersLetters = (stage: Stage, count: number): WakuMessage[] => {
  const { topic } = registrationLetter(stage, stage.person(), stage.person().registration())
  const contentTopic = `/waku/1/0x${topic.toString(16).padStart(8, '0')}/rfc26`
  return Array.from({ length: count }, (_, i) => ({
    payload: Uint8Array.of(i & 255, i >> 8),
    contentTopic,
    version: 1,
    timestamp: BigInt(Date.now() - (count - i) * 1_000) * 1_000_000n,
    ephemeral: false,
    hash: stage.crypto.sha256(Uint8Array.of(i & 255, i >> 8)),
  }))
}

test(
  'a long look tells how far it is, in the log and in /stats',
  withPatches(
    async (stage, network) => {
      const messages = strangersLetters(stage, 1_000)
      network.history = async function* ({ from, to, isKnown }) {
        for (const message of messages) {
          const time = Number(message.timestamp / 1_000_000n)
          if (time < from.getTime() || time > to.getTime() || isKnown?.(message.hash)) continue
          await sleep(10)
          yield message
        }
      }
      await stage.gateway.start()
      await until('it is on its way', () => stage.gateway.engine.catchUp.messagesPerSecond > 0)
      const { remainingMs, state } = stage.gateway.engine.catchUp
      assert.equal(state, 'catching up')
      assert.ok(remainingMs > 0)
      await until('it says so', () => stage.logged.some((line) => line.includes('"catch-up"')))
      const line = JSON.parse(stage.logged.find((text) => text.includes('"catch-up"')) ?? '{}')
      assert.ok(line.percent > 0 && line.messagesPerSecond > 0 && line.remainingSeconds >= 0)
    },
    { start: false, env: { LOG_LEVEL: 'info' } },
  ),
)

test('a stop cuts a look short, and the next life goes on', async () => {
  const network = createPatchyTransport()
  const stage = await createStage({ plugins: { transport: [network.plugin] }, start: false })
  const messages = strangersLetters(stage, 500)
  network.history = async function* ({ signal }) {
    for (const message of messages) {
      await sleep(20, undefined, { signal })
      yield message
    }
  }
  await stage.gateway.start()
  await until('it is on its way', () => stage.gateway.engine.catchUp.messages > 3)
  const since = performance.now()
  await stage.close()
  assert.ok(performance.now() - since < 2_000)
  const { envelopes } = stage.ledger()
  assert.equal(envelopes.open, 0)
})

test(
  'CATCH_UP_INTERVAL_SECONDS=0 looks never',
  withPatches(
    async (stage, network) => {
      await stage.settled()
      assert.equal(stage.gateway.engine.catchUp.state, 'off')
      assert.deepEqual(network.ranges, [])
    },
    { env: { CATCH_UP_INTERVAL_SECONDS: '0' } },
  ),
)

for (const awayMs of [dayMs, 365 * dayMs])
  test(`a clock that was ${awayMs / dayMs} days ahead for a while leaves no gap behind`, async () => {
    const clock = createClock()
    await withPatches(
      async (stage, network) => {
        await until('it is caught up', () => stage.gateway.engine.catchUp.state === 'caught up')
        clock.advance(awayMs)
        await aWholeLook(stage)
        clock.advance(-awayMs)
        network.deaf = true
        const bob = stage.person()
        const { topic, payloads } = registrationLetter(stage, bob, bob.registration())
        for (const payload of payloads) stage.send(topic, payload, clock.now() - hourMs / 2)
        await until('it is registered', () => outcomes(stage).registered === 1)
        await aWholeLook(stage)
        assert.ok(stage.gateway.engine.catchUp.caughtUpTo <= clock.now() + 20_000)
      },
      { now: clock.now },
    )()
  })

test('what a storage has no room for is handled when there is room, however long that takes', async () => {
  const storage = createScriptedStorage()
  const clock = createClock()
  await withPatches(
    async (stage, network) => {
      await until('it is caught up', () => stage.gateway.engine.catchUp.state === 'caught up')
      const bob = stage.person()
      const carol = stage.person()
      storage.failing.add('registrations.put')
      await unheard(network, () => {
        for (const person of [bob, carol]) {
          const { topic, payloads } = registrationLetter(stage, person, person.registration())
          for (const payload of payloads) stage.send(topic, payload)
        }
      })
      const before = looks(stage)
      await until('it fails again and again', () => looks(stage) > before + 5)
      clock.advance(3 * hourMs)
      await aWholeLook(stage)
      assert.notEqual(stage.gateway.engine.catchUp.state, 'no answer')
      storage.failing.clear()
      await until('both are registered', () => outcomes(stage).registered === 2)
    },
    { plugins: { storage: [storage.plugin] }, now: clock.now },
  )()
})

/** A registration in parts. */
const partsOf = (stage: Stage) => {
  const bob = stage.person()
  return registrationLetter(stage, bob, bob.registration(), { segmentBytes: 200 })
}

test('parts of a message from before and after a restart are joined', async () => {
  const dataDir = temporaryFolder()
  const env = { STORAGE_PLUGIN: 'sqlite', MEMORY_BUS: `parts ${dataDir}` }
  try {
    let rest: ReturnType<typeof partsOf> | undefined
    await withPatches(
      async (stage) => {
        rest = partsOf(stage)
        const [first] = rest.payloads
        assert.ok(first !== undefined && rest.payloads.length > 1)
        stage.send(rest.topic, first)
        await until('it is kept', () => outcomes(stage)['segment-kept'] === 1)
        await aWholeLook(stage)
      },
      { dataDir, env },
    )()
    await withPatches(
      async (stage) => {
        for (const payload of rest?.payloads.slice(1) ?? []) stage.send(rest?.topic ?? 0, payload)
        await until('it is registered', () => outcomes(stage).registered === 1)
      },
      { dataDir, env },
    )()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

test('a part that was given up is read again when the others come', async () => {
  const clock = createClock()
  await withPatches(
    async (stage, network) => {
      await until('it is caught up', () => stage.gateway.engine.catchUp.state === 'caught up')
      const { topic, payloads } = partsOf(stage)
      const [first = new Uint8Array(), ...others] = payloads
      stage.send(topic, first)
      await until('it is kept', () => outcomes(stage)['segment-kept'] === 1)
      network.away = true
      clock.advance(11 * 60_000)
      for (const payload of others) stage.send(topic, payload)
      await nextTurn()
      network.away = false
      await until('it is registered', () => outcomes(stage).registered === 1)
    },
    { now: clock.now },
  )()
})
