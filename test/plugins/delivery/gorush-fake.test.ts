import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type FakeGorush, startFakeGorush } from '../../fakes/gorush.ts'
import { type Exchange, errorOf, type RecordedEntry, recordings, wholeRequest } from './gorush-recordings.ts'

const post = async (fake: FakeGorush, body: string) => {
  const response = await fetch(`${fake.url}/api/push`, { method: 'POST', body })
  const text = await response.text()
  return { status: response.status, type: response.headers.get('content-type'), body: text ? JSON.parse(text) : text }
}

// gorush's workers end in any order.
const sorted = (body: Exchange['response']['body']) =>
  body.logs ? { ...body, logs: body.logs.toSorted((a, b) => (a.notif_id ?? '').localeCompare(b.notif_id ?? '')) } : body

const ios = (index: number, token: string) => ({
  tokens: [token],
  platform: 1,
  message: 'You have a new message',
  topic: 'im.example.app',
  notif_id: `n${index}`,
})
const android = (index: number, token: string) => ({
  tokens: [token],
  platform: 2,
  message: 'You have a new message',
  notif_id: `n${index}`,
})
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ios(index, `${index}`.padStart(64, '0')))

// Requests that are cut in the recordings, made whole again from what their answers say.
const completed: Readonly<Record<string, object[]>> = {
  'some-fail': [
    ios(1, '1'.padStart(64, '0')),
    ios(2, '410'.padStart(64, '0')),
    android(3, 'fcm-1'),
    android(4, 'fcm-unregistered'),
    ios(5, '400'.padStart(64, '0')),
  ],
  hundred: numbered(100),
  'hundred-and-one': numbered(101),
}

const bodyOf = (exchange: Exchange): string => {
  if (typeof exchange.request === 'string') return exchange.request
  const notifications = wholeRequest(exchange) ?? completed[exchange.name]
  assert.ok(notifications, `${exchange.name} is cut`)
  return JSON.stringify({ notifications })
}

// Where the network failed, the errors stand in the answer alone.
const errorsByAnswer = (exchange: Exchange): [token: string, error: string][] =>
  (wholeRequest(exchange) ?? []).flatMap(({ notif_id, tokens }) => {
    const entry = exchange.response.body.logs?.find((log: RecordedEntry) => log.notif_id === notif_id)
    return entry && tokens.length === 1 ? tokens.map((token): [string, string] => [token, entry.error]) : []
  })

const errorsOf = (exchange: Exchange): [token: string, error: string][] =>
  exchange.verdicts.length > 0
    ? exchange.verdicts.map((verdict) => [verdict.token, errorOf(verdict)])
    : errorsByAnswer(exchange)

for (const { file, settings, exchanges } of recordings) {
  describe(`the fake answers like the gorush of ${file}`, () => {
    for (const exchange of exchanges) {
      test(exchange.name, async () => {
        const fake = await startFakeGorush({
          ios: settings['ios.enabled'] === true,
          android: settings['android.enabled'] === true,
          hideToken: settings['log.hide_token'] === true,
        })
        try {
          for (const [token, error] of errorsOf(exchange)) fake.verdict(token, error)
          const answer = await post(fake, bodyOf(exchange))
          assert.equal(answer.status, exchange.response.status)
          assert.deepEqual(sorted(answer.body), sorted(exchange.response.body))
          assert.equal(answer.type, 'application/json; charset=utf-8')
        } finally {
          await fake.close()
        }
      })
    }
  })
}

test('the fake is healthy and tells its mode', async () => {
  const fake = await startFakeGorush({ sync: false })
  const health = await fetch(`${fake.url}/healthz`)
  assert.deepEqual([health.status, await health.text()], [200, ''])
  assert.match(await (await fetch(`${fake.url}/api/config`)).text(), /^ {2}sync: false$/m)
  await fake.close()
})

test('an asynchronous fake has empty logs, whatever fails', async () => {
  const fake = await startFakeGorush({ sync: false })
  fake.verdict('t', 'Unregistered')
  const { body } = await post(fake, JSON.stringify({ notifications: [ios(1, 't')] }))
  assert.deepEqual(body, { counts: 2, logs: [], success: 'ok' })
  await fake.close()
})

test('the fake keeps what it handed on, in order', async () => {
  const fake = await startFakeGorush()
  await post(fake, JSON.stringify({ notifications: [ios(1, 'a'), android(2, 'b')] }))
  assert.deepEqual(
    fake.pushes.map(({ notifId, token, platform }) => [notifId, token, platform]),
    [
      ['n1', 'a', 1],
      ['n2', 'b', 2],
    ],
  )
  await fake.close()
})

test('a behaviour with times ends by itself', async () => {
  const fake = await startFakeGorush()
  fake.behave({ kind: 'status', status: 500, times: 2 })
  const body = JSON.stringify({ notifications: [ios(1, 'a')] })
  const statuses = []
  for (let round = 0; round < 3; round += 1) statuses.push((await post(fake, body)).status)
  assert.deepEqual(statuses, [500, 500, 200])
  assert.equal(fake.pushes.length, 1)
  await fake.close()
})

test('closing drops a hanging request and frees the port', async () => {
  const fake = await startFakeGorush()
  fake.behave({ kind: 'hang' })
  const hanging = assert.rejects(post(fake, JSON.stringify({ notifications: [ios(1, 'a')] })))
  await fake.waitFor(({ requests }) => requests.length === 1, 5_000)
  await fake.close()
  await fake.close()
  await hanging
  const again = await startFakeGorush({ port: fake.port })
  assert.equal(again.port, fake.port)
  await again.close()
})

test('waiting for what does not come ends', async () => {
  const fake = await startFakeGorush()
  await assert.rejects(fake.waitFor(() => false, 10))
  await fake.close()
})
