import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createMemoryBus,
  createMemoryTransport,
  sharedMemoryBus,
  type Unnamed,
} from '../../../plugins/transport/memory.ts'
import { contentTopicOf } from '../../../src/ports/index.ts'
import { startStation, transportKit, until } from '../../kits/transport.ts'

transportKit(
  'memory',
  () => {
    const bus = createMemoryBus()
    return { create: () => createMemoryTransport(bus) }
  },
  { history: true, needsPeers: false },
)

const message = (changes: Partial<Unnamed>): Unnamed => ({
  payload: new Uint8Array([1]),
  contentTopic: contentTopicOf(1),
  version: 1,
  timestamp: 5_000_000n,
  ephemeral: false,
  ...changes,
})

const cases = [
  { what: 'another version', changes: { version: 0 }, reason: 'version' },
  { what: 'a topic of another application', changes: { contentTopic: '/chat/1/room/proto' }, reason: 'topic' },
  { what: 'too many bytes', changes: { payload: new Uint8Array(1024 * 1024 + 1) }, reason: 'oversized' },
] as const

for (const { what, changes, reason } of cases) {
  test(`memory ignores a message of ${what}`, async () => {
    const bus = createMemoryBus()
    const station = await startStation(createMemoryTransport(bus))
    station.transport.listen([1])
    bus.send(message(changes))
    bus.send(message({}))
    await until('the good one arrives', () => station.messages.length === 1)
    assert.deepEqual(station.ignored, [reason])
    await station.transport.close()
  })
}

test('memory keeps no more than its capacity, oldest out first, and no ephemeral message', async () => {
  const bus = createMemoryBus({ capacity: 3 })
  for (let time = 1n; time <= 5n; time += 1n) bus.send(message({ timestamp: time }))
  bus.send(message({ timestamp: 6n, ephemeral: true }))
  assert.deepEqual(
    bus.kept(0n, 100n).map(({ timestamp }) => timestamp),
    [3n, 4n, 5n],
  )
})

test('memory buses of one name are one bus, of two names two', () => {
  assert.equal(sharedMemoryBus('kit-a'), sharedMemoryBus('kit-a'))
  assert.notEqual(sharedMemoryBus('kit-a'), sharedMemoryBus('kit-b'))
})
