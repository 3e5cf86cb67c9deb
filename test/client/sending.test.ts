import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  createRegistration,
  createSendingClient,
  memoryState,
  type Registration,
  type SendingClient,
  type SendingOptions,
  type SendResult,
} from '../../src/client/index.ts'
import { createKnownTargets } from '../../src/client/known-targets.ts'
import type { Target } from '../../src/client/targets.ts'
import { contentTopicOf } from '../../src/ports/index.ts'
import {
  advertisementCodec,
  contactCodeTopic,
  hashedPublicKey,
  makeGrant,
  messageTypes,
  type QueryInfo,
  queryTopic,
  sealEnvelope,
  sealProtocolMessage,
  sealSymmetric,
  topicNumber,
} from '../../src/protocol/index.ts'
import { wakeOf } from '../support/cast.ts'
import { handed } from '../support/pair.ts'
import { createClock, until } from '../support/stage.ts'
import { type Keeping, lively, phone, withKeeping } from './keeping.ts'
import { hearing } from './patient.ts'

interface Sending extends Keeping {
  readonly client: SendingClient
  /** How often the network was asked who can wake the receiver. */
  queries(): number
  /** Advertisements that were published. */
  readonly advertisements: readonly Uint8Array[]
  /** Sends once; the kinds of its results. */
  sent(options?: Parameters<SendingClient['send']>[2]): Promise<SendResult['kind'][]>
  /** Pushes that were handed over. */
  pushes(): number
  /** Follows, and resolves when what was published before is read. */
  followed(options?: Parameters<SendingClient['follow']>[1]): Promise<() => void>
}

const limits = { timeoutMs: 2_000, lingerMs: 2_000, retries: 1, retryBaseMs: 10 }

const withSending = (run: (sending: Sending) => Promise<void>, options: SendingOptions = {}, answers = 2) =>
  withKeeping(async (keeping) => {
    const { alice, receiver, stages } = keeping
    const { crypto } = alice.party
    const queryContent = contentTopicOf(
      topicNumber(crypto, queryTopic(hashedPublicKey(crypto, receiver.publicKey) ?? new Uint8Array())),
    )
    const codeContent = contentTopicOf(topicNumber(crypto, contactCodeTopic(receiver.publicKey)))
    const advertisements: Uint8Array[] = []
    let queries = 0
    stages[0].bus.join(({ contentTopic, payload }) => {
      if (contentTopic === queryContent) queries++
      if (contentTopic === codeContent) advertisements.push(payload)
    })
    let caughtUp: Promise<unknown> = Promise.resolve()
    const follow: typeof alice.follow = (...args) => {
      const following = alice.follow(...args)
      caughtUp = following.caughtUp
      return following
    }
    const client = createSendingClient({ ...hearing(alice, answers), follow }, { ...limits, ...options })
    await run({
      ...keeping,
      client,
      queries: () => queries,
      advertisements,
      sent: async (how) => (await client.send(receiver.publicKey, wakeOf(alice), how)).map(({ kind }) => kind),
      pushes: () => handed(keeping).reduce((sum, n) => sum + n, 0),
      followed: async (how) => {
        const stop = client.follow(receiver.publicKey, how)
        await caughtUp
        // The client derives this key as well, and began before: twice takes longer than once.
        for (let n = 0; n < 2; n++) await crypto.deriveTopicKey(contactCodeTopic(receiver.publicKey))
        return stop
      },
    })
  })

const advertised = { advertiseEveryMs: 60_000 }

/** A registration whose advertisement names both gateways. */
const openAdvertised = async ({ opened, advertisements }: Sending, changes: object = {}) => {
  const registration = await opened({ ...advertised, ...changes })
  const before = advertisements.length
  assert.ok(await registration.advertise())
  await until('it is advertised', () => advertisements.length > before)
  return registration
}

test(
  'a device is woken once, and who was asked for is known for the next message',
  withSending(async ({ opened, sent, queries, pushes, stages }) => {
    await opened()
    assert.deepEqual(await sent(), ['accepted'])
    assert.deepEqual(await sent(), ['accepted'])
    for (const stage of stages) await stage.drained()
    assert.deepEqual([queries(), pushes()], [1, 2])
  }),
)

test(
  'each device has a result under its installation id',
  withSending(async (sending) => {
    const { bob, client, opened, receiver, stages } = sending
    const first = await opened()
    const gateways = stages.map(({ crypto }) => crypto.identity.compressed)
    const second = await createRegistration(bob, { keyPair: receiver, store: memoryState(), gateways, ...lively })
    await second.switchOn({ ...phone, deviceToken: 'cd' })
    await second.settled()
    const results = await client.send(receiver.compressed, wakeOf(sending.alice))
    assert.deepEqual(
      results.map(({ installationId, kind }) => `${installationId} ${kind}`).sort(),
      [first, second].map(({ installationId }) => `${installationId} accepted`).sort(),
    )
    await second.close()
  }),
)

const clock = createClock()
test(
  'what is a day old is asked for again',
  withSending(
    async ({ opened, sent, queries }) => {
      await opened()
      await sent()
      clock.advance(24 * 3_600_000 - 1)
      await sent()
      assert.equal(queries(), 1)
      clock.advance(1)
      assert.deepEqual(await sent(), ['accepted'])
      assert.equal(queries(), 2)
    },
    { now: clock.now },
  ),
)

/** Told once more, and read. */
const tell = async ({ alice, advertisements }: Sending, registration: Registration): Promise<void> => {
  await registration.settled()
  const before = advertisements.length
  assert.ok(await registration.advertise())
  await until('it is told', () => advertisements.length > before)
  await alice.party.crypto.deriveTopicKey('a moment for whoever listens')
}

test(
  'whoever follows a person’s advertisements needs not ask: what was said before is read as well',
  withSending(async (sending) => {
    const { sent, queries, followed, pushes, stages } = sending
    await openAdvertised(sending)
    const stop = await followed()
    assert.deepEqual(await sent(), ['accepted'])
    for (const stage of stages) await stage.drained()
    assert.deepEqual([queries(), pushes()], [0, 1])
    stop()
  }),
)

test(
  'a new token is learnt from the advertisement, also from a list for contacts, without a word to anybody',
  withSending(async (sending) => {
    const { alice, sent, queries, followed } = sending
    const contact = alice.party.crypto.identity
    const registration = await openAdvertised(sending)
    const stop = await followed({ contact })
    assert.deepEqual(await sent(), ['accepted'])
    await registration.prefer({ contactsOnly: true, contacts: [contact.compressed] })
    await tell(sending, registration)
    assert.deepEqual(await sent(), ['accepted'])
    assert.equal(queries(), 0)
    stop()
    await registration.prefer({ contactsOnly: false, contacts: [] })
    await tell(sending, registration)
    assert.deepEqual(await sent(), ['accepted'])
    assert.equal(queries(), 1, 'after stopping it is asked for')
  }),
)

test(
  'after following is stopped nothing is listened to',
  withSending(async (sending) => {
    const { alice, client, receiver } = sending
    const topics = () => alice.party.transport.stats()['topics']
    const [first, second] = [client.follow(receiver.publicKey), client.follow(receiver.compressed)]
    assert.equal(topics(), 1)
    first()
    first()
    assert.equal(topics(), 1)
    second()
    assert.equal(topics(), 0)
    assert.throws(() => client.follow(new Uint8Array(33)), RangeError)
  }),
)

test(
  'where nobody tells what was missed, it is asked for once',
  withSending(async (sending) => {
    const { alice, client, receiver, sent, queries, advertisements } = sending
    alice.party.transport.history = async function* () {
      yield* []
      throw new Error('there is no store node')
    }
    const stop = client.follow(receiver.publicKey)
    await openAdvertised(sending)
    assert.ok(advertisements.length > 0)
    for (let i = 0; i < 2; i++) assert.deepEqual(await sent(), ['accepted'])
    assert.equal(queries(), 1)
    stop()
  }),
)

test(
  'advertisements that are forged, or name a gateway without its grant, are worth nothing; old ones bring nothing back',
  withSending(async (sending) => {
    const { bob, receiver, stages, sent, queries, advertisements, followed } = sending
    const { crypto } = bob.party
    const text = contactCodeTopic(receiver.publicKey)
    const [key, topic] = [await crypto.deriveTopicKey(text), topicNumber(crypto, text)]
    const registration = await openAdvertised(sending)
    const [old] = advertisements.slice(-1)
    assert.ok(old !== undefined)
    await registration.switchOn({ ...phone, deviceToken: 'cd' })
    await registration.settled()
    await registration.advertise()
    const stop = await followed()
    assert.deepEqual(await sent(), ['accepted'])

    const infos = registration.infos().map((info) => ({ ...info, version: 9n, accessToken: randomUUID() }))
    const foreign = stages[0].crypto.identity
    const granted = (info: QueryInfo): QueryInfo => ({
      ...info,
      grant: makeGrant(crypto, receiver, crypto.generateKeyPair().compressed, info.accessToken),
    })
    const forged: [typeof receiver, QueryInfo[]][] = [
      [crypto.generateKeyPair(), infos],
      [receiver, infos],
      [receiver, infos.map(granted)],
      [receiver, infos.map((info) => ({ ...granted(info), serverPublicKey: new Uint8Array() }))],
      [foreign, infos],
    ]
    const before = advertisements.length
    for (const [signer, pushNotificationInfo] of forged) {
      const body = advertisementCodec.encode({ pushNotificationInfo })
      const envelope = sealEnvelope(crypto, { signer, type: messageTypes.contactCodeAdvertisement, body })
      stages[0].send(topic, sealSymmetric(crypto, { key, data: sealProtocolMessage(envelope), signer }))
    }
    stages[0].send(topic, old)
    await until('all are there', () => advertisements.length > before + forged.length)
    await nextTurn()
    assert.deepEqual(await sent(), ['accepted'])
    assert.equal(queries(), 0)
    stop()
  }),
)

test(
  'a device that is gone is told of, and asked for again',
  withSending(async ({ opened, sent, queries }) => {
    const registration = await opened()
    await sent()
    await registration.switchOff()
    await registration.settled()
    assert.deepEqual(await sent(), ['notRegistered'])
    assert.deepEqual(await sent(), [], 'nobody knows any')
    await registration.switchOn(phone)
    await registration.settled()
    const before = queries()
    assert.deepEqual(await sent(), ['accepted'])
    assert.equal(queries(), before + 1)
  }),
)

test(
  'a device that moved to another gateway is found there by the same message',
  withSending(
    async ({ stages, opened, sent, pushes }) => {
      const [first, second] = stages.map(({ crypto }) => crypto.identity.compressed)
      assert.ok(first !== undefined && second !== undefined)
      const registration = await opened({ gateways: [first] })
      assert.deepEqual(await sent(), ['accepted'])
      await registration.useGateways([second])
      await registration.settled()
      assert.deepEqual(await sent(), ['accepted'])
      for (const stage of stages) await stage.drained()
      assert.equal(pushes(), 2)
    },
    {},
    1,
  ),
)

test(
  'a token that was replaced is asked for again; where nobody tells it, it is wrong',
  withSending(async ({ alice, opened, sent }) => {
    const contact = alice.party.crypto.identity
    const registration = await opened()
    await sent()
    await registration.prefer({ contactsOnly: true, contacts: [contact.compressed] })
    await registration.settled()
    assert.deepEqual(await sent({ contact }), ['accepted'])
    await registration.prefer({ contacts: [] })
    await registration.settled()
    assert.deepEqual(await sent({ contact }), ['wrongToken'])
  }),
)

test(
  'gateways that cannot keep the push have failed, silent ones are unreachable',
  withSending(async ({ opened, sent, storages, stages, pushes }) => {
    await opened()
    for (const storage of storages) storage.failing.add('outbox.accept')
    assert.deepEqual(await sent(), ['failed'])
    for (const storage of storages) storage.failing.clear()
    assert.deepEqual(await sent(), ['accepted'])
    for (const stage of stages) await stage.stop()
    assert.deepEqual(await sent(), ['unreachable'])
    assert.deepEqual(await sent(), [])
    assert.equal(pushes(), 1)
  }),
)

test(
  'sending ends on abort, with the reason',
  withSending(async ({ opened, sent, stages }) => {
    await opened()
    await sent()
    for (const stage of stages) await stage.stop()
    const controller = new AbortController()
    const sending = sent({ signal: controller.signal })
    controller.abort(new Error('enough'))
    await assert.rejects(sending, /enough/)
  }),
)

const target = (changes: Partial<Target> = {}): Target => ({
  installationId: 'phone',
  accessToken: 'token',
  gateway: Uint8Array.of(1),
  publicKey: Uint8Array.of(2),
  version: 1n,
  ...changes,
})

const knowing = (most = 10) => createKnownTargets({ rememberMs: 100, most, now: () => 0 })

test('of a device only the highest version is kept, of other devices all', () => {
  const known = knowing()
  const [tablet, phoneElsewhere] = [target({ installationId: 'tablet' }), target({ gateway: Uint8Array.of(3) })]
  known.replace('bob', [target(), phoneElsewhere, tablet])
  known.learn('bob', [target({ version: 2n })])
  assert.deepEqual(known.fresh('bob'), [tablet, target({ version: 2n })])
  known.learn('bob', [target(), phoneElsewhere])
  assert.deepEqual(known.fresh('bob'), [tablet, target({ version: 2n })])
  known.learn('bob', [{ ...phoneElsewhere, version: 2n }])
  assert.equal(known.fresh('bob')?.length, 3)
})

test('advertisements alone are all there is to know only if none was missed', () => {
  const known = knowing()
  known.learn('bob', [target()])
  assert.equal(known.fresh('bob'), undefined)
  known.complete('bob')
  assert.deepEqual(known.fresh('bob'), [target()])
  known.complete('alice')
  assert.equal(known.fresh('alice'), undefined)
  known.forget('bob')
  assert.equal(known.fresh('bob'), undefined)
})

test('what is known is bounded, by people and by the devices of each', () => {
  const known = knowing(2)
  for (const name of ['a', 'b', 'c']) known.replace(name, [target()])
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => known.fresh(name)?.length),
    [undefined, 1, 1],
  )
  for (let n = 0; n < 200; n++) known.learn('c', [target({ installationId: String(n) })])
  assert.equal(known.fresh('c')?.length, 64)
})
