import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { memoryState, openAdvertisement } from '../../src/client/index.ts'
import { contentTopicOf, type KeyPair } from '../../src/ports/index.ts'
import {
  advertisementCodec,
  contactCodeTopic,
  hashedPublicKey,
  hex,
  messageTypes,
  openBox,
  type QueryInfo,
  sealEnvelope,
  sealProtocolMessage,
  sealSymmetric,
  topicNumber,
  verifyGrant,
} from '../../src/protocol/index.ts'
import { until } from '../support/stage.ts'
import { type Keeping, phone, rewritten, stateKinds, withKeeping } from './keeping.ts'

/** Whoever reads what is published on the receiver's contact-code topic. */
interface Reader {
  readonly key: Uint8Array
  readonly payloads: readonly Uint8Array[]
  open(payload: Uint8Array | undefined): QueryInfo[] | undefined
  newest(): QueryInfo[]
}

const readerOf = async ({ alice, receiver, stages }: Keeping): Promise<Reader> => {
  const { crypto } = alice.party
  const text = contactCodeTopic(receiver.publicKey)
  const contentTopic = contentTopicOf(topicNumber(crypto, text))
  const key = await crypto.deriveTopicKey(text)
  const payloads: Uint8Array[] = []
  stages[0].bus.join((message) => {
    if (message.contentTopic === contentTopic) payloads.push(message.payload)
  })
  const open: Reader['open'] = (payload) =>
    openAdvertisement(alice, receiver.publicKey, key, payload ?? new Uint8Array())
  return { key, payloads, open, newest: () => open(payloads.at(-1)) ?? [] }
}

const withReader = (run: (keeping: Keeping, reader: Reader) => Promise<void>) =>
  withKeeping(async (keeping) => run(keeping, await readerOf(keeping)))

const advertised = { advertiseEveryMs: 60_000 }

const serversOf = (infos: readonly QueryInfo[]): string[] =>
  infos.map(({ serverPublicKey }) => hex(serverPublicKey)).sort()

test(
  'after registering, each gateway is named with a grant that holds',
  withReader(async (keeping, { newest }) => {
    const { alice, receiver, stages, opened } = keeping
    const { crypto } = alice.party
    const registration = await opened(advertised)
    await until('both are named', () => newest().length === 2)
    assert.deepEqual(serversOf(newest()), stages.map(({ crypto: { identity } }) => hex(identity.compressed)).sort())
    const targets = await keeping.found()
    for (const info of newest()) {
      const { grant, accessToken, serverPublicKey: server } = info
      assert.ok(verifyGrant(crypto, { grant, owner: receiver.publicKey, server, accessToken }))
      assert.equal(accessToken, targets[0]?.accessToken)
      assert.deepEqual([info.installationId, info.version], [registration.installationId, 1n])
      assert.deepEqual(info.publicKey, hashedPublicKey(crypto, receiver.publicKey))
      assert.deepEqual(info.allowedKeyList, [])
    }
    assert.deepEqual(registration.infos(), newest())
  }),
)

test(
  'a gateway that does not have our data is not named',
  withReader(async ({ stages, open }, { newest, payloads }) => {
    await stages[1].stop()
    const registration = await open({ ...advertised, timeoutMs: 200 })
    assert.equal(await registration.advertise(), false)
    assert.equal(payloads.length, 0, 'there is nothing to tell')
    await registration.switchOn(phone)
    await until('the other one is named', () => newest().length === 1)
    assert.deepEqual(serversOf(newest()), [hex(stages[0].crypto.identity.compressed)])
  }),
)

test(
  'a change is told under its version, and nothing once pushes are off',
  withReader(async ({ opened }, { newest, payloads }) => {
    const registration = await opened(advertised)
    await registration.switchOn({ ...phone, deviceToken: 'cd' })
    await until('the second version', () => newest().length === 2 && newest().every(({ version }) => version === 2n))
    await registration.switchOff()
    await registration.settled()
    const before = payloads.length
    assert.equal(await registration.advertise(), false)
    assert.deepEqual([registration.infos(), payloads.length], [[], before])
  }),
)

test(
  'with contacts-only it holds the list and no token',
  withReader(async ({ bob, receiver, opened }, { newest }) => {
    const { crypto } = bob.party
    const friend = crypto.generateKeyPair()
    const registration = await opened(advertised)
    await registration.prefer({ contactsOnly: true, contacts: [friend.compressed] })
    await until('the list is there', () => newest().length === 2 && newest().every(({ version }) => version === 2n))
    const key = friend.sharedSecret(receiver.publicKey)
    assert.ok(key !== undefined)
    for (const { accessToken, allowedKeyList, grant, serverPublicKey: server } of newest()) {
      assert.deepEqual([accessToken, allowedKeyList.length], ['', 1])
      const token = new TextDecoder().decode(openBox(crypto, key, allowedKeyList[0] ?? new Uint8Array()))
      assert.ok(verifyGrant(crypto, { grant, owner: receiver.publicKey, server, accessToken: token }))
    }
  }),
)

test(
  'it is repeated for as long as the registration is open',
  withReader(async ({ opened }, { newest, payloads }) => {
    const registration = await opened({ advertiseEveryMs: 30 })
    await until('it is said again', () => payloads.length > 4)
    assert.equal(newest().length, 2)
    await registration.close()
    const before = payloads.length
    assert.equal(await registration.advertise(), false)
    assert.equal(payloads.length, before)
  }),
)

test(
  'a restart repeats it only when it is due',
  withReader(async ({ opened, open, store }, { newest, payloads }) => {
    const first = await opened(advertised)
    await until('both are named', () => newest().length === 2)
    await first.close()
    const before = payloads.length
    const second = await open(advertised)
    await second.settled()
    await second.close()
    assert.equal(payloads.length, before)
    const due = memoryState(await rewritten(store, { advertised: Date.now() - 70_000 }))
    await open({ ...advertised, store: due })
    await until('it is said again', () => payloads.length > before)
    assert.equal(newest().length, 2)
  }),
)

test(
  'what the network did not take is tried again',
  withReader(async ({ bob, receiver, open }, { newest }) => {
    const { crypto, transport } = bob.party
    const topic = topicNumber(crypto, contactCodeTopic(receiver.publicKey))
    const { publish } = transport
    let refused = 0
    transport.publish = (message, signal) =>
      message.topic === topic && refused++ < 3 ? Promise.reject(new Error('nobody there')) : publish(message, signal)
    const registration = await open(advertised)
    await registration.switchOn(phone)
    assert.deepEqual(stateKinds(await registration.settled()), ['registered', 'registered'])
    await until('it is there', () => newest().length === 2)
    assert.equal(await registration.advertise(), true)
  }),
)

test(
  'without a time there is none',
  withReader(async ({ opened }, { payloads }) => {
    const registration = await opened({ advertiseEveryMs: 0 })
    assert.equal(await registration.advertise(), false)
    assert.equal(payloads.length, 0)
    assert.equal(registration.infos().length, 2)
  }),
)

test(
  'its owner can be named by either form of the key',
  withReader(async ({ alice, receiver, opened }, { key, newest, payloads }) => {
    await opened(advertised)
    await until('both are named', () => newest().length === 2)
    const payload = payloads.at(-1) ?? new Uint8Array()
    assert.deepEqual(openAdvertisement(alice, receiver.compressed, key, payload), newest())
    assert.equal(openAdvertisement(alice, new Uint8Array(65), key, payload), undefined)
  }),
)

interface Forgery {
  readonly what: string
  readonly signer?: (keeping: Keeping) => KeyPair
  readonly type?: number
  readonly body?: (infos: QueryInfo[]) => Uint8Array
  readonly wrap?: (envelope: Uint8Array) => Uint8Array
  readonly expected: QueryInfo[] | undefined
}

const body = (pushNotificationInfo: QueryInfo[]): Uint8Array => advertisementCodec.encode({ pushNotificationInfo })

const forgeries: Forgery[] = [
  { what: 'of another signer', signer: ({ alice }) => alice.party.crypto.generateKeyPair(), expected: undefined },
  { what: 'of another type', type: messageTypes.queryResponse, expected: undefined },
  { what: 'with a body that is none', body: () => Uint8Array.of(10, 200, 1), expected: undefined },
  { what: 'outside a ProtocolMessage', wrap: (envelope) => envelope, expected: undefined },
  { what: 'that is garbage', wrap: () => Uint8Array.of(1, 2, 3), expected: undefined },
  { what: 'that is empty', wrap: () => new Uint8Array(), expected: undefined },
  {
    what: 'that speaks of another owner',
    body: (infos) => body(infos.map((info) => ({ ...info, publicKey: new Uint8Array(64).fill(7) }))),
    expected: [],
  },
  {
    what: 'that speaks of nobody',
    body: (infos) => body(infos.map((info) => ({ ...info, publicKey: new Uint8Array() }))),
    expected: [],
  },
]
for (const { what, signer, type, body: bodyOf = body, wrap = sealProtocolMessage, expected } of forgeries)
  test(
    `an advertisement ${what} tells nothing`,
    withReader(async (keeping, { key, open }) => {
      const { bob, receiver, stages } = keeping
      const { crypto } = bob.party
      const info: QueryInfo = {
        accessToken: randomUUID(),
        installationId: randomUUID(),
        publicKey: hashedPublicKey(crypto, receiver.publicKey) ?? new Uint8Array(),
        allowedKeyList: [],
        grant: new Uint8Array(65),
        version: 1n,
        serverPublicKey: stages[0].crypto.identity.compressed,
      }
      const seal = (by: KeyPair, content: Uint8Array, kind: number, inside: (envelope: Uint8Array) => Uint8Array) => {
        const envelope = sealEnvelope(crypto, { signer: by, type: kind, body: content })
        return sealSymmetric(crypto, { key, data: inside(envelope), signer: by })
      }
      const advertisement = messageTypes.contactCodeAdvertisement
      assert.deepEqual(open(seal(receiver, body([info]), advertisement, sealProtocolMessage)), [info], 'the true one')
      const forger = signer?.(keeping) ?? receiver
      assert.deepEqual(open(seal(forger, bodyOf([info]), type ?? advertisement, wrap)), expected)
    }),
  )

test(
  'what is no frame, or under another key, tells nothing',
  withReader(async ({ alice, receiver, opened }, { newest, open, payloads }) => {
    await opened(advertised)
    await until('both are named', () => newest().length === 2)
    const payload = payloads.at(-1) ?? new Uint8Array()
    assert.equal(openAdvertisement(alice, receiver.publicKey, new Uint8Array(32), payload), undefined)
    assert.equal(open(payload.subarray(1)), undefined)
    assert.equal(open(payload.map((byte, n) => (n === 40 ? byte ^ 1 : byte))), undefined)
    assert.equal(open(new Uint8Array()), undefined)
  }),
)
