import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { hex, messageTypes, queryTopics, sealBox, topicNumber } from '../../src/protocol/index.ts'
import { anyLetter, post, query, queryLetter, register } from '../support/correspondent.ts'
import { createPerson, goodbye } from '../support/person.ts'
import { createScriptedStorage } from '../support/scripted.ts'
import { createStage, onStage, temporaryFolder } from '../support/stage.ts'

for (const spelling of [0, 1] as const)
  test(
    `a query is answered on the topic ${spelling === 0 ? 'without' : 'with'} 0x`,
    onStage(async (stage) => {
      const bob = stage.person()
      await register(stage, bob)
      const answer = await query(stage, [bob.hashed], { spelling })
      assert.equal(answer?.success, true)
      const [info] = answer?.info ?? []
      assert.equal(info?.accessToken, bob.accessToken)
      assert.equal(hex(info?.publicKey ?? new Uint8Array()), hex(bob.hashed))
      assert.equal(hex(info?.serverPublicKey ?? new Uint8Array()), hex(stage.crypto.identity.compressed))
      assert.equal(hex(info?.grant ?? new Uint8Array()), hex(bob.registration().grant))
      assert.equal(info?.version, 1n)
    }),
  )

test(
  'every installation of every known key is named, once',
  onStage(async (stage) => {
    const [bob, carol, stranger] = [stage.person(), stage.person(), stage.person()]
    await register(stage, bob)
    await register(stage, bob, bob.registration({ installationId: '0b0b0b0b-1111-4222-8333-444444444444' }))
    await register(stage, carol)
    const keys = [stranger.hashed, carol.hashed, bob.hashed, bob.hashed]
    const answer = await query(stage, keys, { about: bob.hashed })
    assert.deepEqual(
      answer?.info.map(({ publicKey }) => hex(publicKey)),
      [carol, bob, bob].map(({ hashed }) => hex(hashed)),
    )
  }),
)

test(
  'nobody known: no answer',
  onStage(async (stage) => {
    const [bob, stranger] = [stage.person(), stage.person()]
    await register(stage, bob)
    assert.equal(await query(stage, [stranger.hashed], { about: bob.hashed }), undefined)
    assert.equal(await query(stage, [], { about: bob.hashed }), undefined)
    assert.equal(stage.ledger().envelopes.outcomes['query-unknown'], 2)
  }),
)

const contactsOnly = [
  { what: 'the list and no token', entries: 2 },
  { what: 'no token, also when the list is empty', entries: 0 },
] as const

for (const { what, entries } of contactsOnly)
  test(
    `contacts-only: ${what}`,
    onStage(async (stage) => {
      const bob = stage.person()
      const key = new Uint8Array(32)
      const allowedKeyList = Array.from({ length: entries }, () => sealBox(stage.crypto, key, Uint8Array.of(1)))
      await register(stage, bob, bob.registration({ allowFromContactsOnly: true, allowedKeyList }))
      const [info] = (await query(stage, [bob.hashed]))?.info ?? []
      assert.equal(info?.accessToken, '')
      assert.deepEqual(info?.allowedKeyList.map(hex), allowedKeyList.map(hex))
      assert.equal(info?.grant.length, 65)
    }),
  )

test(
  'the flag decides, not the list: without it the token is told and the list is not',
  onStage(async (stage) => {
    const bob = stage.person()
    await register(stage, bob, bob.registration({ allowedKeyList: [Uint8Array.of(1, 2, 3)] }))
    const [info] = (await query(stage, [bob.hashed]))?.info ?? []
    assert.equal(info?.accessToken, bob.accessToken)
    assert.deepEqual(info?.allowedKeyList, [])
  }),
)

test(
  'of 1,001 keys the first 1,000 are answered and the rest is counted',
  onStage(async (stage) => {
    const [bob, carol, dave] = [stage.person(), stage.person(), stage.person()]
    for (const person of [bob, carol, dave]) await register(stage, person)
    const strangers = Array.from({ length: 998 }, (_, i) => stage.crypto.shake256(Uint8Array.of(i >> 8, i)))
    const answer = await query(stage, [bob.hashed, ...strangers, carol.hashed, dave.hashed])
    assert.deepEqual(
      answer?.info.map(({ publicKey }) => hex(publicKey)),
      [bob, carol].map(({ hashed }) => hex(hashed)),
    )
    assert.equal(stage.ledger().other['query-keys-ignored'], 1)
  }),
)

test(
  'a large answer is split, and is whole again at the other end',
  onStage(
    async (stage) => {
      const bob = stage.person()
      const allowedKeyList = Array.from({ length: 60 }, (_, i) => stage.crypto.shake256(Uint8Array.of(i)))
      await register(stage, bob, bob.registration({ allowFromContactsOnly: true, allowedKeyList }))
      const signer = stage.crypto.generateKeyPair()
      const messages = await post(stage, await queryLetter(stage, signer, [bob.hashed]))
      assert.ok(messages.length >= 4, `${messages.length} messages`)
      const answer = await query(stage, [bob.hashed])
      assert.deepEqual(answer?.info[0]?.allowedKeyList.map(hex), allowedKeyList.map(hex))
    },
    { env: { SEGMENT_BYTES: '1024' } },
  ),
)

test(
  'a query that comes encrypted to the gateway is answered as well',
  onStage(async (stage) => {
    const bob = stage.person()
    await register(stage, bob)
    const body = Uint8Array.from([0x0a, 64, ...bob.hashed])
    assert.equal((await post(stage, anyLetter(stage, bob.keyPair, messageTypes.query, body))).length, 1)
  }),
)

test(
  'topic keys are derived at the first message that needs one, and kept',
  onStage(async (stage) => {
    const bob = stage.person()
    const derived = () => stage.ledger().other['topic-keys-derived']
    assert.equal(derived(), 0)
    await register(stage, bob)
    assert.equal(derived(), 0)
    await query(stage, [bob.hashed])
    assert.equal(derived(), 1)
    await query(stage, [bob.hashed])
    assert.equal(derived(), 1)
    await query(stage, [bob.hashed], { spelling: 1 })
    assert.equal(derived(), 2)
  }),
)

test('a key that cannot be kept is used all the same', async () => {
  const storage = createScriptedStorage()
  storage.failing.add('topicKeys.set')
  await onStage(
    async (stage) => {
      const bob = stage.person()
      await register(stage, bob)
      assert.equal((await query(stage, [bob.hashed]))?.info.length, 1)
    },
    { plugins: { storage: [storage.plugin] } },
  )()
})

test('a storage that fails: no answer, counted as failed, and the same envelope may come again', async () => {
  const storage = createScriptedStorage()
  await onStage(
    async (stage) => {
      const bob = stage.person()
      await register(stage, bob)
      const letter = await queryLetter(stage, stage.crypto.generateKeyPair(), [bob.hashed])
      for (const call of ['registrations.listByOwners', 'registrations.ownersByTopic'] as const) {
        storage.failing.add(call)
        assert.equal((await post(stage, letter, 1e12)).length, 0, call)
        storage.failing.clear()
      }
      assert.equal((await post(stage, letter, 1e12)).length, 1)
      assert.deepEqual([stage.ledger().envelopes.outcomes.failed, stage.ledger().envelopes.open], [2, 0])
    },
    { plugins: { storage: [storage.plugin] } },
  )()
})

test('a new gateway on the same files answers queries at once, with the keys of the old one', async () => {
  const dataDir = temporaryFolder()
  try {
    const env = { STORAGE_PLUGIN: 'sqlite' }
    const first = await createStage({ dataDir, env })
    const bob = first.person()
    const carol = first.person()
    assert.equal(await register(first, bob), 'success')
    assert.equal(await register(first, carol), 'success')
    assert.equal(await register(first, carol, goodbye(carol, 2n)), 'success')
    assert.equal((await query(first, [bob.hashed]))?.info.length, 1)
    await first.close()

    const second = await createStage({ dataDir, env })
    assert.equal(hex(second.crypto.identity.compressed), hex(first.crypto.identity.compressed))
    assert.equal((await query(second, [bob.hashed]))?.info.length, 1)
    assert.equal(second.ledger().other['topic-keys-derived'], 0)
    assert.equal(await register(second, bob), 'success')
    assert.equal(second.ledger().envelopes.outcomes['registration-repeated'], 1)
    for (const text of queryTopics(carol.hashed)) second.send(topicNumber(second.crypto, text), Uint8Array.of(1))
    await second.settled()
    assert.equal(second.ledger().envelopes.outcomes['ignored-topic'], 2)
    await second.close()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

test('a gateway with another identity on the same database knows nobody of the first', async () => {
  const [dataDir, other] = [temporaryFolder(), temporaryFolder()]
  try {
    const env = { STORAGE_PLUGIN: 'sqlite', SQLITE_FILE: `${dataDir}/shared.db` }
    const first = await createStage({ dataDir, env })
    const bob = first.person()
    await register(first, bob)
    await first.close()
    const second = await createStage({ dataDir: other, env })
    assert.equal(await query(second, [bob.hashed]), undefined)
    const same = createPerson(second.crypto, second.crypto.identity.compressed, bob.keyPair)
    assert.equal(await register(second, same), 'success')
    await second.close()
  } finally {
    for (const folder of [dataDir, other]) rmSync(folder, { recursive: true, force: true })
  }
})

/** The query topics of these two share their four bytes: about every 77,000th person meets one. */
const collidingKeys = ['collision 7617', 'collision 66966'].map((seed) => createHash('sha256').update(seed).digest())

test(
  'two people whose topics share their four bytes are told apart by trying key by key',
  onStage(async (stage) => {
    const [one, other] = collidingKeys.map((privateKey) => {
      const keyPair = stage.crypto.keyPairFrom(privateKey)
      return createPerson(stage.crypto, stage.crypto.identity.compressed, keyPair)
    })
    assert.ok(one !== undefined && other !== undefined)
    const topics = [one, other].map(({ hashed }) => topicNumber(stage.crypto, queryTopics(hashed)[0]))
    assert.equal(topics[0], topics[1])
    await register(stage, one)
    await register(stage, other)
    for (const person of [one, other, one]) {
      const answer = await query(stage, [person.hashed])
      assert.deepEqual(
        answer?.info.map(({ accessToken }) => accessToken),
        [person.accessToken],
      )
    }
    await register(stage, one, goodbye(one, 2n))
    assert.equal((await query(stage, [other.hashed]))?.info.length, 1)
  }),
)
