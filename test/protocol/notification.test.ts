import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  hex,
  type Judgement,
  judge,
  openEnvelope,
  type PushNotification,
  pushIdOf,
  type RegistrationMessage,
  readRequest,
  reportErrors,
  unhex,
} from '../../src/protocol/index.ts'
import { casesOf, cryptoOf, messageOf, present, registrationOf, type StoredJson, server } from './support.ts'

interface RequestCase {
  readonly note: string
  readonly serverPrivateKey: string
  readonly stored: readonly { readonly hashedPublicKey: string; readonly registration: StoredJson }[]
  readonly envelope: string
  readonly requestMessageId: string
  readonly entries: readonly { readonly note: string; readonly expect: string }[]
}

const errorNames = new Map<number, string>([
  [reportErrors.notRegistered, 'NOT_REGISTERED'],
  [reportErrors.wrongToken, 'WRONG_TOKEN'],
])
const kindNames: Record<Exclude<Judgement['kind'], 'refuse'>, string> = {
  omit: 'no report',
  filter: 'filtered',
  push: 'pushed',
}
const nameOf = (judgement: Judgement): string | undefined =>
  judgement.kind === 'refuse' ? errorNames.get(judgement.error) : kindNames[judgement.kind]

describe('recorded requests', () => {
  for (const vector of casesOf<RequestCase[]>('requests.json')) {
    const crypto = cryptoOf(vector.serverPrivateKey)

    test(`${vector.note}: ${vector.entries.length} as recorded`, () => {
      const request = present(readRequest(present(openEnvelope(crypto, unhex(vector.envelope))).body))
      assert.equal(hex(request.messageId), vector.requestMessageId)
      const judged = request.requests.map((entry) => {
        const record = vector.stored.find(
          ({ hashedPublicKey, registration }) =>
            hashedPublicKey === hex(entry.publicKey) && registration.installationId === entry.installationId,
        )
        return nameOf(judge(crypto, entry, record && messageOf(record.registration)))
      })
      assert.deepEqual(
        judged,
        vector.entries.map(({ expect }) => expect),
      )
    })
  }
})

const hash = (seed: number): Uint8Array => server.shake256(Uint8Array.of(seed))
const [chat, author, elsewhere] = [hash(1), hash(2), hash(3)]
const entryOf = (changes: Partial<PushNotification> = {}): PushNotification => ({
  accessToken: registrationOf().accessToken,
  chatId: chat,
  publicKey: hash(4),
  installationId: registrationOf().installationId,
  message: Uint8Array.of(1),
  type: 1,
  author,
  ...changes,
})

describe('judging', () => {
  const [message, mention, join] = [1, 2, 3]
  const allowed = { allowedMentionsChatList: [elsewhere, chat] }
  const wrongToken = { accessToken: 'no' }

  type Row = readonly [string, Partial<PushNotification>, Partial<RegistrationMessage> | undefined, string]
  const rows: readonly Row[] = [
    ['a message', { type: message }, {}, 'pushed'],
    ['a message in a blocked chat', { type: message }, { blockedChatList: [elsewhere, chat] }, 'filtered'],
    ['a message in a muted chat', { type: message }, { mutedChatList: [elsewhere, chat] }, 'filtered'],
    ['a message by a blocked author', { type: message }, { blockedChatList: [author] }, 'filtered'],
    ['a message by an author on the muted list', { type: message }, { mutedChatList: [author] }, 'pushed'],
    ['a message while mentions are blocked', { type: message }, { blockMentions: true }, 'pushed'],
    [
      'a message while other chats are blocked',
      { type: message },
      { blockedChatList: [elsewhere], mutedChatList: [elsewhere] },
      'pushed',
    ],
    ['a message to contacts only', { type: message }, { allowFromContactsOnly: true }, 'pushed'],
    ['a mention in an allowed chat', { type: mention }, allowed, 'pushed'],
    ['a mention in a chat not on the list', { type: mention }, { allowedMentionsChatList: [elsewhere] }, 'filtered'],
    ['a mention with an empty list', { type: mention }, {}, 'filtered'],
    ['a mention while mentions are blocked', { type: mention }, { ...allowed, blockMentions: true }, 'filtered'],
    ['a mention by a blocked author', { type: mention }, { ...allowed, blockedChatList: [author] }, 'filtered'],
    ['a mention in an allowed and muted chat', { type: mention }, { ...allowed, mutedChatList: [chat] }, 'pushed'],
    ['a mention in an allowed and blocked chat', { type: mention }, { ...allowed, blockedChatList: [chat] }, 'pushed'],
    ['a request to join', { type: join }, {}, 'pushed'],
    ['a request to join by a blocked author', { type: join }, { blockedChatList: [author] }, 'filtered'],
    ['a request to join in a blocked chat', { type: join }, { blockedChatList: [chat] }, 'pushed'],
    ['a request to join in a muted chat', { type: join }, { mutedChatList: [chat] }, 'pushed'],
    ['a request to join while mentions are blocked', { type: join }, { blockMentions: true }, 'pushed'],
    ['a message to a disabled device', { type: message }, { enabled: false }, 'filtered'],
    ['a mention to a disabled device', { type: mention }, { ...allowed, enabled: false }, 'filtered'],
    ['a request to join to a disabled device', { type: join }, { enabled: false }, 'filtered'],
    ['a part of a blocked hash', { type: message, chatId: chat.subarray(1) }, { blockedChatList: [chat] }, 'pushed'],
    ['an empty message', { message: new Uint8Array(0) }, {}, 'pushed'],
    ['another token', wrongToken, {}, 'WRONG_TOKEN'],
    ['an empty token', { accessToken: '' }, {}, 'WRONG_TOKEN'],
    ['a token in capitals', { accessToken: registrationOf().accessToken.toUpperCase() }, {}, 'WRONG_TOKEN'],
    ['a token with more behind it', { accessToken: `${registrationOf().accessToken} ` }, {}, 'WRONG_TOKEN'],
    ['another token for a disabled device', wrongToken, { enabled: false }, 'WRONG_TOKEN'],
    ['another token by a blocked author', wrongToken, { blockedChatList: [author] }, 'WRONG_TOKEN'],
    ['nobody registered', {}, undefined, 'NOT_REGISTERED'],
    ['nobody registered and no token', { accessToken: '' }, undefined, 'NOT_REGISTERED'],
    ['type 0', { type: 0 }, {}, 'no report'],
    ['type 4', { type: 4 }, {}, 'no report'],
    ['type 99', { type: 99 }, {}, 'no report'],
    ['type -1', { type: -1 }, {}, 'no report'],
    ['type 0 and nobody registered', { type: 0 }, undefined, 'no report'],
    ['type 4 and another token', { type: 4, ...wrongToken }, {}, 'no report'],
    ['type 99 to a disabled device', { type: 99 }, { enabled: false }, 'no report'],
  ]
  for (const [what, entry, settings, expected] of rows) {
    test(`${what}: ${expected}`, () => {
      const registration = settings && registrationOf(settings)
      assert.equal(nameOf(judge(server, entryOf(entry), registration)), expected)
    })
  }

  test('the receiver’s settings never show in what a stranger without the token hears', () => {
    const settings = fc.record({
      enabled: fc.boolean(),
      blockMentions: fc.boolean(),
      blockedChatList: fc.subarray([chat, author, elsewhere]),
      mutedChatList: fc.subarray([chat, author, elsewhere]),
      allowedMentionsChatList: fc.subarray([chat, author, elsewhere]),
    })
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 3 }), (changes, type) => {
        const judgement = judge(server, entryOf({ type, ...wrongToken }), registrationOf(changes))
        assert.deepEqual(judgement, { kind: 'refuse', error: reportErrors.wrongToken })
      }),
      { numRuns: 40 },
    )
  })
})

describe('requests and push ids', () => {
  const push = { messageId: hash(7), receiver: hash(8), installation: registrationOf().installationId }

  test('what is no request is malformed', () => assert.equal(readRequest(Uint8Array.of(0x0a, 9)), undefined))

  test('the same push has the same id of 32 bytes, in whatever case its installation is written', () => {
    const id = pushIdOf(server, push)
    assert.equal(id.length, 32)
    assert.deepEqual(pushIdOf(server, { ...push, installation: push.installation.toUpperCase() }), id)
  })

  test('pushes that differ anywhere have different ids, also where their bytes joined are the same', () => {
    const pushes = [
      push,
      { ...push, messageId: hash(9) },
      { ...push, receiver: hash(9) },
      { ...push, installation: accessTokenOfAnother },
      {
        ...push,
        messageId: push.messageId.subarray(0, 63),
        receiver: Uint8Array.of(...push.messageId.subarray(63), ...push.receiver),
      },
      { ...push, messageId: new Uint8Array(0) },
    ]
    assert.equal(new Set(pushes.map((each) => hex(pushIdOf(server, each)))).size, pushes.length)
  })
})

const accessTokenOfAnother = '11111111-2222-3333-4444-555555555555'
