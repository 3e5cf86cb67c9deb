import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { type Cast, ok, soon, startStation, until } from './transport-station.ts'

/** Start, health and close: the part of the kit about a transport's life. */
export const lifecycleTests = ({ create, join, pair, say, received, healthy }: Cast): void => {
  test('rejects a publish before the start and after the close', async () => {
    const transport = await create()
    const message = { topic: 1, payload: Buffer.from('x') }
    await assert.rejects(transport.publish(message, soon(1_000)), Error)
    await startStation(transport)
    await transport.close()
    await assert.rejects(transport.publish(message, soon(1_000)), Error)
  })

  test('has plain numbers for stats, before, during and after', async () => {
    const transport = await create()
    const allNumbers = () => Object.values(transport.stats()).every(Number.isFinite)
    assert.ok(allNumbers())
    await startStation(transport)
    assert.ok(allNumbers())
    await transport.close()
    assert.ok(allNumbers())
  })

  test('is not healthy before the start and after the close', async () => {
    const transport = await create()
    assert.equal(transport.health().status, 'down')
    await startStation(transport)
    await transport.close()
    assert.equal(transport.health().status, 'down')
  })

  test('starts only once', async () => {
    const a = await join()
    await assert.rejects(startStation(a.transport), Error)
  })

  test('closes twice, at once and within 5 s', async () => {
    const [a] = await pair([1])
    const since = performance.now()
    await Promise.all([a.transport.close(), a.transport.close()])
    await a.transport.close()
    assert.ok(performance.now() - since < 5_000)
  })

  test('closes without having been started', async () => {
    const transport = await create()
    await transport.close()
    await assert.rejects(startStation(transport), Error)
  })

  test('closes while it starts, and gives no event', async () => {
    const transport = await create()
    const starting = startStation(transport).catch(() => undefined)
    const since = performance.now()
    await transport.close()
    assert.ok(performance.now() - since < 5_000)
    await starting
    assert.equal(transport.health().status, 'down')
    assert.deepEqual(transport.addresses(), [])
  })

  test('settles every publish when it closes in the middle of them', async () => {
    const [a] = await pair([1])
    const sent = Array.from({ length: 50 }, () => say(a, 1, randomBytes(2_000)))
    const outcomes = Promise.allSettled(sent)
    await a.transport.close()
    assert.equal((await outcomes).length, 50)
  })

  test('gives no event after the close', async () => {
    const [a, b] = await pair([1])
    const c = await join([1])
    await healthy(c)
    await say(a, 1, Buffer.from('before'))
    await received(b, 1)
    await received(c, 1)
    const closed = b.transport.close()
    const seen = b.messages.length + b.ignored.length
    await say(a, 1, Buffer.from('after'))
    await received(c, 2)
    await closed
    assert.equal(b.messages.length + b.ignored.length, seen)
  })
}

/** For transports that need somebody at the other end. */
export const peerTests = ({ join, say, received }: Cast, patienceMs: number): void => {
  test('rejects a publish when nobody is there until the signal aborts', async () => {
    const a = await join()
    await assert.rejects(a.transport.publish({ topic: 1, payload: Buffer.from('x') }, soon(200)), Error)
  })

  test('publishes as soon as somebody comes', async () => {
    const a = await join()
    const sent = say(a, 1, Buffer.from('patient'))
    const b = await join([1])
    await sent
    await received(b, 1)
  })

  test('is down with a reason while no peer is there, and recovers', async () => {
    const a = await join()
    const alone = a.transport.health()
    assert.ok(alone.status === 'down' && alone.reason.length > 10)
    const b = await join()
    await until('it is healthy with a peer', () => ok(a), patienceMs)
    await b.transport.close()
    await until('it is down again', () => !ok(a), patienceMs)
    await join()
    await until('it is healthy again', () => ok(a), patienceMs)
  })

  test('rejects what waits for a peer when it closes', async () => {
    const a = await join()
    const waiting = say(a, 1, Buffer.from('x'))
    const outcome = assert.rejects(waiting, Error)
    await a.transport.close()
    await outcome
  })
}
