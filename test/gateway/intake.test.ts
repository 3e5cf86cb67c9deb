import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { messageTypes, partitionedTopic, topicNumber } from '../../src/protocol/index.ts'
import {
  answersTo,
  anyLetter,
  post,
  queryLetter,
  register,
  registrationLetter,
  request,
  requestLetter,
} from '../support/correspondent.ts'
import { createPatchyTransport } from '../support/patchy.ts'
import { goodbye, newMessageId } from '../support/person.ts'
import { createStage, onStage, type Stage } from '../support/stage.ts'

const ownTopic = (stage: Stage): number => topicNumber(stage.crypto, partitionedTopic(stage.crypto.identity.publicKey))

const bounds = [
  { what: 'messages', env: { INTAKE_MESSAGES: '10' }, size: 100, kept: 10 },
  { what: 'bytes', env: { INTAKE_BYTES: '1048576' }, size: 100_000, kept: 10 },
] as const

for (const { what, env, size, kept } of bounds)
  test(
    `intake is bounded in ${what}; what comes beyond is dropped and counted`,
    onStage(
      async (stage) => {
        for (let i = 0; i < 15; i++) stage.send(ownTopic(stage), stage.crypto.randomBytes(size))
        await stage.settled()
        const { outcomes, open, received } = stage.ledger().envelopes
        assert.deepEqual([received, outcomes.unopened, outcomes.overflow, open], [15, kept, 15 - kept, 0])
        assert.deepEqual(stage.gateway.engine.intake, { messages: 0, bytes: 0 })
        assert.equal(await register(stage, stage.person()), 'success')
      },
      { env },
    ),
  )

const others = [
  {
    what: 'a topic that is not ours',
    outcome: 'ignored-topic',
    send: (stage: Stage) => stage.send(1, Uint8Array.of(1)),
  },
  {
    what: 'a content topic of another form',
    outcome: 'ignored-topic',
    send: (stage: Stage) => stage.send('/my/1/app/proto', Uint8Array.of(1)),
  },
  {
    what: 'a version that is not ours',
    outcome: 'ignored-version',
    send: (stage: Stage) => {
      const contentTopic = `/waku/1/0x${ownTopic(stage).toString(16).padStart(8, '0')}/rfc26`
      for (const version of [0, 2])
        stage.carry({ payload: Uint8Array.of(1), contentTopic, version, timestamp: 0n, ephemeral: false })
    },
    count: 2,
  },
  {
    what: 'a message over the size limit',
    outcome: 'ignored-oversized',
    send: (stage: Stage) => stage.send(ownTopic(stage), new Uint8Array(2 << 20)),
  },
  {
    what: 'somebody else’s message',
    outcome: 'unopened',
    send: (stage: Stage) => stage.send(ownTopic(stage), stage.crypto.randomBytes(400)),
  },
] as const

for (const { what, outcome, send, ...rest } of others)
  test(
    `${what} is ignored and counted`,
    onStage(async (stage) => {
      send(stage)
      assert.deepEqual(await stage.settled(), [])
      const { received, open, outcomes } = stage.ledger().envelopes
      const count = 'count' in rest ? rest.count : 1
      assert.deepEqual([received, open, outcomes[outcome]], [count, 0, count])
    }),
  )

for (const type of [0, 15, 17, 19, 21, 22, 99])
  test(
    `type ${type} is ignored and counted`,
    onStage(async (stage) => {
      const { keyPair } = stage.person()
      assert.deepEqual(await post(stage, anyLetter(stage, keyPair, type, Uint8Array.of(1, 2))), [])
      assert.equal(stage.ledger().envelopes.outcomes['ignored-type'], 1)
    }),
  )

test(
  'a query or request that is no such message is malformed and not answered',
  onStage(async (stage) => {
    const { keyPair } = stage.person()
    for (const type of [messageTypes.query, messageTypes.request])
      assert.deepEqual(await post(stage, anyLetter(stage, keyPair, type, Uint8Array.of(0xff, 0xff))), [])
    assert.equal(stage.ledger().envelopes.outcomes.malformed, 2)
  }),
)

test(
  'an ephemeral message is handled like any other',
  onStage(async (stage) => {
    const bob = stage.person()
    const { topic, payloads } = registrationLetter(stage, bob, bob.registration())
    const contentTopic = `/waku/1/0x${topic.toString(16).padStart(8, '0')}/rfc26`
    for (const payload of payloads) stage.carry({ payload, contentTopic, version: 1, timestamp: 0n, ephemeral: true })
    assert.equal(answersTo(stage, bob.keyPair, await stage.settled()).length, 1)
  }),
)

test(
  'after closing nothing is taken in',
  onStage(async (stage) => {
    const bob = stage.person()
    const letter = registrationLetter(stage, bob, bob.registration())
    await stage.stop()
    assert.deepEqual(await post(stage, letter), [])
  }),
)

test(
  'closing finishes what has come in',
  onStage(async (stage) => {
    const people = Array.from({ length: 20 }, () => stage.person())
    for (const person of people) {
      const { topic, payloads } = registrationLetter(stage, person, person.registration())
      for (const payload of payloads) stage.send(topic, payload)
    }
    await Promise.resolve()
    await stage.stop()
    assert.equal(stage.ledger().envelopes.outcomes.registered, 20)
    assert.equal(people.flatMap(({ keyPair }) => answersTo(stage, keyPair, stage.published)).length, 20)
  }),
)

const steps = [
  'register',
  'repeat',
  'goodbye',
  'query',
  'request',
  'duplicate',
  'wrong',
  'noise',
  'foreign',
  'type',
  'expired',
] as const
type Step = (typeof steps)[number]

/** Sends what a step names, without waiting for its end. */
const take = async (stage: Stage, step: Step, n: number, bob: ReturnType<Stage['person']>): Promise<void> => {
  const { crypto } = stage
  const send = ({ topic, payloads }: { topic: number; payloads: readonly Uint8Array[] }, at?: number) => {
    for (const payload of payloads) stage.send(topic, payload, at)
  }
  const signer = crypto.generateKeyPair()
  switch (step) {
    case 'register':
      return send(registrationLetter(stage, bob, bob.registration({ version: BigInt(n + 1) })))
    case 'repeat': {
      const letter = registrationLetter(stage, bob, bob.registration())
      send(letter, 1e12)
      return send(letter, 1e12)
    }
    case 'goodbye':
      return send(registrationLetter(stage, bob, goodbye(bob, BigInt(n + 1))))
    case 'query':
      return send(await queryLetter(stage, signer, [bob.hashed]))
    case 'request':
      return send(requestLetter(stage, signer, [bob.entry(), bob.entry({ type: 9 })], newMessageId()))
    case 'duplicate':
      return send(requestLetter(stage, signer, [bob.entry()], new Uint8Array(32)))
    case 'wrong':
      return send(requestLetter(stage, signer, [bob.entry({ accessToken: '' })], newMessageId()))
    case 'noise':
      return stage.send(ownTopic(stage), crypto.randomBytes(300))
    case 'foreign':
      return stage.send(n, crypto.randomBytes(10))
    case 'type':
      return send(anyLetter(stage, signer, 3, Uint8Array.of(n)))
    case 'expired':
      return send(requestLetter(stage, signer, [bob.entry()], newMessageId()), 1e12)
  }
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0)

test('every envelope, entry and push is counted exactly once, whatever comes in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...steps), { maxLength: 30 }),
      fc.array(fc.nat(3), { minLength: 1 }),
      async (mix, verdicts) => {
        const stage = await createStage()
        const kinds = ['delivered', 'rejected', 'dead-token', 'retry'] as const
        let n = 0
        stage.delivery.answer = () => {
          const kind = kinds[verdicts[n++ % verdicts.length] ?? 0] ?? 'delivered'
          // Some day every push ends.
          return { kind: kind === 'retry' && n % 3 === 0 ? 'delivered' : kind, reason: 'as the test wants' }
        }
        let offered = 0
        stage.bus.join(() => {
          offered++
        })
        const bob = stage.person()
        try {
          for (const [i, step] of mix.entries()) await take(stage, step, i, bob)
          const midway = stage.ledger().envelopes
          assert.equal(midway.received, midway.open + sum(midway.outcomes))
          await stage.settled()
          await stage.drained()
          const { envelopes, entries, pushes, other } = stage.ledger()
          assert.equal(envelopes.open, 0)
          assert.equal(envelopes.received, sum(envelopes.outcomes))
          assert.equal(envelopes.received, offered - other['answers-published'])
          assert.equal(entries.accepted, sum(pushes))
          assert.equal(other['answers-lost'], 0)
        } finally {
          await stage.close()
        }
      },
    ),
    { numRuns: 60 },
  )
})

test(
  'of many senders at once each gets its own answers',
  onStage(async (stage) => {
    const people = Array.from({ length: 30 }, () => stage.person())
    const letters = people.flatMap((person) => [
      registrationLetter(stage, person, person.registration()),
      requestLetter(stage, person.keyPair, [person.entry()], newMessageId()),
    ])
    for (const { topic, payloads } of letters) for (const payload of payloads) stage.send(topic, payload)
    const messages = await stage.settled()
    for (const { keyPair } of people)
      assert.deepEqual(
        answersTo(stage, keyPair, messages).map(({ type }) => type),
        [17, 21],
      )
    await stage.drained()
    assert.equal(stage.ledger().pushes.delivered, 30)
    assert.deepEqual(await request(stage, [stage.person().entry()]), ['notRegistered'])
  }),
)

test('one peer’s flood holds up nobody but himself', async () => {
  const network = createPatchyTransport()
  await onStage(
    async (stage) => {
      network.viaOf = ({ payload }) => (payload.length === 100 ? 'flooder' : 'honest')
      for (let i = 0; i < 400; i++) stage.send(ownTopic(stage), stage.crypto.randomBytes(100))
      const people = Array.from({ length: 5 }, () => stage.person())
      for (const person of people) {
        const { topic, payloads } = registrationLetter(stage, person, person.registration())
        for (const payload of payloads) stage.send(topic, payload)
      }
      await stage.settled()
      const { outcomes } = stage.ledger().envelopes
      assert.equal(outcomes.registered, 5)
      assert.equal(outcomes.unopened + outcomes.overflow, 400)
      assert.ok(outcomes.overflow >= 300)
    },
    {
      env: { INTAKE_MESSAGES: '100', CATCH_UP_INTERVAL_SECONDS: '0' },
      plugins: { transport: [network.plugin] },
    },
  )()
})
