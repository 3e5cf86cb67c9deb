import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { contentTopicOf, topicOf } from '../../src/ports/index.ts'
import {
  messageTypes,
  partitionedTopic,
  personalTopic,
  queryTopics,
  sealAsymmetric,
  sealBox,
  topicNumber,
  unhex,
} from '../../src/protocol/index.ts'
import { anyLetter, post, query, register, reportsOf, request } from '../support/correspondent.ts'
import type { Person } from '../support/person.ts'
import { createScriptedDelivery } from '../support/scripted.ts'
import { createStage, type Stage } from '../support/stage.ts'

interface Conversation {
  readonly keys: { readonly server: { readonly privateKey: string } }
  readonly messages: { readonly payload: string; readonly contentTopic: string; readonly openedWith?: string | null }[]
}
const conversation: Conversation = JSON.parse(
  readFileSync(new URL('../fixtures/vectors/conversation-contacts.json', import.meta.url), 'utf8'),
)
const recorded = conversation.messages.map(({ payload, contentTopic }) => ({
  payload: unhex(payload),
  topic: topicOf(contentTopic) ?? 0,
}))

/** What a protobuf field looks like on the wire. */
const field = (number: number, wireType: number, ...content: Uint8Array[]): Uint8Array =>
  Buffer.concat([varint((number << 3) | wireType), ...content])
const varint = (value: number): Uint8Array => {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest])
    bytes.push((rest % 128) | 128)
  }
}
const bytesField = (number: number, content: Uint8Array): Uint8Array =>
  field(number, 2, varint(content.length), content)
const times = (count: number, part: Uint8Array): Uint8Array => Buffer.concat(Array<Uint8Array>(count).fill(part))

let stage: Stage
let bob: Person
const rejections: unknown[] = []
const onRejection = (reason: unknown): void => void rejections.push(reason)

before(async () => {
  process.on('unhandledRejection', onRejection)
  process.on('uncaughtException', onRejection)
  stage = await createStage({ delivery: createScriptedDelivery(), env: { LOG_LEVEL: 'error' } })
  bob = stage.person()
  assert.equal(await register(stage, bob), 'success')
  assert.equal((await query(stage, [bob.hashed]))?.info.length, 1)
})

after(async () => {
  await stage.close()
  process.off('unhandledRejection', onRejection)
  process.off('uncaughtException', onRejection)
  assert.deepEqual(rejections, [])
})

const topics = (): number[] => {
  const { publicKey } = stage.crypto.identity
  const texts = [personalTopic(publicKey), partitionedTopic(publicKey), ...queryTopics(bob.hashed)]
  return texts.map((text) => topicNumber(stage.crypto, text))
}

/** The gateway has an outcome for everything, complains of nothing, and still does its work. */
const stillWell = async (): Promise<void> => {
  await stage.settled()
  const { received, open, outcomes } = stage.ledger().envelopes
  assert.equal(open, 0)
  assert.equal(
    received,
    Object.values(outcomes).reduce((a, b) => a + b, 0),
  )
  assert.equal(outcomes.failed, 0)
  assert.deepEqual(await request(stage, [bob.entry()]), ['success'])
  assert.equal((await query(stage, [bob.hashed]))?.info.length, 1)
  assert.deepEqual(stage.logged, [])
  assert.deepEqual(rejections, [])
}

const throwAt = async (payloads: Iterable<Uint8Array>, where: readonly number[] = topics()): Promise<void> => {
  for (const payload of payloads) for (const topic of where) stage.send(topic, payload)
  await stillWell()
}

test('random bytes of any length, on every topic', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 20 }), (payloads) => throwAt(payloads)),
    { numRuns: 20 },
  )
})

test('a recorded payload cut off at every length', async () => {
  const { payload } = recorded[0] ?? { payload: new Uint8Array() }
  await throwAt(
    Array.from({ length: payload.length }, (_, length) => payload.subarray(0, length)),
    topics().slice(0, 1),
  )
})

test('recorded payloads with bits flipped, at the gateway that they were meant for', async () => {
  const flips = fc.record({
    which: fc.nat(recorded.length - 1),
    at: fc.array(fc.nat(5_000), { minLength: 1, maxLength: 3 }),
  })
  const own = await createStage({ env: { LOG_LEVEL: 'error' } })
  await own.stop()
  await fc.assert(
    fc.asyncProperty(fc.array(flips, { maxLength: 20 }), async (changes) => {
      for (const { which, at } of changes) {
        const { payload, topic } = recorded[which] ?? { payload: new Uint8Array(), topic: 0 }
        const flipped = Uint8Array.from(payload)
        for (const bit of at) {
          const index = (bit >> 3) % flipped.length
          flipped[index] = (flipped[index] ?? 0) ^ (1 << (bit & 7))
        }
        for (const where of [topic, ...topics()]) stage.send(where, flipped)
      }
      await stillWell()
    }),
    { numRuns: 15 },
  )
  await own.close()
})

/** Encrypts to the gateway what stands in the place of a frame’s content. */
const sealed = (data: Uint8Array): Uint8Array =>
  sealAsymmetric(stage.crypto, { to: stage.crypto.identity.publicKey, data, signer: bob.keyPair })

test('well encrypted contents of random bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (contents) =>
      throwAt(contents.map(sealed), topics().slice(0, 2)),
    ),
    { numRuns: 15 },
  )
})

const types = [messageTypes.registration, messageTypes.query, messageTypes.request] as const

test('well signed envelopes of random bodies', async () => {
  const envelope = fc.record({ type: fc.constantFrom(...types), body: fc.uint8Array({ maxLength: 300 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(envelope, { maxLength: 10 }), async (envelopes) => {
      for (const { type, body } of envelopes) await post(stage, anyLetter(stage, bob.keyPair, type, body))
      await stillWell()
    }),
    { numRuns: 15 },
  )
})

test('contents of random protobuf fields, in every message', async () => {
  const content = fc.oneof(
    fc.nat().map(varint),
    fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.concat([varint(bytes.length), bytes])),
    fc.nat(1 << 30).map((length) => Buffer.concat([varint(length), Uint8Array.of(1, 2, 3)])),
    fc.uint8Array({ minLength: 8, maxLength: 8 }),
  )
  const fields = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 0, max: 7 }), content), { maxLength: 12 })
    .map((parts) => Buffer.concat(parts.map(([number, wireType, bytes]) => field(number, wireType, bytes))))
  const key = bob.keyPair.sharedSecret(stage.crypto.identity.publicKey) ?? new Uint8Array(32)
  await fc.assert(
    fc.asyncProperty(fc.array(fields, { maxLength: 8 }), async (bodies) => {
      for (const body of bodies) {
        await post(stage, anyLetter(stage, bob.keyPair, messageTypes.registration, sealBox(stage.crypto, key, body)))
        for (const type of types) await post(stage, anyLetter(stage, bob.keyPair, type, body))
        stage.send(topics()[0] ?? 0, sealed(body))
      }
      await stillWell()
    }),
    { numRuns: 12 },
  )
})

const manyEntries = 100_000
const bombs: { what: string; type: number; body: () => Uint8Array }[] = [
  {
    what: '100,000 keys of no bytes in a query',
    type: messageTypes.query,
    body: () => times(manyEntries, bytesField(1, new Uint8Array())),
  },
  {
    what: '100,000 keys of 8 bytes in a query',
    type: messageTypes.query,
    body: () => times(manyEntries, bytesField(1, new Uint8Array(7))),
  },
  {
    what: '15,000 different keys in a query',
    type: messageTypes.query,
    body: () =>
      Buffer.concat(
        Array.from({ length: 15_000 }, (_, i) =>
          bytesField(1, Buffer.concat([new Uint8Array(60), Uint8Array.of(0, 0, i >> 8, i)])),
        ),
      ),
  },
  {
    what: '100,000 empty entries in a request',
    type: messageTypes.request,
    body: () => times(manyEntries, bytesField(1, new Uint8Array())),
  },
  {
    what: '100,000 entries for nobody in a request',
    type: messageTypes.request,
    body: () =>
      Buffer.concat([times(manyEntries, bytesField(1, field(6, 0, varint(1)))), bytesField(2, new Uint8Array(32))]),
  },
  {
    what: '10,000 entries for one device in a request',
    type: messageTypes.request,
    body: () => {
      const entry = Buffer.concat([bytesField(3, bob.hashed), field(6, 0, varint(1))])
      return Buffer.concat([times(10_000, bytesField(1, entry)), bytesField(2, new Uint8Array(32))])
    },
  },
  { what: 'a deep nest of groups', type: messageTypes.request, body: () => times(500_000, Uint8Array.of(0x1b)) },
  {
    what: 'a deep nest of messages',
    type: messageTypes.request,
    body: () => times(250_000, Uint8Array.of(0x0a, 0x7f)),
  },
  {
    what: 'a length of 2 GiB',
    type: messageTypes.request,
    body: () => Buffer.concat([Uint8Array.of(0x0a), varint(2 ** 31)]),
  },
  { what: 'a varint without an end', type: messageTypes.query, body: () => new Uint8Array(900_000).fill(0xff) },
]

for (const { what, type, body } of bombs)
  test(`a protobuf bomb: ${what}`, async () => {
    await post(stage, anyLetter(stage, bob.keyPair, type, body()))
    await stillWell()
  })

const lists = [7, 8, 14, 15]
for (const number of lists)
  test(`a protobuf bomb: 100,000 entries in list ${number} of a registration`, async () => {
    const key = bob.keyPair.sharedSecret(stage.crypto.identity.publicKey) ?? new Uint8Array(32)
    const body = sealBox(stage.crypto, key, times(manyEntries, bytesField(number, Uint8Array.of(1, 2, 3))))
    await post(stage, anyLetter(stage, bob.keyPair, messageTypes.registration, body))
    await stillWell()
  })

test('a registration with 20,000 entries in every list is used like any other', async () => {
  const carol = stage.person()
  const list = Array.from({ length: 20_000 }, (_, i) => Uint8Array.of(i, i >> 8, 1, 2, 3, 4, 5, 6))
  const lists = { blockedChatList: list, mutedChatList: list, allowedMentionsChatList: list }
  assert.equal(await register(stage, carol, carol.registration(lists)), 'success')
  assert.deepEqual(await request(stage, [carol.entry()]), ['success'])
  await stillWell()
})

test('a megabyte of anything', async () => {
  const megabyte = 1024 * 1024 - 4_000
  await throwAt([stage.crypto.randomBytes(megabyte), new Uint8Array(megabyte), new Uint8Array(megabyte).fill(4)])
  await throwAt([sealed(new Uint8Array(megabyte - 1_000).fill(0x0a))], topics().slice(0, 1))
})

test('entries whose keys and installations are of any length', async () => {
  const signer = stage.crypto.generateKeyPair()
  const strange = [
    bob.entry({ publicKey: new Uint8Array() }),
    bob.entry({ publicKey: new Uint8Array(100_000) }),
    bob.entry({ installationId: '' }),
    bob.entry({ installationId: 'x'.repeat(100_000) }),
    bob.entry({ installationId: '\0' }),
    bob.entry({ installationId: '\u{10ffff}’; DROP TABLE' }),
    bob.entry({ accessToken: 'x'.repeat(100_000) }),
    bob.entry({ type: -1 }),
    bob.entry({ type: 2 ** 31 - 1 }),
  ]
  const reports = await request(stage, strange, { signer })
  assert.deepEqual(reports, [...Array<string>(6).fill('notRegistered'), 'wrongToken'])
  assert.equal(reportsOf(stage, signer, []), 'silence')
  await stillWell()
})

interface SegmentLie {
  readonly hash: Uint8Array
  readonly index?: number
  readonly count?: number
  readonly payload?: Uint8Array
  readonly parityIndex?: number
  readonly parityCount?: number
}

const segment = ({
  hash,
  index = 0,
  count = 0,
  payload = Uint8Array.of(1),
  parityIndex = 0,
  parityCount = 0,
}: SegmentLie) =>
  Buffer.concat([
    bytesField(1, hash),
    field(2, 0, varint(index)),
    field(3, 0, varint(count)),
    bytesField(4, payload),
    field(5, 0, varint(parityIndex)),
    field(6, 0, varint(parityCount)),
  ])

test('segments whose numbers lie', async () => {
  const number = fc.constantFrom(0, 1, 2, 3, 255, 256, 257, 65_536, 2 ** 31 - 1, 2 ** 32 - 1)
  const lie = fc.record({
    hash: fc.nat(2).map((n) => new Uint8Array(32).fill(n)),
    index: number,
    count: number,
    parityIndex: number,
    parityCount: number,
    payload: fc.uint8Array({ maxLength: 20 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(lie, { maxLength: 20 }), (lies) =>
      throwAt(
        lies.map((one) => sealed(segment(one))),
        topics().slice(0, 1),
      ),
    ),
    { numRuns: 15 },
  )
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

test('messages that are never completed take bounded memory', async () => {
  const heldMb = (): number => {
    // Twice: the buffers of what the first one finds are freed by the second.
    collectGarbage()
    collectGarbage()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return (heapUsed + arrayBuffers) / 2 ** 20
  }
  await stage.settled()
  const before = heldMb()
  const payload = new Uint8Array(900_000)
  const [topic = 0] = topics()
  const count = 120
  for (let i = 0; i < count; i++) {
    const data = segment({ hash: stage.crypto.randomBytes(32), count: 3, payload })
    const letter = sealAsymmetric(stage.crypto, { to: stage.crypto.identity.publicKey, data })
    // Ephemeral, so that the bus does not keep it.
    stage.carry({
      payload: letter,
      contentTopic: contentTopicOf(topic),
      version: 1,
      timestamp: BigInt(i),
      ephemeral: true,
    })
    await stage.settled()
  }
  assert.ok(stage.ledger().envelopes.outcomes['segment-kept'] >= count)
  const grown = heldMb() - before
  assert.ok(grown < 80, `${Math.round(grown)} MiB of ${Math.round((count * payload.length) / 2 ** 20)} MiB are held`)
  await stillWell()
})
