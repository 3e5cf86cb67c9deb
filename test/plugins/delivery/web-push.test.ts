import assert from 'node:assert/strict'
import { createECDH } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import webPush from '../../../plugins/delivery/web-push/index.ts'
import { type Outcome, tokenTypes } from '../../../src/ports/index.ts'
import { createAuthority } from '../../fakes/certificate.ts'
import { type FakeWebPush, startFakeWebPush } from '../../fakes/web-push.ts'
import { openPush } from '../../fakes/web-push-encryption.ts'
import { deliveryKit, type Failure } from '../../kits/delivery.ts'
import { register, request } from '../../support/correspondent.ts'
import { onStage, type Stage, temporaryFolder, until } from '../../support/stage.ts'
import {
  browser,
  createVapidKeys,
  keys,
  kinds,
  never,
  testTimeoutMs,
  webPushOn,
  withWebPush,
} from './web-push-worlds.ts'

const statuses: Record<Failure, number> = { 'dead-token': 410, retry: 503, rejected: 400 }

deliveryKit(
  'web-push',
  async () => {
    const fake = await startFakeWebPush()
    const delivery = webPushOn(fake)
    const tokens = new Map<number, string>()
    return {
      delivery,
      lines: [],
      tokenOf: (index) => {
        const token = tokens.get(index) ?? fake.subscribe({ vapidPublicKey: keys.publicKey })
        tokens.set(index, token)
        return token
      },
      fail: ({ deviceToken }, kind) => fake.verdict(deviceToken, statuses[kind]),
      reached: () => fake.pushes.map(({ token }) => token),
      remote: {
        silence: () => fake.behave({ kind: 'hang' }),
        heard: (count) => fake.waitFor(() => fake.heard >= count, 5_000),
        takeAway: fake.close,
      },
      close: fake.close,
    }
  },
  { failures: ['dead-token', 'retry', 'rejected'], remote: { timeoutMs: testTimeoutMs, tellsHealth: false } },
)

describe('encryption', () => {
  test('the fake opens the example of RFC 8291, section 5', () => {
    const curve = createECDH('prime256v1')
    curve.setPrivateKey(Buffer.from('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94', 'base64url'))
    const auth = Buffer.from('BTBZMqHH6r4Tts7J_aSIgg', 'base64url')
    const body = Buffer.from(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
      'base64url',
    )
    assert.equal(openPush(body, { curve, auth }).toString(), 'When I grow up, I want to be a watermelon')
  })

  for (const [fieldNames, names] of [
    ['installed', ['encryptedMessage', 'chatId', 'publicKey', 'text']],
    ['rfc71', ['message', 'chat_id', 'installation_ids', 'text']],
  ] as const)
    test(`what a page finds in a push, with field names ${fieldNames}`, () =>
      withWebPush(
        async ({ fake, delivery }) => {
          const push = browser(1, fake.subscribe({ vapidPublicKey: keys.publicKey }))
          assert.deepEqual(await delivery.deliver([push], never()), [{ kind: 'delivered' }])
          const [{ text, headers } = assert.fail()] = fake.pushes
          const data = JSON.parse(text)
          assert.deepEqual(Object.keys(data), names)
          assert.equal(data[names[0]], `0x${Buffer.from(push.message).toString('hex')}`)
          assert.equal(data.text, 'You have a new message')
          assert.equal(headers['topic'], push.id.slice(0, 32))
          assert.equal(headers['urgency'], 'high')
          assert.ok(Number(headers['ttl']) > 50 && Number(headers['ttl']) <= 60)
          assert.deepEqual(
            Object.keys(headers).toSorted(),
            'authorization connection content-encoding content-length content-type host topic ttl urgency'.split(' '),
          )
        },
        { fieldNames },
      ))

  test('4,096 bytes are sent, one more is rejected unsent', () =>
    withWebPush(async ({ fake, delivery }) => {
      const of = (bytes: number) => browser(bytes, fake.subscribe(), { message: new Uint8Array(bytes) })
      await delivery.deliver([of(100)], never())
      const most = 100 + Math.floor((4_096 - (fake.pushes[0]?.bytes ?? 0)) / 2)
      assert.deepEqual(kinds(await delivery.deliver([of(most), of(most + 1)], never())), ['delivered', 'rejected'])
      assert.ok((fake.pushes[1]?.bytes ?? 0) > 4_094)
      assert.equal(fake.heard, 2)
    }))
})

const retry = (afterMs?: number) => (outcome: Outcome) =>
  assert.deepEqual([outcome.kind, 'afterMs' in outcome ? outcome.afterMs : undefined], ['retry', afterMs])
const is = (kind: Outcome['kind']) => (outcome: Outcome) => assert.equal(outcome.kind, kind)

describe('answers of a push service', () => {
  for (const [status, headers, expected] of [
    [200, {}, is('delivered')],
    [201, {}, is('delivered')],
    [202, {}, is('delivered')],
    [204, {}, is('delivered')],
    [301, { location: 'https://127.0.0.1/' }, is('rejected')],
    [302, { location: 'https://127.0.0.1/' }, is('rejected')],
    [307, { location: 'http://169.254.169.254/' }, is('rejected')],
    [308, {}, is('rejected')],
    [400, {}, is('rejected')],
    [401, {}, is('parked')],
    [403, {}, is('parked')],
    [404, {}, is('dead-token')],
    [405, {}, is('rejected')],
    [408, {}, retry()],
    [410, {}, is('dead-token')],
    [413, {}, is('rejected')],
    [425, {}, retry()],
    [429, { 'retry-after': '7' }, retry(7_000)],
    [429, {}, retry()],
    [500, {}, retry()],
    [502, {}, retry()],
    [503, { 'retry-after': '120' }, retry(120_000)],
    [504, {}, retry()],
  ] as const)
    test(`${status}${'retry-after' in headers ? ` with Retry-After: ${headers['retry-after']}` : ''}`, () =>
      withWebPush(async ({ fake, delivery }) => {
        const token = fake.subscribe()
        fake.verdict(token, status, headers)
        const [outcome = assert.fail()] = await delivery.deliver([browser(1, token)], never())
        expected(outcome)
        assert.equal(fake.heard, 1, 'no redirect is followed, nothing is sent again')
      }))

  test('a connection that breaks before the answer: unknown', () =>
    withWebPush(async ({ fake, delivery }) => {
      fake.behave({ kind: 'reset' })
      assert.deepEqual(kinds(await delivery.deliver([browser(1, fake.subscribe())], never())), ['unknown'])
    }))

  test('a certificate that nobody vouches for: not sent', async () => {
    const other = await startFakeWebPush()
    await withWebPush(async ({ delivery }) => {
      assert.deepEqual(kinds(await delivery.deliver([browser(1, other.subscribe())], never())), ['retry'])
      assert.equal(other.heard, 0)
    }).finally(other.close)
  })
})

describe('VAPID', () => {
  test('a subscription that was made with another key is parked, and told apart from others', () =>
    withWebPush(async ({ fake, delivery }) => {
      const { publicKey } = createVapidKeys()
      const batch = [
        browser(1, fake.subscribe({ vapidPublicKey: publicKey })),
        browser(2, fake.subscribe({ vapidPublicKey: keys.publicKey })),
      ]
      const outcomes = await delivery.deliver(batch, never())
      assert.deepEqual(outcomes, [
        {
          kind: 'parked',
          reason: 'the push service refuses our VAPID key (403): the subscription was made with another',
        },
        { kind: 'delivered' },
      ])
    }))

  test('one signature serves an hour, also when the clock is set back, and never longer', async () => {
    let at = Date.now()
    await withWebPush(
      async ({ fake, delivery }) => {
        const send = async (): Promise<string | undefined> => {
          await delivery.deliver([browser(1, fake.subscribe())], never())
          return fake.pushes.at(-1)?.headers.authorization
        }
        const first = await send()
        at += 3_599_000
        assert.equal(await send(), first)
        at += 2_000
        const second = await send()
        assert.notEqual(second, first)
        at -= 86_400_000
        assert.notEqual(await send(), second)
      },
      { now: () => at },
    )
  })
})

describe('device tokens', () => {
  const subscription = (changes: object = {}, key = keys.publicKey, auth = 'BTBZMqHH6r4Tts7J_aSIgg') =>
    JSON.stringify({ endpoint: 'https://push.example.org/x', keys: { p256dh: key, auth }, ...changes })
  const notOnTheCurve = Buffer.alloc(65, 4).toString('base64url')
  for (const [what, token, reason] of [
    ['no JSON', 'dXz1:APA91b', 'the device token is no push subscription in JSON'],
    ['a list', '[]', 'the device token is no push subscription in JSON'],
    ['null', 'null', 'the device token is no push subscription in JSON'],
    ['no endpoint', '{}', 'the subscription has no endpoint'],
    ['an endpoint that is no address', subscription({ endpoint: 'push' }), 'the subscription has no endpoint'],
    ['http', subscription({ endpoint: 'http://push.example.org/x' }), 'the endpoint is not https'],
    ['a file', subscription({ endpoint: 'file:///etc/passwd' }), 'the endpoint is not https'],
    [
      'a password',
      subscription({ endpoint: 'https://u:p@push.example.org/x' }),
      'the endpoint has a user or a password in it',
    ],
    ['no keys', subscription({ keys: undefined }), 'the subscription has no keys'],
    ['a short key', subscription({}, 'BCVx'), 'the subscription has no p256dh of 65 bytes'],
    ['a point that is none', subscription({}, notOnTheCurve), 'the p256dh of the subscription is no key'],
    ['a short secret', subscription({}, keys.publicKey, 'AAAA'), 'the subscription has no auth of 16 bytes'],
    [
      'one that is too long',
      subscription({ more: 'x'.repeat(9_000) }),
      'the device token is too long for a push subscription',
    ],
  ] as const)
    test(`${what}: rejected, and nothing is connected to`, () => {
      const looked: string[] = []
      return withWebPush(
        async ({ delivery }) => {
          assert.deepEqual(await delivery.deliver([browser(1, token)], never()), [{ kind: 'rejected', reason }])
          assert.deepEqual(looked, [])
        },
        {
          resolve: ((name: string, _: unknown, callback: (error: Error) => void) => {
            looked.push(name)
            callback(new Error('no'))
          }) as never,
        },
      )
    })

  test('web-push is its only token type', () =>
    withWebPush(async ({ delivery }) => assert.deepEqual(delivery.supports, [tokenTypes['web-push']])))
})

describe('one push service among many', () => {
  test('one that hangs does not keep the places of the others, and rests after three failures', () =>
    withWebPush(
      async ({ fake, delivery }) => {
        const bad = await startFakeWebPush({ authority: fake.authority })
        const hanging = (index: number) => browser(index, bad.subscribe({ host: 'localhost' }))
        const send = async (index: number) => (await delivery.deliver([hanging(index)], never()))[0]
        try {
          bad.behave({ kind: 'hang' })
          const first = Array.from({ length: 10 }, (_, index) => send(index))
          await bad.waitFor(() => bad.heard === 10, 5_000)
          const since = performance.now()
          await until('they wait for more than a second', () => performance.now() - since > 1_100)
          assert.deepEqual(await send(10), {
            kind: 'retry',
            reason: 'the push service is slow or down',
            afterMs: 1_000,
          })
          assert.deepEqual(kinds(await delivery.deliver([browser(100, fake.subscribe())], never())), ['delivered'])
          assert.ok((await Promise.all(first)).every((outcome) => outcome?.kind === 'unknown'))
          const resting = await send(11)
          assert.ok(resting?.kind === 'retry' && (resting.afterMs ?? 0) > 25_000)
          assert.equal(delivery.stats?.()['restingHosts'], 1)
          assert.deepEqual(kinds(await delivery.deliver([browser(101, fake.subscribe())], never())), ['delivered'])
        } finally {
          await bad.close()
        }
      },
      { concurrency: 16, privateHosts: ['127.0.0.1', 'localhost'] },
    ))

  test('an answer that never ends is an answer, and its connection is closed', async () => {
    const authority = await createAuthority()
    const { cert, key } = await authority.issue({ names: ['127.0.0.1'] })
    let open = 0
    const server = createServer({ cert, key }, (_, response) => {
      response.writeHead(201, { 'content-length': 4_000 }).write('x')
    })
    server.on('secureConnection', (socket) => {
      open++
      socket.on('close', () => open--)
      socket.on('error', () => undefined)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as { port: number }
    const delivery = webPushOn({ authority })
    try {
      await withWebPush(async ({ fake }) => {
        const subscription = JSON.parse(fake.subscribe())
        const token = JSON.stringify({ ...subscription, endpoint: `https://127.0.0.1:${port}/x` })
        assert.deepEqual(kinds(await delivery.deliver([browser(1, token)], never())), ['delivered'])
        assert.equal(open, 1)
        await until('its end', () => open === 0)
      })
    } finally {
      await delivery.close()
      server.closeAllConnections()
      server.close()
    }
  })

  test('connections are kept', () =>
    withWebPush(async ({ fake, delivery }) => {
      for (let index = 0; index < 10; index++) await delivery.deliver([browser(index, fake.subscribe())], never())
      // The next push does not wait for the last byte of the answer before.
      assert.ok(fake.connections <= 2, `${fake.connections} connections`)
    }))
})

describe('a gateway with web-push', () => {
  const folder = temporaryFolder()
  after(() => rmSync(folder, { recursive: true, force: true }))
  const keyFile = join(folder, 'vapid.json')
  writeFileSync(keyFile, JSON.stringify(keys), { mode: 0o600 })

  const withGateway = async (run: (stage: Stage, fake: FakeWebPush) => Promise<void>): Promise<void> => {
    const fake = await startFakeWebPush()
    const caFile = join(folder, 'ca.pem')
    writeFileSync(caFile, fake.authority.cert)
    try {
      await onStage((stage) => run(stage, fake), {
        plugins: { delivery: [webPush] },
        env: {
          WEB_PUSH_VAPID_KEY_FILE: keyFile,
          WEB_PUSH_SUBJECT: 'mailto:push@example.org',
          WEB_PUSH_PRIVATE_HOSTS: '127.0.0.1',
          WEB_PUSH_CA_FILE: caFile,
        },
      })()
    } finally {
      await fake.close()
    }
  }

  test('a browser that registered with its subscription is woken', () =>
    withGateway(async (stage, fake) => {
      const bob = stage.person()
      const deviceToken = fake.subscribe({ vapidPublicKey: keys.publicKey })
      const registration = bob.registration({ tokenType: tokenTypes['web-push'], deviceToken, apnTopic: '' })
      assert.equal(await register(stage, bob, registration), 'success')
      assert.deepEqual(await request(stage, [bob.entry()]), ['success'])
      await stage.drained()
      const [push = assert.fail()] = fake.pushes
      assert.equal(push.token, deviceToken)
      const stats = stage.gateway.engine.deliveries()['web-push']
      assert.equal(stats?.lanes['web-push']?.outcomes.delivered, 1)
      assert.equal(stats?.own?.['vapidPublicKey'], keys.publicKey)
      assert.ok(!JSON.stringify(stats).includes(deviceToken))
    }))

  test('endpoints that fail do not close the way to the others', () =>
    withGateway(async (stage, fake) => {
      const people = Array.from({ length: 12 }, () => stage.person())
      for (const [index, person] of people.entries()) {
        const deviceToken = fake.subscribe()
        if (index < 11) fake.verdict(deviceToken, 500)
        await register(stage, person, person.registration({ tokenType: 100, deviceToken, apnTopic: '' }))
        await request(stage, [person.entry()])
      }
      await fake.waitFor(() => fake.pushes.length === 1, 10_000)
      assert.equal(stage.gateway.engine.deliveries()['web-push']?.lanes['web-push']?.breaker, 'closed')
    }))
})
