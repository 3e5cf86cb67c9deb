import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { type Notification, tokenTypes } from '../../../src/ports/index.ts'
import { makeNotification } from '../../kits/delivery.ts'
import { gorushOn, kinds, never } from './gorush-worlds.ts'

// GORUSH_BIN: a gorush. REAL_GORUSH: a script that runs it with stand-ins for Apple and Google, and prints {gorushUrl, controlUrl}.
const script = process.env['REAL_GORUSH']
const skip = process.env['GORUSH_BIN'] && script ? false : 'GORUSH_BIN and REAL_GORUSH are not set'

interface Addresses {
  readonly gorushUrl: string
  readonly controlUrl: string
}

const withReal = async (options: object, check: (addresses: Addresses) => Promise<void>): Promise<void> => {
  const child = spawn(process.execPath, [script ?? ''], {
    env: { ...process.env, GORUSH_OPTIONS: JSON.stringify(options) },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    const [line] = await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(30_000) })
    await check(JSON.parse(String(line)) as Addresses)
  } finally {
    const ended = once(child, 'exit')
    child.kill()
    await ended
  }
}

const post = (url: string, body: object) => fetch(url, { method: 'POST', body: JSON.stringify(body) })
const android = (index: number, changes: Partial<Notification> = {}) =>
  makeNotification(index, { tokenType: tokenTypes.firebase, ...changes })

test('a real gorush: outcomes, order, and what reaches the providers', { skip }, () =>
  withReal({ core: { sync: true } }, async ({ gorushUrl, controlUrl }) => {
    const { delivery, lines } = gorushOn(gorushUrl, { timeoutMs: 15_000 })
    const batch = [
      makeNotification(1),
      makeNotification(2),
      android(3),
      android(4),
      makeNotification(5),
      makeNotification(6),
    ]
    const refuse = (index: number, verdict: object) =>
      post(`${controlUrl}/verdict`, { token: batch[index]?.deviceToken, ...verdict })
    await refuse(1, { status: 410, reason: 'Unregistered', timestamp: 1 })
    await refuse(3, {
      status: 404,
      body: { error: { code: 404, message: 'Requested entity was not found.', status: 'NOT_FOUND' } },
    })
    await refuse(4, { status: 400, reason: 'DeviceTokenNotForTopic' })
    await refuse(5, { status: 503, reason: 'ServiceUnavailable' })
    assert.deepEqual(await delivery.health(), { status: 'ok' })
    const outcomes = await delivery.deliver(batch, never())
    assert.deepEqual(kinds(outcomes), ['delivered', 'dead-token', 'delivered', 'dead-token', 'rejected', 'retry'])
    const seen = (await (await fetch(`${controlUrl}/seen`)).json()) as {
      token: string
      provider: string
      body: object
    }[]
    assert.deepEqual(seen.map(({ token }) => token).sort(), batch.map(({ deviceToken }) => deviceToken).sort())
    assert.deepEqual(lines, [])
    await delivery.close()
  }),
)

test('a real gorush: a smaller limit is learned, a disabled platform waits, asynchronous mode is told', { skip }, () =>
  withReal({ core: { sync: false, max: 3 }, android: false }, async ({ gorushUrl }) => {
    const { delivery, lines } = gorushOn(gorushUrl)
    await delivery.health()
    const batch = [...Array.from({ length: 7 }, (_, index) => makeNotification(index)), android(9)]
    assert.deepEqual(kinds(await delivery.deliver(batch, never())), [...Array(7).fill('delivered'), 'retry'])
    assert.equal(delivery.maxBatch, 3)
    for (const word of ['core.sync', '"limit":3', '"platform":"android"']) {
      assert.ok(lines.some((line) => line.includes(word)))
    }
    await delivery.close()
  }),
)

test('a real gorush: unreachable providers are to be tried again, and no token is told', { skip }, () =>
  withReal({ core: { sync: true }, unreachable: true }, async ({ gorushUrl }) => {
    const { delivery, lines } = gorushOn(gorushUrl, { timeoutMs: 15_000 })
    const batch = [makeNotification(1), android(2)]
    const outcomes = await delivery.deliver(batch, never())
    assert.deepEqual(kinds(outcomes), ['retry', 'retry'])
    for (const { deviceToken } of batch) assert.ok(!JSON.stringify([outcomes, lines]).includes(deviceToken))
    await delivery.close()
  }),
)

test('a real gorush in asynchronous mode: what it posts to its hook is the outcome', { skip }, () =>
  withReal({ core: { sync: false } }, async ({ gorushUrl, controlUrl }) => {
    const { delivery } = gorushOn(gorushUrl, { mode: 'async', feedbackWaitMs: 4_000 })
    const batch = [makeNotification(1), makeNotification(2), android(3)]
    const dead = { token: batch[1]?.deviceToken, status: 410, reason: 'Unregistered', timestamp: 1 }
    await post(`${controlUrl}/verdict`, dead)
    const call = delivery.deliver(batch, never())
    let ended = false
    void call.then(() => {
      ended = true
    })
    const heard = new Set<string>()
    // The stand-in keeps what gorush posts to its hook; it is carried over as it came.
    while (!ended && heard.size === 0)
      for (const report of (await (await fetch(`${controlUrl}/feedback`)).json()) as { notif_id: string }[])
        if (delivery.hear(report) === 'heard') heard.add(report.notif_id)
    assert.deepEqual([...heard], [batch[1]?.id])
    assert.deepEqual(kinds(await call), ['delivered', 'dead-token', 'delivered'])
    await delivery.close()
  }),
)
