/** Several gateways of one identity on one Redis, on one network. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { answersTo, type Letter, queryLetter, registrationLetter, requestLetter } from '../support/correspondent.ts'
import { newMessageId } from '../support/person.ts'
import { startRedis } from '../support/redis-server.ts'
import { createScriptedDelivery } from '../support/scripted.ts'
import { createStage, type Stage, until } from '../support/stage.ts'

const server = await startRedis()
after(() => server.close())

interface Group {
  readonly stages: Stage[]
  /** One more gateway of the same identity. */
  join(): Promise<Stage>
}

/** As many gateways, closed after the test whatever becomes of it. */
const withReplicas =
  (count: number, work: (group: Group) => Promise<void>, env: Readonly<Record<string, string>> = {}) =>
  async (): Promise<void> => {
    const [privateKey, bus] = [randomBytes(32), randomUUID()]
    const delivery = createScriptedDelivery()
    const stages: Stage[] = []
    const join = async (): Promise<Stage> => {
      const stage = await createStage({
        env: { STORAGE_PLUGIN: 'redis', REDIS_URL: server.url, MEMORY_BUS: bus, ...env },
        privateKey,
        delivery,
      })
      stages.push(stage)
      return stage
    }
    try {
      while (stages.length < count) await join()
      await until('all know of each other', () =>
        stages.every(({ gateway }) => gateway.app.storage.replicas?.living().length === count),
      )
      await work({ stages, join })
    } finally {
      for (const stage of stages) await stage.close().catch(() => undefined)
    }
  }

const outcome = (stage: Stage, name: string): number =>
  (stage.ledger().envelopes.outcomes as Record<string, number>)[name] ?? 0

const sum = (stages: readonly Stage[], name: string): number =>
  stages.reduce((total, stage) => total + outcome(stage, name), 0)

const open = (stage: Stage): number => stage.ledger().envelopes.open

/** Once the bus has carried everything. */
const allSettled = async (stages: readonly Stage[]): Promise<void> => {
  await new Promise(setImmediate)
  await until('everything is settled', () => stages.every((stage) => open(stage) === 0), 15_000)
}

const send = (stage: Stage, { topic, payloads }: Letter): void => {
  for (const payload of payloads) stage.send(topic, payload)
}

test(
  'each registration is handled by one of three, and each has its share',
  withReplicas(3, async ({ stages }) => {
    const [first] = stages
    assert.ok(first !== undefined)
    const people = Array.from({ length: 60 }, () => first.person())
    for (const person of people) send(first, registrationLetter(first, person, person.registration()))
    await allSettled(stages)
    assert.equal(sum(stages, 'registered'), 60)
    assert.equal(sum(stages, 'elsewhere') + sum(stages, 'duplicate'), 120)
    for (const stage of stages) assert.ok(outcome(stage, 'registered') >= 6, `${outcome(stage, 'registered')} of 60`)
    const answers = people.map(({ keyPair }) => answersTo(first, keyPair, first.published).length)
    assert.deepEqual(new Set(answers), new Set([1]))
  }),
)

test(
  'who registered through one is known to all at once: a question right after the answer is answered',
  withReplicas(3, async ({ stages }) => {
    const [first] = stages
    assert.ok(first !== undefined)
    for (let round = 0; round < 10; round++) {
      const person = first.person()
      send(first, registrationLetter(first, person, person.registration()))
      await until('the registration is answered', () => answersTo(first, person.keyPair, first.published).length === 1)
      const asker = first.crypto.generateKeyPair()
      send(first, await queryLetter(first, asker, [person.hashed]))
      await until('the question is answered', () => answersTo(first, asker, first.published).length === 1, 2_000)
    }
    await allSettled(stages)
    assert.equal(sum(stages, 'query-answered'), 10)
    assert.equal(sum(stages, 'query-unknown'), 0)
  }),
)

test(
  'a push is delivered once, whoever of them accepted it and whoever hands it over',
  withReplicas(3, async ({ stages }) => {
    const [first] = stages
    assert.ok(first !== undefined)
    const people = Array.from({ length: 12 }, () => first.person())
    for (const person of people) send(first, registrationLetter(first, person, person.registration()))
    await allSettled(stages)
    const sender = first.crypto.generateKeyPair()
    for (const person of people) send(first, requestLetter(first, sender, [person.entry()], newMessageId()))
    await until('all are answered', () => answersTo(first, sender, first.published).length === 12)
    await first.drained()
    assert.equal(first.delivery.handed.length, 12)
    assert.equal(new Set(first.delivery.handed.map(({ deviceToken }) => deviceToken)).size, 12)
  }),
)

test(
  'the segments of a message come together, whoever opens them, in any order and twice',
  withReplicas(3, async ({ stages }) => {
    const [first] = stages
    assert.ok(first !== undefined)
    const person = first.person()
    send(first, registrationLetter(first, person, person.registration()))
    await allSettled(stages)
    const sender = first.crypto.generateKeyPair()
    const letter = requestLetter(first, sender, [person.entry()], newMessageId(), { segmentBytes: 20 })
    assert.ok(letter.payloads.length > 12)
    for (const payload of [...letter.payloads].reverse()) first.send(letter.topic, payload)
    for (const payload of letter.payloads) first.send(letter.topic, payload)
    await until('it is answered', () => answersTo(first, sender, first.published).length >= 1)
    await allSettled(stages)
    await first.drained()
    assert.equal(first.delivery.handed.length, 1)
    assert.equal(sum(stages, 'request-answered') + sum(stages, 'duplicate') > 0, true)
    const opened = stages.filter((stage) => outcome(stage, 'segment-kept') > 0)
    assert.ok(opened.length > 1, 'one replica opened all segments')
  }),
)

test(
  'one that joins takes its share, and one that leaves is not missed',
  withReplicas(2, async ({ stages, join }) => {
    const [first] = stages
    assert.ok(first !== undefined)
    const third = await join()
    await until('all know of it', () =>
      stages.every(({ gateway }) => gateway.app.storage.replicas?.living().length === 3),
    )
    const register = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const person = first.person()
        send(first, registrationLetter(first, person, person.registration()))
      }
    }
    await register(30)
    await allSettled(stages)
    assert.ok(outcome(third, 'registered') > 0)
    await register(30)
    await third.close()
    await register(30)
    await allSettled(stages.slice(0, 2))
    assert.equal(sum(stages, 'registered'), 90)
  }),
)

test(
  'one reads the past, the others stand by and take over',
  withReplicas(
    2,
    async ({ stages }) => {
      const states = (): string[] => stages.map(({ gateway }) => gateway.engine.catchUp.state)
      await until('one stands by', () => states().includes('standing by') && states().includes('caught up'))
      const leader = stages.find(({ gateway }) => gateway.engine.catchUp.state === 'caught up')
      const other = stages.find((stage) => stage !== leader)
      await leader?.close()
      await until('the other reads', () => other?.gateway.engine.catchUp.state === 'caught up')
    },
    { CATCH_UP_INTERVAL_SECONDS: '1' },
  ),
)

test(
  'stats have the own counts and the sum of all',
  withReplicas(2, async ({ stages }) => {
    const [first] = stages
    assert.ok(first !== undefined)
    for (let i = 0; i < 20; i++) {
      const person = first.person()
      send(first, registrationLetter(first, person, person.registration()))
    }
    await allSettled(stages)
    const stats = async (stage: Stage) => (await stage.gateway.app.inject('/stats')).json()
    await until('the sum is there', async () => (await stats(first)).replicas.sum.envelopes.outcomes.registered === 20)
    const { envelopes, replicas } = await stats(first)
    assert.equal(envelopes.outcomes.registered, outcome(first, 'registered'))
    assert.equal(replicas.living.length, 2)
    assert.ok(replicas.living.includes(replicas.own))
  }),
)

test(
  'the canary runs at one of them, whoever handles its messages, and leaves nothing behind',
  withReplicas(
    3,
    async ({ stages }) => {
      await until('a run', () => stages.some(({ gateway }) => gateway.canary.stats().runs >= 2), 30_000)
      const runs = stages.map(({ gateway }) => gateway.canary.stats())
      assert.equal(runs.filter(({ runs }) => runs > 0).length, 1)
      assert.deepEqual(
        runs.map(({ runs, ok }) => runs - ok),
        [0, 0, 0],
        JSON.stringify(runs.find(({ runs }) => runs > 0)?.last),
      )
      assert.equal(sum(stages, 'registered'), 0)
      assert.equal(stages[0]?.delivery.handed.length, 0)
    },
    { CANARY_ENABLED: 'true', CANARY_INTERVAL_SECONDS: '5', CANARY_TIMEOUT_SECONDS: '4' },
  ),
)

test(
  'while Redis is away nobody is told of a success, messages wait, and all of it is handled when it is back',
  withReplicas(2, async ({ stages }) => {
    const [first] = stages
    assert.ok(first !== undefined)
    const ready = async (stage: Stage) => (await stage.gateway.app.inject('/health/ready')).json()
    const people = Array.from({ length: 10 }, () => first.person())
    await server.kill('SIGKILL')
    try {
      for (const person of people) send(first, registrationLetter(first, person, person.registration()))
      const from = performance.now()
      await until('it is not ready', async () => (await ready(first)).status === 'not ready')
      assert.ok(performance.now() - from < 3_000)
      assert.match((await ready(first)).reasons.join(), /storage: Redis/)
      assert.equal(first.published.length, 0)
    } finally {
      await server.restart()
    }
    const back = performance.now()
    await until('all are ready', async () =>
      (await Promise.all(stages.map(ready))).every(({ status }) => status === 'ready'),
    )
    assert.ok(performance.now() - back < 3_000, `${performance.now() - back} ms`)
    const answered = (): number[] => people.map(({ keyPair }) => answersTo(first, keyPair, first.published).length)
    await until('all are answered', () => answered().every((count) => count > 0), 15_000)
    await allSettled(stages)
  }),
)
