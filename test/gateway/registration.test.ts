import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hex, messageTypes, queryTopics, sealBox, topicNumber } from '../../src/protocol/index.ts'
import {
  answersTo,
  anyLetter,
  post,
  query,
  readRegistration,
  register,
  registrationLetter,
  request,
} from '../support/correspondent.ts'
import { goodbye } from '../support/person.ts'
import { createScriptedDelivery, createScriptedStorage } from '../support/scripted.ts'
import { onStage } from '../support/stage.ts'

test(
  'a registration on the personal topic is answered with success and found by a query',
  onStage(async (stage) => {
    const bob = stage.person()
    assert.equal(await register(stage, bob), 'success')
    const answer = await query(stage, [bob.hashed])
    assert.deepEqual(
      answer?.info.map(({ accessToken, installationId }) => ({ accessToken, installationId })),
      [{ accessToken: bob.accessToken, installationId: bob.installation }],
    )
    assert.equal(stage.ledger().envelopes.outcomes.registered, 1)
  }),
)

test(
  'a registration on the partitioned topic is taken as well',
  onStage(async (stage) => {
    const bob = stage.person()
    assert.equal(await register(stage, bob, bob.registration(), { partitioned: true }), 'success')
    assert.equal((await query(stage, [bob.hashed]))?.info.length, 1)
  }),
)

test(
  'a frame without a signature is opened',
  onStage(async (stage) => {
    const bob = stage.person()
    assert.equal(await register(stage, bob, bob.registration(), { unsigned: true }), 'success')
  }),
)

test(
  'a registration that comes in segments is joined',
  onStage(async (stage) => {
    const bob = stage.person()
    const blockedChatList = Array.from({ length: 40 }, (_, i) => stage.crypto.shake256(Uint8Array.of(i)))
    assert.equal(await register(stage, bob, bob.registration({ blockedChatList }), { segmentBytes: 300 }), 'success')
    const { outcomes } = stage.ledger().envelopes
    assert.ok(outcomes['segment-kept'] > 8)
    assert.equal(outcomes.registered, 1)
  }),
)

test(
  'a repetition in a fresh encryption is a success, and writes nothing',
  onStage(async (stage) => {
    const bob = stage.person()
    await register(stage, bob)
    assert.equal(await register(stage, bob), 'success')
    const { outcomes } = stage.ledger().envelopes
    assert.deepEqual([outcomes.registered, outcomes['registration-repeated']], [1, 1])
  }),
)

test(
  'the same envelope twice is handled once',
  onStage(async (stage) => {
    const bob = stage.person()
    const letter = registrationLetter(stage, bob, bob.registration())
    const at = Date.now()
    assert.equal((await post(stage, letter, at)).length, 1)
    assert.equal((await post(stage, letter, at)).length, 0)
    assert.equal(stage.ledger().envelopes.outcomes.duplicate, 1)
  }),
)

const refusals = [
  { what: 'an installation that is no UUID', changes: { installationId: 'phone' }, error: 'malformedMessage' },
  { what: 'version 0', changes: { version: 0n }, error: 'malformedMessage' },
  { what: 'an access token that is no UUID', changes: { accessToken: 'secret' }, error: 'malformedMessage' },
  { what: 'no device token', changes: { deviceToken: '' }, error: 'malformedMessage' },
  { what: 'no grant', changes: { grant: new Uint8Array() }, error: 'malformedMessage' },
  { what: 'a wrong grant', changes: { grant: new Uint8Array(65).fill(1) }, error: 'malformedMessage' },
  { what: 'an APN token without a topic', changes: { apnTopic: '' }, error: 'malformedMessage' },
  { what: 'a token type of no meaning', changes: { tokenType: 99 }, error: 'unsupportedTokenType' },
  { what: 'token type 0', changes: { tokenType: 0 }, error: 'unsupportedTokenType' },
  {
    what: 'a token type that no backend serves',
    changes: { tokenType: 2, apnTopic: '' },
    error: 'unsupportedTokenType',
  },
] as const

for (const { what, changes, error } of refusals)
  test(
    `${what} is refused with ${error}`,
    onStage(
      async (stage) => {
        const bob = stage.person()
        assert.equal(await register(stage, bob, bob.registration(changes)), error)
        assert.equal(await query(stage, [bob.hashed]), undefined)
      },
      () => ({ delivery: createScriptedDelivery({ supports: [1] }) }),
    ),
  )

test(
  'bytes inside the encryption that are no registration are refused with malformedMessage',
  onStage(async (stage) => {
    const bob = stage.person()
    const key = bob.keyPair.sharedSecret(stage.crypto.identity.publicKey) ?? new Uint8Array()
    const body = sealBox(stage.crypto, key, Uint8Array.of(0xff, 0xff, 0xff))
    const letter = {
      ...anyLetter(stage, bob.keyPair, messageTypes.registration, body),
      requestId: stage.crypto.shake256(body),
    }
    assert.equal(await readRegistration(stage, bob, letter), 'malformedMessage')
  }),
)

test(
  'a registration encrypted by somebody else is discarded in silence',
  onStage(async (stage) => {
    const [bob, mallory] = [stage.person(), stage.person()]
    const stolen = { ...bob, keyPair: { ...bob.keyPair, sharedSecret: mallory.keyPair.sharedSecret } }
    const letter = registrationLetter(stage, stolen, bob.registration())
    assert.equal(await readRegistration(stage, bob, letter), 'silence')
    assert.equal(stage.ledger().envelopes.outcomes['registration-discarded'], 1)
  }),
)

test(
  'versions only go up',
  onStage(async (stage) => {
    const bob = stage.person()
    const at = (version: bigint, deviceToken = bob.deviceToken) =>
      register(stage, bob, bob.registration({ version, deviceToken }))
    const huge = 2n ** 63n + 1n
    const outcomes = [
      await at(5n),
      await at(4n),
      await at(5n, 'another'),
      await at(6n, 'another'),
      await at(huge),
      await at(huge - 1n),
      await at(2n ** 64n - 1n),
    ]
    assert.deepEqual(outcomes, [
      'success',
      'versionMismatch',
      'versionMismatch',
      'success',
      'success',
      'versionMismatch',
      'success',
    ])
  }),
)

test(
  'an unregistration leaves a tombstone: found no more, repeated with success, no way back but up',
  onStage(async (stage) => {
    const bob = stage.person()
    await register(stage, bob, bob.registration({ version: 3n }))
    assert.equal(await register(stage, bob, goodbye(bob, 4n)), 'success')
    assert.equal(await query(stage, [bob.hashed]), undefined)
    assert.deepEqual(await request(stage, [bob.entry()]), ['notRegistered'])
    assert.equal(await register(stage, bob, goodbye(bob, 4n)), 'success')
    assert.equal(await register(stage, bob, goodbye(bob, 3n)), 'versionMismatch')
    assert.equal(await register(stage, bob, bob.registration({ version: 3n })), 'versionMismatch')
    assert.equal(await register(stage, bob, bob.registration({ version: 4n })), 'versionMismatch')
    assert.equal(await register(stage, bob, bob.registration({ version: 5n })), 'success')
    assert.equal((await query(stage, [bob.hashed]))?.info.length, 1)
  }),
)

test(
  'unregistering what was never seen leaves a tombstone, too',
  onStage(async (stage) => {
    const bob = stage.person()
    assert.equal(await register(stage, bob, goodbye(bob, 9n)), 'success')
    assert.equal(await register(stage, bob, bob.registration({ version: 9n })), 'versionMismatch')
    assert.equal(await register(stage, bob, bob.registration({ version: 10n })), 'success')
  }),
)

test(
  'an unregistration needs a version and an installation',
  onStage(async (stage) => {
    const bob = stage.person()
    assert.equal(await register(stage, bob, goodbye(bob, 0n)), 'malformedMessage')
    assert.equal(await register(stage, bob, { ...goodbye(bob, 1n), installationId: '' }), 'malformedMessage')
  }),
)

test(
  'the gateway stops listening for a person only when the last installation is gone',
  onStage(async (stage) => {
    const bob = stage.person()
    const tablet = { ...bob, installation: '0b0b0b0b-1111-4222-8333-444444444444' }
    const second = bob.registration({ installationId: tablet.installation })
    const topics = () => stage.gateway.app.transport.stats()['topics']
    const before = topics()
    await register(stage, bob)
    await register(stage, bob, second)
    await register(stage, bob, goodbye(bob, 2n))
    assert.equal((await query(stage, [bob.hashed]))?.info.length, 1)
    await register(stage, bob, { ...goodbye(bob, 2n), installationId: tablet.installation })
    assert.equal(topics(), before)
  }),
)

test(
  'messages of one sender are handled in the order in which they came',
  onStage(async (stage) => {
    const bob = stage.person()
    const steps = [
      bob.registration({ version: 1n }),
      goodbye(bob, 2n),
      bob.registration({ version: 3n, deviceToken: 'third' }),
      goodbye(bob, 4n),
      bob.registration({ version: 5n, deviceToken: 'fifth' }),
    ]
    const letters = steps.map((message) => registrationLetter(stage, bob, message))
    for (const { topic, payloads } of letters) for (const payload of payloads) stage.send(topic, payload)
    assert.equal(answersTo(stage, bob.keyPair, await stage.settled()).length, steps.length)
    const { outcomes } = stage.ledger().envelopes
    assert.deepEqual([outcomes.registered, outcomes.unregistered, outcomes['registration-version-mismatch']], [3, 2, 0])
  }),
)

test(
  'installation ids of either case name one installation',
  onStage(async (stage) => {
    const bob = stage.person()
    await register(stage, bob, bob.registration({ installationId: bob.installation.toUpperCase() }))
    assert.deepEqual(await request(stage, [bob.entry()]), ['success'])
    assert.equal(await register(stage, bob, goodbye(bob, 2n)), 'success')
    assert.deepEqual(await request(stage, [bob.entry()]), ['notRegistered'])
  }),
)

test('a storage that fails is an internalError, no success, and the same envelope may come again', async () => {
  const storage = createScriptedStorage()
  await onStage(
    async (stage) => {
      const bob = stage.person()
      const letter = registrationLetter(stage, bob, bob.registration())
      storage.failing.add('registrations.put')
      const at = Date.now()
      const first = answersTo(stage, bob.keyPair, await post(stage, letter, at))
      assert.deepEqual(
        first.map(({ body }) => hex(body).slice(0, 4)),
        ['1004'],
      )
      assert.equal(await query(stage, [bob.hashed]), undefined)
      storage.failing.clear()
      const second = answersTo(stage, bob.keyPair, await post(stage, letter, at))
      assert.deepEqual(
        second.map(({ body }) => hex(body).slice(0, 4)),
        ['0801'],
      )
      const { outcomes, open } = stage.ledger().envelopes
      assert.deepEqual([outcomes.failed, outcomes.registered, outcomes.duplicate, open], [1, 1, 0, 0])
    },
    { plugins: { storage: [storage.plugin] } },
  )()
})

test('while nothing can be claimed, nothing is answered, and the envelope may come again', async () => {
  const storage = createScriptedStorage()
  await onStage(
    async (stage) => {
      const bob = stage.person()
      const letter = registrationLetter(stage, bob, bob.registration())
      storage.failing.add('claims.take')
      assert.equal((await post(stage, letter, 1e12)).length, 0)
      storage.failing.clear()
      assert.equal((await post(stage, letter, 1e12)).length, 1)
    },
    { plugins: { storage: [storage.plugin] } },
  )()
})

test(
  'the topics of a registration are listened on in both spellings, and only then',
  onStage(async (stage) => {
    const bob = stage.person()
    const ignored = () => stage.ledger().envelopes.outcomes['ignored-topic']
    const probe = async () => {
      for (const text of queryTopics(bob.hashed)) stage.send(topicNumber(stage.crypto, text), Uint8Array.of(1))
      await stage.settled()
    }
    await probe()
    assert.equal(ignored(), 2)
    await register(stage, bob)
    await probe()
    assert.equal(ignored(), 2)
  }),
)
