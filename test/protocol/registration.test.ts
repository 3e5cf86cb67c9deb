import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Crypto, KeyPair } from '../../src/ports/index.ts'
import {
  concat,
  decideRegistration,
  hashedPublicKey,
  hex,
  makeGrant,
  openBox,
  openEnvelope,
  type RegistrationDecision,
  type RegistrationMessage,
  registrationCodec,
  registrationErrors,
  requestIdOf,
  sealBox,
  sealRegistration,
  unhex,
  verifyGrant,
} from '../../src/protocol/index.ts'
import {
  accessToken,
  casesOf,
  client,
  cryptoOf,
  messageOf,
  pairOf,
  present,
  registrationOf,
  type StoredJson,
  server,
} from './support.ts'

interface RegistrationCase {
  readonly note: string
  readonly serverPrivateKey: string
  readonly senderPrivateKey: string
  readonly storedVersion?: string
  readonly sharedKey?: string
  readonly registration?: StoredJson
  readonly plaintext?: string
  readonly encrypted: string
  readonly envelope: string
  readonly requestId: string
  readonly expect: string
}

const errorNames = new Map<number, string>([
  [registrationErrors.malformedMessage, 'MALFORMED_MESSAGE'],
  [registrationErrors.unsupportedTokenType, 'UNSUPPORTED_TOKEN_TYPE'],
])
const supports = (tokenType: number): boolean => tokenType === 1 || tokenType === 2

/** What the gateway answers with a store that holds at most one record, of other content. */
const answerOf = (decision: RegistrationDecision, stored: bigint | undefined): string => {
  if (decision.kind === 'discard') return 'no answer'
  if (decision.kind === 'refuse') return errorNames.get(decision.error) ?? 'another error'
  const version = decision.kind === 'register' ? decision.message.version : decision.version
  return stored === undefined || version > stored ? 'success' : 'VERSION_MISMATCH'
}

describe('recorded registrations', () => {
  for (const vector of casesOf<RegistrationCase[]>('registrations.json')) {
    const crypto = cryptoOf(vector.serverPrivateKey)
    const sender = pairOf(vector.senderPrivateKey)

    test(`${vector.note}: ${vector.expect}`, () => {
      const envelope = present(openEnvelope(crypto, unhex(vector.envelope)))
      assert.deepEqual(envelope.sender, sender.publicKey)
      assert.equal(hex(envelope.body), vector.encrypted)
      const decision = decideRegistration(crypto, { sender: envelope.sender, body: envelope.body, supports })
      const stored = vector.storedVersion === undefined ? undefined : BigInt(vector.storedVersion)
      assert.equal(answerOf(decision, stored), vector.expect)
      assert.equal(hex(requestIdOf(crypto, envelope.body)), vector.requestId)
      if (decision.kind !== 'discard') assert.equal(hex(decision.requestId), vector.requestId)
    })

    const { registration, plaintext } = vector
    if (registration === undefined || plaintext === undefined) continue
    test(`${vector.note}: the content decodes to the recorded fields`, () => {
      assert.deepEqual(registrationCodec.decode(unhex(plaintext)), messageOf(registration))
    })
  }
})

describe('boxes', () => {
  const key = new Uint8Array(32).fill(1)

  test('what was sealed opens', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => assert.deepEqual(openBox(server, key, sealBox(server, key, data)), data)),
    )
  })

  test('nothing opens when it is cut off or changed anywhere', () => {
    const box = sealBox(server, key, new Uint8Array(9))
    for (let index = 0; index < box.length; index++) {
      assert.equal(openBox(server, key, box.subarray(0, index)), undefined)
      assert.equal(openBox(server, key, box.with(index, (box[index] ?? 0) ^ 0x80)), undefined)
    }
  })
})

describe('grants', () => {
  const { compressed } = server.identity
  const grant = makeGrant(server, client, compressed, accessToken)
  const claim = { grant, owner: client.publicKey, server: compressed, accessToken }
  const other = server.generateKeyPair()
  const v = grant[64] ?? 0

  const rows: readonly (readonly [string, Parameters<typeof verifyGrant>[1], boolean])[] = [
    ['as it was made', claim, true],
    ['with the owner compressed', { ...claim, owner: client.compressed }, true],
    ['of another owner', { ...claim, owner: other.publicKey }, false],
    ['for another server', { ...claim, server: other.compressed }, false],
    ['for another token', { ...claim, accessToken: accessToken.toUpperCase() }, false],
    ['with 27 or 28 at the end', { ...claim, grant: grant.with(64, v + 27) }, false],
    ['with the other last byte', { ...claim, grant: grant.with(64, 1 - v) }, false],
    ['cut off', { ...claim, grant: grant.subarray(0, 64) }, false],
    ['too long', { ...claim, grant: concat(grant, Uint8Array.of(0)) }, false],
    ['empty', { ...claim, grant: new Uint8Array(0) }, false],
    ['of an owner that is no key', { ...claim, owner: new Uint8Array(65) }, false],
  ]
  for (const [what, row, expected] of rows) {
    test(`a grant ${what} ${expected ? 'holds' : 'does not hold'}`, () =>
      assert.equal(verifyGrant(server, row), expected))
  }
})

describe('rules of registration', () => {
  const decide = (body: Uint8Array, from: KeyPair = client, crypto: Crypto = server): RegistrationDecision =>
    decideRegistration(crypto, { sender: from.publicKey, body, supports })
  const decideMessage = (changes: Partial<RegistrationMessage>): RegistrationDecision =>
    decide(sealRegistration(server, client, server.identity.publicKey, registrationOf(changes)))

  const noUuid = '8a3a4c0e7e6b4c599c5f6b7a1f0f2d22'
  const empty = new Uint8Array(0)
  const malformed = registrationErrors.malformedMessage
  const unsupported = registrationErrors.unsupportedTokenType
  const rows: readonly (readonly [string, Partial<RegistrationMessage>, 'register' | 'unregister' | number])[] = [
    ['nothing wrong', {}, 'register'],
    ['Firebase without a topic', { tokenType: 2, apnTopic: '' }, 'register'],
    ['disabled', { enabled: false }, 'register'],
    ['the highest version', { version: 2n ** 64n - 1n }, 'register'],
    ['an installation in capitals', { installationId: registrationOf().installationId.toUpperCase() }, 'register'],
    ['an access token in capitals', { accessToken: accessToken.toUpperCase() }, 'register'],
    ['no installation', { installationId: '' }, malformed],
    ['an installation that is no UUID', { installationId: noUuid }, malformed],
    ['version 0', { version: 0n }, malformed],
    ['no access token', { accessToken: '' }, malformed],
    ['an access token that is no UUID', { accessToken: noUuid }, malformed],
    ['no device token', { deviceToken: '' }, malformed],
    ['no grant', { grant: empty }, malformed],
    ['a grant of 64 bytes', { grant: registrationOf().grant.subarray(0, 64) }, malformed],
    [
      'a grant for another token',
      { accessToken: '1d6c7f9a-3c35-4d0b-8f43-3c4d6a0f1b11', grant: registrationOf().grant },
      malformed,
    ],
    ['a grant for another server', { grant: makeGrant(server, client, client.compressed, accessToken) }, malformed],
    [
      'a grant by another key',
      { grant: makeGrant(server, server.identity, server.identity.compressed, accessToken) },
      malformed,
    ],
    ['an APN token without a topic', { apnTopic: '' }, malformed],
    ['token type 0', { tokenType: 0 }, unsupported],
    ['token type 99', { tokenType: 99 }, unsupported],
    ['token type 99 and a fault besides', { tokenType: 99, deviceToken: '' }, malformed],
    ['unregistering', { unregister: true }, 'unregister'],
    [
      'unregistering with nothing else',
      { unregister: true, tokenType: 0, deviceToken: '', accessToken: '', apnTopic: '', grant: empty },
      'unregister',
    ],
    ['unregistering with token type 99', { unregister: true, tokenType: 99 }, 'unregister'],
    ['unregistering with version 0', { unregister: true, version: 0n }, malformed],
    ['unregistering no installation', { unregister: true, installationId: '' }, malformed],
  ]
  for (const [what, changes, expected] of rows) {
    test(`${what}: ${typeof expected === 'number' ? errorNames.get(expected) : expected}`, () => {
      const decision = decideMessage(changes)
      assert.equal(decision.kind === 'refuse' ? decision.error : decision.kind, expected)
    })
  }

  test('a token type that no backend serves is refused', () => {
    const body = sealRegistration(server, client, server.identity.publicKey, registrationOf())
    const decision = decideRegistration(server, { sender: client.publicKey, body, supports: () => false })
    assert.deepEqual(decision, { kind: 'refuse', error: unsupported, requestId: server.shake256(body) })
  })

  test('what is registered carries all that storing and answering needs', () => {
    const message = registrationOf({ installationId: registrationOf().installationId.toUpperCase() })
    const body = sealRegistration(server, client, server.identity.compressed, message)
    const content = registrationCodec.encode(message)
    assert.deepEqual(decide(body), {
      kind: 'register',
      message,
      content,
      digest: server.sha256(content),
      requestId: server.shake256(body),
      owner: hashedPublicKey(server, client.publicKey),
      installation: registrationOf().installationId,
    })
  })

  test('the same content in a fresh encryption has the same digest and another request id', () => {
    const [a, b] = [decideMessage({}), decideMessage({})]
    assert.ok(a.kind === 'register' && b.kind === 'register')
    assert.deepEqual(a.digest, b.digest)
    assert.notDeepEqual(a.requestId, b.requestId)
  })

  const boxOf = (content: Uint8Array): Uint8Array =>
    sealBox(server, present(client.sharedSecret(server.identity.publicKey)), content)
  for (const [what, content] of [
    ['no protobuf', Uint8Array.of(0xff, 0xff)],
    ['a text that is no UTF-8', concat(registrationCodec.encode(registrationOf()), Uint8Array.of(0x12, 1, 0xff))],
    ['nothing', empty],
  ] as const) {
    test(`a box that holds ${what} is malformed`, () => {
      const decision = decide(boxOf(content))
      assert.equal(decision.kind === 'refuse' && decision.error, malformed)
    })
  }

  test('what was sealed by or for somebody else is discarded', () => {
    const other = server.generateKeyPair()
    const body = sealRegistration(server, client, server.identity.publicKey, registrationOf())
    assert.deepEqual(decide(body, other), { kind: 'discard' })
    assert.deepEqual(decide(sealRegistration(server, client, other.publicKey, registrationOf())), { kind: 'discard' })
    assert.deepEqual(decideRegistration(server, { sender: new Uint8Array(65), body, supports }), { kind: 'discard' })
  })

  test('bodies of random bytes are discarded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => assert.equal(decide(body).kind, 'discard')),
      { numRuns: 40 },
    )
  })

  test('random content in a good box is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (content) => assert.equal(decide(boxOf(content)).kind, 'refuse')),
      { numRuns: 40 },
    )
  })

  test('a server that is no key is a mistake of the caller', () => {
    assert.throws(() => sealRegistration(server, client, new Uint8Array(33), registrationOf()), RangeError)
  })
})
