import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStoreMarks } from '../../src/gateway/store-marks.ts'
import type { PeerInfo } from '../../src/ports/index.ts'

const createCursors = () => {
  const values = new Map<string, bigint>()
  return {
    values,
    get: async (name: string) => values.get(name),
    set: async (name: string, value: bigint) => void values.set(name, value),
  }
}

const store = (id: string, changes: Partial<PeerInfo> = {}): PeerInfo => ({
  id,
  address: undefined,
  source: 'static',
  roles: ['store'],
  connected: true,
  since: 0,
  ...changes,
})

const createStage = (cursors = createCursors()) => {
  const peers: PeerInfo[] = []
  return { cursors, peers, marks: createStoreMarks({ peers: () => peers }, { cursors }) }
}

test('a store node that was away is read from where it was last read, whatever others answered meanwhile', async () => {
  const { marks, peers } = createStage()
  peers.push(store('north'), store('south'))
  assert.equal(await marks.begin(1_000), 1_000)
  await marks.answered(['north', 'south'], 900, 2_000)
  peers.splice(0, 1, store('north', { connected: false }))
  assert.equal(await marks.begin(2_000), 2_000)
  await marks.answered(['south'], 1_900, 9_000)
  peers.splice(0, 1, store('north'))
  assert.equal(await marks.begin(9_000), 2_000)
  await marks.answered(['north', 'south'], 1_900, 10_000)
  assert.equal(await marks.begin(10_000), 10_000)
})

test('a restart of the gateway in between changes nothing', async () => {
  const before = createStage()
  before.peers.push(store('north'))
  await before.marks.begin(1_000)
  await before.marks.answered(['north'], 900, 2_000)
  const after = createStage(before.cursors)
  after.peers.push(store('north'))
  assert.equal(await after.marks.begin(9_000), 2_000)
})

test('who answers for the first time is read from the beginning of this process', async () => {
  const { marks, peers } = createStage()
  await marks.begin(1_000)
  peers.push(store('north'))
  assert.equal(await marks.begin(5_000), 5_000)
  await marks.answered(['north'], 4_900, 6_000)
  assert.equal(await marks.begin(6_000), 1_000)
  await marks.answered(['north'], 900, 7_000)
  assert.equal(await marks.begin(7_000), 7_000)
})

test('who is there and never answers does not make every look long', async () => {
  const { marks, peers } = createStage()
  peers.push(store('north'))
  await marks.begin(1_000)
  await marks.answered(['north'], 900, 2_000)
  const starts: number[] = []
  for (let start = 10_000; start < 17_000; start += 1_000) starts.push(await marks.begin(start))
  assert.deepEqual(starts, [2_000, 2_000, 2_000, 2_000, 2_000, 15_000, 16_000])
})

test('store nodes that nobody configured leave nothing in the storage', async () => {
  const { marks, peers, cursors } = createStage()
  peers.push(store('found', { source: 'dns' }))
  await marks.begin(1_000)
  await marks.answered(['found'], 900, 2_000)
  assert.equal(cursors.values.size, 0)
  assert.equal(await marks.begin(9_000), 2_000)
})
