import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createDispatcher } from '../../src/gateway/dispatcher.ts'
import { type Delivery, healthy, type Notification, type Outcome } from '../../src/ports/index.ts'

const notification: Notification = {
  id: '00'.repeat(32),
  tokenType: 1,
  deviceToken: 'a token',
  apnTopic: 'im.example.app',
  type: 1,
  message: new Uint8Array(),
  chatId: new Uint8Array(),
  receiver: new Uint8Array(64),
  installation: '7f1a0f6e-3d0b-4f4a-9c55-0f2f6d3c1b11',
  acceptedAt: 0,
  expiresAt: 0,
}

const backendOf = (deliver: Delivery['deliver']): Delivery => ({
  supports: [1],
  maxBatch: 1,
  concurrency: 1,
  deliver,
  health: async () => healthy,
  close: async () => undefined,
})

test('nothing of a delivery is kept once it has ended', async () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const kept: WeakRef<Outcome[]>[] = []
  const signals: AbortSignal[] = []
  const dispatcher = createDispatcher(
    backendOf(async (_, signal) => {
      const outcomes: Outcome[] = [{ kind: 'delivered' }]
      kept.push(new WeakRef(outcomes))
      signals.push(signal)
      return outcomes
    }),
  )
  for (let n = 0; n < 10; n++) assert.equal((await dispatcher.deliver(notification)).kind, 'delivered')
  await nextTurn()
  collect()
  // The last ones may still be on the stack of the engine; a leak would keep all of them.
  assert.ok(kept.filter((outcomes) => outcomes.deref() !== undefined).length <= 2)
  assert.deepEqual(
    signals.flatMap((signal) => getEventListeners(signal, 'abort')),
    [],
  )
  // The dispatcher lives on, as it does in a gateway.
  assert.equal((await dispatcher.deliver(notification)).kind, 'delivered')
})

test('a backend that ignores an abort is not waited for, and what waited behind it is not sent', async () => {
  const dispatcher = createDispatcher(backendOf(() => new Promise(() => undefined)))
  const under = dispatcher.deliver(notification)
  const waiting = dispatcher.deliver(notification)
  await nextTurn()
  dispatcher.abort()
  assert.deepEqual([(await under).kind, (await waiting).kind], ['unknown', 'retry'])
})
