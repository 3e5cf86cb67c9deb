import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashOfChatId, hashOfKeyHex, hex, messageTypes, responseCodec } from '../../src/protocol/index.ts'
import { answersTo, post, register, reportsOf, request, requestLetter } from '../support/correspondent.ts'
import { goodbye, newMessageId, type Person } from '../support/person.ts'
import { createClock, onStage, type Stage, type StageOptions } from '../support/stage.ts'

const hourMs = 3_600_000

/** A stage on which somebody has registered. */
const withBob = (
  run: (stage: Stage, bob: Person) => Promise<void>,
  options: StageOptions | (() => StageOptions) = {},
) =>
  onStage(async (stage) => {
    const bob = stage.person()
    assert.equal(await register(stage, bob), 'success')
    await run(stage, bob)
  }, options)

const handed = (stage: Stage): number => stage.delivery.handed.length

test(
  'a request wakes the device and is answered with success',
  withBob(async (stage, bob) => {
    const messageId = newMessageId()
    const signer = stage.crypto.generateKeyPair()
    const messages = await post(stage, requestLetter(stage, signer, [bob.entry()], messageId))
    const [answer] = answersTo(stage, signer, messages)
    assert.equal(answer?.type, messageTypes.response)
    const response = responseCodec.decode(answer?.body ?? new Uint8Array())
    assert.equal(hex(response?.messageId ?? new Uint8Array()), hex(messageId))
    const [report] = response?.reports ?? []
    assert.deepEqual(
      { ...report, publicKey: hex(report?.publicKey ?? new Uint8Array()) },
      { success: true, error: 0, publicKey: hex(bob.hashed), installationId: bob.installation },
    )
    await stage.drained()
    const [push, ...more] = stage.delivery.handed
    assert.equal(more.length, 0)
    assert.deepEqual(
      [
        push?.tokenType,
        push?.deviceToken,
        push?.apnTopic,
        push?.type,
        push?.installation,
        hex(push?.message ?? new Uint8Array()),
      ],
      [1, bob.deviceToken, 'im.example.app', 1, bob.installation, '010203'],
    )
    assert.match(push?.id ?? '', /^[0-9a-f]{64}$/)
  }),
)

test(
  'entries are judged each by itself, in their order',
  withBob(async (stage, bob) => {
    const stranger = stage.person()
    const muted = stage.person()
    await register(stage, muted, muted.registration({ mutedChatList: [hashOfChatId(stage.crypto, 'a chat')] }))
    const reports = await request(stage, [
      stranger.entry(),
      bob.entry({ accessToken: 'wrong' }),
      muted.entry(),
      bob.entry({ type: 0 }),
      bob.entry({ type: 4 }),
      bob.entry(),
      bob.entry(),
    ])
    assert.deepEqual(reports, ['notRegistered', 'wrongToken', 'success', 'success', 'success'])
    await stage.drained()
    assert.equal(handed(stage), 1)
    const { entries } = stage.ledger()
    assert.deepEqual(entries, {
      accepted: 1,
      duplicate: 1,
      filtered: 1,
      omitted: 2,
      'not-registered': 1,
      'wrong-token': 1,
      'internal-error': 0,
      canary: 0,
    })
  }),
)

test(
  'all reports left out: an answer with none',
  withBob(async (stage, bob) => {
    assert.deepEqual(await request(stage, [bob.entry({ type: 0 })]), [])
    assert.deepEqual(await request(stage, []), [])
  }),
)

const filters = [
  { what: 'a device that is switched off', settings: () => ({ enabled: false }), type: 1, pushed: false },
  {
    what: 'a message in a blocked chat',
    settings: ({ chat }: Hashes) => ({ blockedChatList: [chat] }),
    type: 1,
    pushed: false,
  },
  {
    what: 'a message in a muted chat',
    settings: ({ chat }: Hashes) => ({ mutedChatList: [chat] }),
    type: 1,
    pushed: false,
  },
  {
    what: 'a message of a blocked author',
    settings: ({ author }: Hashes) => ({ blockedChatList: [author] }),
    type: 1,
    pushed: false,
  },
  {
    what: 'a mention where mentions are blocked',
    settings: ({ chat }: Hashes) => ({ blockMentions: true, allowedMentionsChatList: [chat] }),
    type: 2,
    pushed: false,
  },
  { what: 'a mention in a chat that is not allowed', settings: () => ({}), type: 2, pushed: false },
  {
    what: 'a mention of a blocked author',
    settings: ({ chat, author }: Hashes) => ({ allowedMentionsChatList: [chat], blockedChatList: [author] }),
    type: 2,
    pushed: false,
  },
  {
    what: 'a mention in an allowed chat',
    settings: ({ chat }: Hashes) => ({ allowedMentionsChatList: [chat] }),
    type: 2,
    pushed: true,
  },
  {
    what: 'a mention in an allowed and blocked chat',
    settings: ({ chat }: Hashes) => ({ allowedMentionsChatList: [chat], blockedChatList: [chat] }),
    type: 2,
    pushed: true,
  },
  {
    what: 'a request to join of a blocked author',
    settings: ({ author }: Hashes) => ({ blockedChatList: [author] }),
    type: 3,
    pushed: false,
  },
  {
    what: 'a request to join in a blocked chat',
    settings: ({ chat }: Hashes) => ({ blockedChatList: [chat] }),
    type: 3,
    pushed: true,
  },
]
interface Hashes {
  readonly chat: Uint8Array
  readonly author: Uint8Array
}

for (const { what, settings, type, pushed } of filters)
  test(
    `${what} is ${pushed ? 'pushed' : 'filtered, and reported as a success'}`,
    onStage(async (stage) => {
      const bob = stage.person()
      const chat = hashOfChatId(stage.crypto, 'a chat')
      const author = hashOfKeyHex(stage.crypto, stage.person().keyPair.publicKey)
      await register(stage, bob, bob.registration(settings({ chat, author })))
      assert.deepEqual(await request(stage, [bob.entry({ type, author, chatId: chat })]), ['success'])
      await stage.drained()
      assert.equal(handed(stage), pushed ? 1 : 0)
    }),
  )

test(
  'a second request for the same message, also of another sender, is a success and pushes nothing',
  withBob(async (stage, bob) => {
    const messageId = newMessageId()
    assert.deepEqual(await request(stage, [bob.entry()], { messageId }), ['success'])
    await stage.drained()
    assert.deepEqual(await request(stage, [bob.entry()], { messageId }), ['success'])
    assert.deepEqual(await request(stage, [bob.entry()]), ['success'])
    await stage.drained()
    assert.equal(handed(stage), 2)
    assert.equal(stage.ledger().entries.duplicate, 1)
  }),
)

test(
  'two requests for the same message at once push once',
  withBob(async (stage, bob) => {
    const messageId = newMessageId()
    const signers = Array.from({ length: 8 }, () => stage.crypto.generateKeyPair())
    for (const signer of signers) {
      const { topic, payloads } = requestLetter(stage, signer, [bob.entry()], messageId)
      for (const payload of payloads) stage.send(topic, payload)
    }
    const messages = await stage.settled()
    for (const signer of signers) assert.deepEqual(reportsOf(stage, signer, messages), ['success'])
    await stage.drained()
    assert.equal(handed(stage), 1)
  }),
)

test(
  'the access token is checked before the memory of pushes',
  withBob(async (stage, bob) => {
    const messageId = newMessageId()
    await request(stage, [bob.entry()], { messageId })
    assert.deepEqual(await request(stage, [bob.entry({ accessToken: 'wrong' })], { messageId }), ['wrongToken'])
  }),
)

test(
  'after wrongToken the right one under the same message id is pushed',
  withBob(async (stage, bob) => {
    const messageId = newMessageId()
    assert.deepEqual(await request(stage, [bob.entry({ accessToken: 'wrong' })], { messageId }), ['wrongToken'])
    assert.deepEqual(await request(stage, [bob.entry()], { messageId }), ['success'])
    await stage.drained()
    assert.equal(handed(stage), 1)
  }),
)

test(
  'what was filtered is judged afresh',
  onStage(async (stage) => {
    const bob = stage.person()
    await register(stage, bob, bob.registration({ enabled: false }))
    const messageId = newMessageId()
    assert.deepEqual(await request(stage, [bob.entry()], { messageId }), ['success'])
    await register(stage, bob, bob.registration({ version: 2n }))
    assert.deepEqual(await request(stage, [bob.entry()], { messageId }), ['success'])
    await stage.drained()
    assert.equal(handed(stage), 1)
  }),
)

test(
  'what was not registered is judged afresh',
  onStage(async (stage) => {
    const bob = stage.person()
    const messageId = newMessageId()
    assert.deepEqual(await request(stage, [bob.entry()], { messageId }), ['notRegistered'])
    await register(stage, bob)
    assert.deepEqual(await request(stage, [bob.entry()], { messageId }), ['success'])
    await stage.drained()
    assert.equal(handed(stage), 1)
  }),
)

test('an accepted push is remembered for the configured time', async () => {
  const clock = createClock()
  await withBob(
    async (stage, bob) => {
      const messageId = newMessageId()
      for (const wait of [0, 59_000, 2_000]) {
        clock.advance(wait)
        assert.deepEqual(await request(stage, [bob.entry()], { messageId }), ['success'])
        await stage.drained()
      }
      assert.equal(handed(stage), 2)
    },
    { now: clock.now, env: { PUSH_REMEMBER_SECONDS: '60' } },
  )()
})

test(
  'a request without a message id is pushed and not answered; another one is another push',
  withBob(async (stage, bob) => {
    const messageId = new Uint8Array()
    assert.equal(await request(stage, [bob.entry()], { messageId }), 'silence')
    assert.equal(await request(stage, [bob.entry()], { messageId }), 'silence')
    await stage.drained()
    assert.equal(handed(stage), 2)
    assert.equal(stage.ledger().envelopes.outcomes['request-unanswered'], 2)
  }),
)

test(
  'a late request is handled until the time to live has passed, then counted as expired',
  withBob(async (stage, bob) => {
    const now = Date.now()
    assert.deepEqual(await request(stage, [bob.entry()], { at: now - 23 * hourMs }), ['success'])
    assert.equal(await request(stage, [bob.entry()], { at: now - 25 * hourMs }), 'silence')
    assert.deepEqual(await request(stage, [bob.entry()], { at: now + 48 * hourMs }), ['success'])
    await stage.drained()
    assert.equal(handed(stage), 2)
    assert.equal(stage.ledger().envelopes.outcomes['request-expired'], 1)
    const [late, early] = stage.delivery.handed
    assert.ok((late?.expiresAt ?? 0) - now < 2 * hourMs)
    assert.ok((early?.expiresAt ?? 0) - now < 25 * hourMs)
  }),
)

test(
  'a request in segments, and one whose frame is unsigned',
  withBob(async (stage, bob) => {
    const message = new Uint8Array(5_000).fill(7)
    assert.deepEqual(await request(stage, [bob.entry({ message })], { segmentBytes: 512 }), ['success'])
    assert.deepEqual(await request(stage, [bob.entry()], { unsigned: true }), ['success'])
    await stage.drained()
    assert.deepEqual(
      stage.delivery.handed.map(({ message: { length } }) => length),
      [5_000, 3],
    )
  }),
)

test(
  'a segmented request whose segments are lost in part is made whole by its parity',
  withBob(async (stage, bob) => {
    const signer = stage.crypto.generateKeyPair()
    const entry = bob.entry({ message: new Uint8Array(9_000).fill(7) })
    const { topic, payloads } = requestLetter(stage, signer, [entry], newMessageId(), { segmentBytes: 512 })
    for (const payload of payloads.slice(2).toReversed()) stage.send(topic, payload)
    assert.deepEqual(reportsOf(stage, signer, await stage.settled()), ['success'])
  }),
)

test(
  'a large answer to a request is split',
  withBob(
    async (stage, bob) => {
      const entries = Array.from({ length: 50 }, () => bob.entry({ accessToken: 'wrong' }))
      const reports = await request(stage, entries)
      assert.deepEqual(
        reports,
        entries.map(() => 'wrongToken'),
      )
      assert.ok(stage.ledger().other['answers-published'] >= 2)
    },
    { env: { SEGMENT_BYTES: '1024' } },
  ),
)

test(
  'registration, request and unregistration that arrive together are handled in this order for one sender',
  withBob(async (stage, bob) => {
    const signer = bob.keyPair
    const letters = [
      requestLetter(stage, signer, [bob.entry()], newMessageId()),
      requestLetter(stage, signer, [bob.entry({ accessToken: 'wrong' })], newMessageId()),
    ]
    for (const { topic, payloads } of letters) for (const payload of payloads) stage.send(topic, payload)
    const reports = answersTo(stage, signer, await stage.settled()).map(
      ({ body }) => responseCodec.decode(body)?.reports[0]?.success,
    )
    assert.deepEqual(reports, [true, false])
    assert.equal(await register(stage, bob, goodbye(bob, 2n)), 'success')
  }),
)
