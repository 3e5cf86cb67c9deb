import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { VectorPlayer } from '../../src/vectors/case.ts'
import { playConversation } from '../../src/vectors/conversation.ts'
import { corePlayers } from '../../src/vectors/core.ts'
import { playQueries } from '../../src/vectors/queries.ts'
import { playRegistrations } from '../../src/vectors/registrations.ts'
import { playRequests } from '../../src/vectors/requests.ts'

type Json = Record<string, unknown>

const load = (file: string): Json =>
  JSON.parse(readFileSync(new URL(`../fixtures/vectors/${file}`, import.meta.url), 'utf8'))

const playerOf = (file: string): VectorPlayer => {
  const players: Record<string, VectorPlayer> = {
    ...corePlayers,
    'registrations.json': playRegistrations,
    'queries.json': playQueries,
    'requests.json': playRequests,
  }
  const player = players[file] ?? playConversation
  return player
}

const at = (value: unknown, path: readonly (string | number)[]): Json =>
  path.reduce((inner, key) => (inner as Json)[key] as Json, value as Json)

/** The same text with its last hex digit another one; a number one higher. */
const changed = (value: unknown): unknown => {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1
  const text = String(value)
  return `${text.slice(0, -1)}${text.endsWith('1') ? '2' : '1'}`
}

/** Only this case of a file, so that the play is short. */
const only = (file: Json, index: number): Json => ({ ...file, cases: [(file['cases'] as unknown[])[index]] })

describe('a wrong expectation is found', () => {
  const firstCase = ['cases', 0]
  const wrongs: [file: string, of: number | undefined, path: (string | number)[], field: string][] = [
    ...['publicKey', 'compressed', 'hashedPublicKey'].map((field): [string, number, (string | number)[], string] => [
      'keys.json',
      0,
      firstCase,
      field,
    ]),
    ...['string', 'topic', 'contentTopic', 'symmetricKey'].map(
      (field): [string, number, (string | number)[], string] => ['topics.json', 2, firstCase, field],
    ),
    ...['signerPublicKey', 'valid'].map((field): [string, number, (string | number)[], string] => [
      'payloads.json',
      4,
      firstCase,
      field,
    ]),
    ...['data', 'kind'].map((field): [string, number, (string | number)[], string] => [
      'payloads.json',
      4,
      firstCase,
      field,
    ]),
    ...['type', 'payload', 'senderPublicKey', 'messageId', 'encoded'].map(
      (field): [string, number, (string | number)[], string] => ['envelopes.json', 1, firstCase, field],
    ),
    ...['hash', 'payload', 'segmented', 'segmentSize'].map((field): [string, number, (string | number)[], string] => [
      'segments.json',
      3,
      firstCase,
      field,
    ]),
    ...['expect', 'requestId', 'encrypted', 'plaintext', 'sharedKey'].map(
      (field): [string, number, (string | number)[], string] => ['registrations.json', 0, firstCase, field],
    ),
    ['requests.json', 0, firstCase, 'requestMessageId'],
    ['requests.json', 0, [...firstCase, 'entries', 0], 'expect'],
    ['requests.json', 0, [...firstCase, 'entries', 0], 'installationId'],
    ['requests.json', 0, [...firstCase, 'gorushBody', 'notifications', 0, 'tokens'], '0'],
    ['requests.json', 0, [...firstCase, 'gorushBody', 'notifications', 0], 'message'],
    ['requests.json', 0, [...firstCase, 'gorushBody', 'notifications', 0, 'data'], 'chatId'],
    ['queries.json', undefined, ['cases', 'queries', 0], 'expect'],
    ['queries.json', undefined, ['cases', 'queries', 0], 'messageId'],
    ['queries.json', undefined, ['cases', 'queries', 0, 'publicKeys'], '0'],
    ['queries.json', undefined, ['cases', 'queries', 0, 'info', 0], 'accessToken'],
    ['queries.json', undefined, ['cases', 'queries', 0, 'info', 0], 'grant'],
    ...['sender', 'type', 'body', 'messageId', 'frameSigner'].map(
      (field): [string, undefined, (string | number)[], string] => [
        'conversation-apns.json',
        undefined,
        ['messages', 0],
        field,
      ],
    ),
    ['conversation-apns.json', undefined, ['messages', 1], 'body'],
    ['conversation-apns.json', undefined, ['gorush', 0, 'notifications', 0], 'message'],
  ]
  for (const [file, index, path, field] of wrongs)
    test(`${file}: ${[...path, field].join('.')}`, async () => {
      const content = index === undefined ? load(file) : only(load(file), index)
      const place = at(content, path)
      place[field] = changed(place[field])
      const results = await playerOf(file)(content)
      assert.ok(results.some(({ passed }) => !passed))
    })
})

describe('a conversation may repeat itself', () => {
  for (const [what, type] of [
    ['registration', 16],
    ['request', 20],
  ] as const)
    test(`a ${what} that comes twice is done once`, async () => {
      const content = load('conversation-apns.json')
      const messages = content['messages'] as { type?: number; openedWith?: string }[]
      const twice = messages.flatMap((message) =>
        message.type === type && message.openedWith === 'server' ? [message, message] : [message],
      )
      const results = await playConversation({ ...content, messages: twice })
      assert.deepEqual(
        results.filter(({ passed }) => !passed),
        [],
      )
    })

  test('a message of another version changes nothing', async () => {
    const content = load('conversation-apns.json')
    const [first, ...rest] = content['messages'] as Json[]
    const results = await playConversation({ ...content, messages: [{ ...first, version: 0 }, first, ...rest] })
    assert.deepEqual(
      results.filter(({ passed }) => !passed),
      [],
    )
  })
})
