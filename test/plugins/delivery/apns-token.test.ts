import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { createProviderToken } from '../../../plugins/delivery/apns/provider-token.ts'
import { makeNotification } from '../../kits/delivery.ts'
import { createClock } from '../../support/stage.ts'
import { appOf, kinds, never, withApns } from './apns-worlds.ts'

const minute = 60_000

const withToken = () => {
  const wall = createClock()
  const real = createClock(0)
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const token = createProviderToken({ key, keyId: 'KEY1234567', teamId: 'TEAM123456' }, wall.now, real.now)
  const pass = (ms: number): void => {
    wall.advance(ms)
    real.advance(ms)
  }
  return { token, wall, real, pass }
}

describe('a provider token', () => {
  test('is a JWT with the key’s id, the team’s, and the time in seconds', () => {
    const { token, wall } = withToken()
    const [header, claims] = token.current().split('.')
    const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString())
    assert.deepEqual(decode(header), { alg: 'ES256', kid: 'KEY1234567' })
    assert.deepEqual(decode(claims), { iss: 'TEAM123456', iat: Math.floor(wall.now() / 1_000) })
  })

  for (const [minutes, isNew] of [
    [1, false],
    [19, false],
    [39, false],
    [41, true],
    [50, true],
    [600, true],
  ] as const)
    test(`after ${minutes} minutes it is ${isNew ? 'a new one' : 'the same'}`, () => {
      const { token, pass } = withToken()
      const first = token.current()
      pass(minutes * minute)
      assert.equal(token.current() !== first, isNew)
    })

  test('that Apple calls expired is renewed, but never within 20 minutes', () => {
    const { token, pass } = withToken()
    const first = token.current()
    pass(5 * minute)
    assert.equal(token.renew(first), 15 * minute)
    assert.equal(token.current(), first)
    pass(15 * minute)
    assert.equal(token.renew(first), 0)
    const second = token.current()
    assert.notEqual(second, first)
    assert.equal(token.renew(first), 0, 'somebody else’s old one')
    assert.equal(token.current(), second)
  })

  for (const [what, ms] of [
    ['forward over its age', 3 * 60 * minute],
    ['back', -3 * 60 * minute],
  ] as const)
    test(`a clock that is set ${what} leaves it as it is; once Apple calls it expired there is a new one at once`, () => {
      const { token, wall } = withToken()
      const first = token.current()
      wall.advance(ms)
      assert.equal(token.current(), first)
      assert.equal(token.renew(first), 0)
      assert.notEqual(token.current(), first)
    })

  test('a clock that is set again and again makes no new one within 20 minutes', () => {
    const { token, wall, real } = withToken()
    const first = token.current()
    for (let n = 1; n < 20; n++) {
      wall.advance((n % 2 === 0 ? -1 : 1) * 120 * minute)
      real.advance(minute)
      assert.equal(token.current(), first)
    }
  })
})

describe('provider tokens at Apple', () => {
  test('one serves for all pushes of forty minutes', () =>
    withApns(async ({ fake, delivery }) => {
      for (let n = 0; n < 20; n++) await delivery.deliver([makeNotification(n)], never())
      assert.equal(fake.providerTokens.size, 1)
    }))

  test('a clock that jumps over the token’s age costs no push', async () => {
    const clock = createClock()
    await withApns(
      async ({ fake, delivery }) => {
        assert.deepEqual(kinds(await delivery.deliver([makeNotification(1)], never())), ['delivered'])
        clock.advance(2 * 60 * minute)
        assert.deepEqual(kinds(await delivery.deliver([makeNotification(2)], never())), ['delivered'])
        assert.equal(fake.providerTokens.size, 2)
      },
      { now: clock.now },
      { now: clock.now },
    )
  })

  test('where Apple’s clock alone has moved, pushes wait until a new token is allowed', async () => {
    const apple = createClock()
    await withApns(
      async ({ fake, delivery }) => {
        await delivery.deliver([makeNotification(1)], never())
        apple.advance(90 * minute)
        const [outcome] = await delivery.deliver([makeNotification(2)], never())
        assert.ok(outcome?.kind === 'retry' && outcome.reason === 'ExpiredProviderToken')
        const { afterMs = 0 } = outcome
        assert.ok(afterMs > 19 * minute && afterMs <= 20 * minute)
        assert.equal(fake.providerTokens.size, 1)
        assert.match(JSON.stringify(await delivery.health()), /Apple refuses the key KEY1234567 of team TEAM123456/)
      },
      {},
      { now: apple.now },
    )
  })

  test('a key that Apple refuses: tried again, health names key and team, the log says it once', () =>
    withApns(
      async ({ delivery, lines }) => {
        for (let n = 0; n < 3; n++)
          assert.deepEqual(await delivery.deliver([makeNotification(n)], never()), [
            { kind: 'retry', reason: 'InvalidProviderToken', isLocal: true },
          ])
        assert.deepEqual(await delivery.health(), {
          status: 'down',
          reason: 'Apple refuses the key KEY1234567 of team OTHER12345 for im.example.app (InvalidProviderToken).',
        })
        assert.equal(lines.filter((line) => line.includes('check that they belong together')).length, 1)
      },
      (fake) => {
        const app = appOf(fake)
        assert.ok(app.credentials.kind === 'key')
        return { apps: [{ ...app, credentials: { ...app.credentials, teamId: 'OTHER12345' } }] }
      },
    ))

  test('a certificate is shown in the TLS handshake, and no token is sent', () =>
    withApns(
      async ({ fake, delivery }) => {
        const { cert, key } = await fake.server.authority.issue({
          subject: { CN: 'Apple Push Services: im.example.app' },
        })
        const credentials = { kind: 'certificate', cert, key, expiresAt: Date.now() + 1e9 } as const
        const { apnsOn } = await import('./apns-worlds.ts')
        const own = apnsOn(fake, { apps: [appOf(fake, { credentials })] })
        try {
          assert.deepEqual(kinds(await own.delivery.deliver([makeNotification(1)], never())), ['delivered'])
          assert.equal(fake.providerTokens.size, 0)
        } finally {
          await own.delivery.close()
        }
        // Without one Apple breaks off the handshake.
        assert.deepEqual(kinds(await delivery.deliver([makeNotification(2)], never())), ['retry'])
      },
      {},
      { requestCertificate: true },
    ))
})

describe('a key that several apps share', () => {
  const two = makeNotification(2, { apnTopic: 'im.two' })
  for (const [what, changes, notification] of [
    ['two apps', { topic: 'im.two' }, two],
    ['two environments', { environment: 'sandbox' }, makeNotification(3)],
  ] as const)
    test(`${what}, seconds apart, show Apple one token: a second one within 20 minutes would be refused`, () => {
      const clock = createClock()
      return withApns(
        async ({ fake, delivery }) => {
          assert.deepEqual(kinds(await delivery.deliver([makeNotification(1)], never())), ['delivered'])
          clock.advance(5_000)
          // Only the sandbox is asked for a token that production does not know.
          fake.verdict(makeNotification(3).deviceToken, { status: 400, reason: 'BadDeviceToken' })
          const [outcome] = await delivery.deliver([notification], never())
          assert.ok(outcome !== undefined && !('reason' in outcome && outcome.reason.startsWith('TooMany')))
          assert.equal(fake.server.opened, 2)
          assert.equal(fake.providerTokens.size, 1)
        },
        (fake) => ({ apps: [appOf(fake), appOf(fake, changes)], now: clock.now }),
        { now: clock.now },
      )
    })
})
