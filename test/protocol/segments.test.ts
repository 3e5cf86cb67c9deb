import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Assembler,
  type AssemblyResult,
  concat,
  createAssembler,
  hex,
  parseSegment,
  type Segment,
  sealEnvelope,
  splitIntoSegments,
  unhex,
} from '../../src/protocol/index.ts'
import { parityOf, restoreData } from '../../src/protocol/reed-solomon.ts'
import { casesOf, client, present, server } from './support.ts'

interface SegmentCase {
  readonly note: string
  readonly payload: string
  readonly segmentSize: number
  readonly segments: readonly string[]
  readonly hash: string
  readonly segmented: boolean
}

const limits = { maxMessages: 4, maxBytes: 1 << 20, maxAgeMs: 1000 }
const sender = client.publicKey

const segmentsOf = (payload: Uint8Array, size: number): Segment[] =>
  splitIntoSegments(server, payload, size).map((bytes) => present(parseSegment(bytes)))

const addAll = (assembler: Assembler, segments: readonly Segment[], now = 0): AssemblyResult[] =>
  segments.map((segment) => assembler.add(sender, segment, now))

/** The result of the last of these segments, after every one before it had to wait. */
const joinOf = (segments: readonly Segment[]): AssemblyResult => {
  const results = addAll(createAssembler(server, limits), segments)
  assert.ok(results.slice(0, -1).every(({ kind }) => kind === 'waiting'))
  return present(results.at(-1))
}

/** Numbers that look random and are the same in every run. */
const shuffled = <T>(items: readonly T[], seed: number): T[] =>
  items
    .map((item, index) => ({ item, rank: hex(server.sha256(Uint8Array.of(seed, index >> 8, index))) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ item }) => item)

describe('recorded segments', () => {
  for (const vector of casesOf<SegmentCase[]>('segments.json')) {
    const payload = unhex(vector.payload)

    test(`${vector.note}: splitting gives the recorded bytes`, () => {
      assert.deepEqual(splitIntoSegments(server, payload, vector.segmentSize).map(hex), vector.segments)
      assert.equal(hex(server.keccak256(payload)), vector.hash)
    })

    if (!vector.segmented) continue
    const segments = vector.segments.map((segment) => present(parseSegment(unhex(segment))))
    const data = present(segments[0]).count
    const subsets = [
      ['the data segments in order', segments.slice(0, data)],
      ['the last ones, parity first', segments.slice(-data).reverse()],
      ...Array.from({ length: 12 }, (_, seed) => [`subset ${seed}`, shuffled(segments, seed).slice(0, data)] as const),
    ] as const
    for (const [what, subset] of subsets) {
      test(`${vector.note}: ${what} give the payload`, () => {
        assert.deepEqual(joinOf(subset), { kind: 'complete', payload })
      })
    }

    test(`${vector.note}: one segment fewer is not enough`, () => {
      assert.deepEqual(joinOf(shuffled(segments, 99).slice(0, data - 1)), { kind: 'waiting' })
    })
  }
})

describe('splitting and joining', () => {
  test('any sufficient subset in any order gives any payload back', () => {
    const sizes = fc.record({
      length: fc.integer({ min: 1, max: 600 }),
      size: fc.integer({ min: 3, max: 90 }),
      seed: fc.nat(255),
    })
    fc.assert(
      fc.property(sizes, ({ length, size, seed }) => {
        const payload = server.randomBytes(length).with(-1, 1)
        const encoded = splitIntoSegments(server, payload, size)
        if (length <= size) return assert.deepEqual(encoded, [payload])
        const segments = encoded.map((bytes) => present(parseSegment(bytes)))
        const subset = shuffled(segments, seed).slice(0, Math.ceil(length / size))
        assert.deepEqual(joinOf(subset), { kind: 'complete', payload })
      }),
      { numRuns: 60 },
    )
  })

  for (const zeros of [0, 1, 40]) {
    test(`a payload that ends in ${zeros} zeros comes back without its last segment`, () => {
      const payload = concat(server.randomBytes(760).with(-1, 1), new Uint8Array(zeros))
      const segments = segmentsOf(payload, 100)
      assert.deepEqual(joinOf(segments.filter(({ index }) => index !== 7)), { kind: 'complete', payload })
    })
  }

  for (const [data, parity] of [
    [7, 0],
    [8, 1],
    [15, 1],
    [228, 28],
    [229, 0],
    [300, 0],
  ] as const) {
    test(`${data} data segments have ${parity} parity segments`, () => {
      assert.equal(splitIntoSegments(server, new Uint8Array(data), 1).length, data + parity)
    })
  }

  test('Reed-Solomon restores every set of holes that it can, and refuses more', () => {
    const data = Array.from({ length: 10 }, () => server.randomBytes(16))
    const all = [...data, ...parityOf(data, 4)]
    for (let seed = 0; seed < 30; seed++) {
      const gone = new Set(shuffled([...all.keys()], seed).slice(0, 4))
      const holes = all.map((shard, index) => (gone.has(index) ? undefined : shard))
      assert.deepEqual(restoreData(holes, 10), data)
      const another = present([...all.keys()].find((index) => !gone.has(index)))
      assert.equal(restoreData(holes.with(another, undefined), 10), undefined)
    }
  })

  test('more shards than the field has are a mistake of the caller', () => {
    assert.throws(
      () =>
        parityOf(
          Array.from({ length: 250 }, () => Uint8Array.of(1)),
          7,
        ),
      RangeError,
    )
  })
})

describe('telling segments from envelopes', () => {
  const head = concat(Uint8Array.of(0x0a, 32), new Uint8Array(32).fill(1))
  const rows: readonly (readonly [string, Uint8Array, boolean])[] = [
    ['hash, index, count, payload', concat(head, Uint8Array.of(0x10, 1, 0x18, 2, 0x22, 1, 9)), true],
    ['no index', concat(head, Uint8Array.of(0x18, 2, 0x22, 1, 9)), true],
    ['an unknown field beside', concat(head, Uint8Array.of(0x22, 1, 9, 0x7a, 1, 9)), true],
    ['a group with a field 2 inside', concat(head, Uint8Array.of(0x22, 1, 9, 0x7b, 0x12, 1, 9, 0x7c)), true],
    ['an index of bytes', concat(head, Uint8Array.of(0x12, 1, 9, 0x22, 1, 9)), false],
    ['an index of no bytes', concat(head, Uint8Array.of(0x12, 0, 0x22, 1, 9)), false],
    ['an index of four fixed bytes', concat(head, Uint8Array.of(0x15, 1, 0, 0, 0, 0x22, 1, 9)), false],
    ['a varint index and one of bytes', concat(head, Uint8Array.of(0x10, 1, 0x12, 1, 9, 0x22, 1, 9)), false],
    ['no payload', concat(head, Uint8Array.of(0x10, 1, 0x18, 2)), false],
    ['an empty payload', concat(head, Uint8Array.of(0x10, 1, 0x18, 2, 0x22, 0)), false],
    ['a hash of 31 bytes', concat(Uint8Array.of(0x0a, 31), new Uint8Array(31), Uint8Array.of(0x22, 1, 9)), false],
    ['a hash of 65 bytes', concat(Uint8Array.of(0x0a, 65), new Uint8Array(65), Uint8Array.of(0x22, 1, 9)), false],
    ['no hash', Uint8Array.of(0x22, 1, 9), false],
    ['nothing', Uint8Array.of(), false],
    ['an envelope', sealEnvelope(server, { signer: client, type: 16, body: new Uint8Array(32) }), false],
  ]
  for (const [what, bytes, expected] of rows) {
    test(`${what}: ${expected ? 'a segment' : 'no segment'}`, () => {
      assert.equal(parseSegment(bytes) !== undefined, expected)
    })
  }

  test('random bytes never throw', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseSegment(concat(head, bytes))))
  })
})

describe('the assembler', () => {
  const payload = server.randomBytes(1000).with(-1, 1)
  const segments = segmentsOf(payload, 100)
  const [first, second, third] = [present(segments[0]), present(segments[1]), present(segments[2])]
  const parity = present(segments.at(-1))

  test('does not mix messages of two signers, nor signed with unsigned ones', () => {
    const assembler = createAssembler(server, limits)
    for (const [index, segment] of segments.slice(0, 9).entries())
      assert.equal(assembler.add(index % 2 === 0 ? sender : undefined, segment, 0).kind, 'waiting')
    assert.equal(assembler.pending.messages, 2)
  })

  test('counts a segment that comes twice once', () => {
    const assembler = createAssembler(server, limits)
    addAll(assembler, [first, first])
    assert.equal(assembler.pending.bytes, 164)
  })

  test('is empty after a message is joined', () => {
    const assembler = createAssembler(server, limits)
    assert.equal(addAll(assembler, segments.slice(0, 10)).at(-1)?.kind, 'complete')
    assert.deepEqual(assembler.pending, { messages: 0, bytes: 0 })
  })

  test('a late segment of a joined message starts no new one', () => {
    const assembler = createAssembler(server, limits)
    addAll(assembler, segments.slice(0, 10))
    assert.deepEqual(assembler.add(sender, parity, 1), { kind: 'late' })
    assert.equal(assembler.pending.messages, 0)
  })

  test('a message that is sent again is joined again', () => {
    const assembler = createAssembler(server, limits)
    addAll(assembler, segments)
    assert.deepEqual(addAll(assembler, segments.slice(0, 10), 1).at(-1), { kind: 'complete', payload })
  })

  const bad: readonly (readonly [string, readonly Segment[]])[] = [
    ['an index out of range', [{ ...first, index: 10 }]],
    ['a single segment', [{ ...first, count: 1 }]],
    ['a parity index out of range', [{ ...parity, parityIndex: 1 }]],
    ['no count at all', [{ ...parity, parityCount: 0 }]],
    ['two counts', [first, { ...second, count: 11 }]],
    ['two counts of parity', [parity, { ...parity, parityIndex: 1, parityCount: 2 }]],
    ['more shards than there can be', [{ ...first, count: 256 }, parity]],
    ['the largest numbers', [{ ...first, index: 2 ** 32 - 2, count: 2 ** 32 - 1 }]],
    ['one segment beyond all bytes', [{ ...first, payload: new Uint8Array(limits.maxBytes) }]],
  ]
  for (const [what, wrong] of bad) {
    test(`refuses ${what}`, () => {
      assert.equal(addAll(createAssembler(server, limits), wrong).at(-1)?.kind, 'refused')
    })
  }

  test('refuses what does not give the hash, and forgets it', () => {
    for (const wrong of [
      [...segments.slice(0, 9), { ...present(segments[9]), payload: new Uint8Array(100) }],
      [...segments.slice(0, 9), { ...parity, payload: new Uint8Array(100) }],
      [...segments.slice(0, 9), { ...parity, payload: new Uint8Array(3) }],
    ]) {
      const assembler = createAssembler(server, limits)
      assert.equal(addAll(assembler, wrong).at(-1)?.kind, 'refused')
      assert.deepEqual(assembler.pending, { messages: 0, bytes: 0 })
    }
  })

  test('gives a message up at its age', () => {
    const assembler = createAssembler(server, limits)
    addAll(assembler, segments.slice(0, 9), 0)
    assert.equal(assembler.add(sender, present(segments[9]), limits.maxAgeMs).kind, 'waiting')
    assert.deepEqual(assembler.pending, { messages: 1, bytes: 164 })
  })

  test('a segment does not make its message younger', () => {
    const assembler = createAssembler(server, limits)
    assembler.add(sender, first, 0)
    assembler.add(sender, second, limits.maxAgeMs - 1)
    assembler.add(sender, third, limits.maxAgeMs)
    assert.equal(assembler.pending.bytes, 164)
  })

  test('the oldest message makes room for one too many', () => {
    const assembler = createAssembler(server, { ...limits, maxMessages: 2 })
    const others = [1, 2].map((seed) => segmentsOf(new Uint8Array(300).fill(seed), 100))
    assembler.add(sender, first, 0)
    for (const other of others) assembler.add(sender, present(other[0]), 0)
    assert.equal(assembler.pending.messages, 2)
    assert.deepEqual(addAll(assembler, present(others[1]).slice(1)).at(-1)?.kind, 'complete')
    assert.deepEqual(addAll(assembler, present(others[0]).slice(1)).at(-1)?.kind, 'complete')
  })

  test('the oldest message makes room for too many bytes', () => {
    const assembler = createAssembler(server, { ...limits, maxBytes: 1640 })
    addAll(assembler, segments.slice(0, 9))
    const other = segmentsOf(new Uint8Array(300).fill(1), 100)
    assembler.add(sender, present(other[0]), 0)
    assembler.add(sender, present(other[1]), 0)
    assert.deepEqual(assembler.pending, { messages: 1, bytes: 328 })
  })

  test('a message that cannot fit is refused and pushes nothing out', () => {
    const assembler = createAssembler(server, { ...limits, maxBytes: 900 })
    const other = present(segmentsOf(new Uint8Array(300).fill(1), 100)[0])
    assembler.add(sender, other, 0)
    assert.equal(assembler.add(sender, first, 0).kind, 'refused')
    assert.deepEqual(assembler.pending, { messages: 1, bytes: 164 })
  })

  test('never exceeds its bounds and never throws, whatever comes', () => {
    const wild = fc.record({
      hash: fc.constantFrom(new Uint8Array(32), new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)),
      index: fc.constantFrom(0, 1, 2, 3, 2 ** 32 - 1),
      count: fc.constantFrom(0, 0, 2, 3, 250, 2 ** 32 - 1),
      payload: fc.uint8Array({ minLength: 1, maxLength: 60 }),
      parityIndex: fc.nat(3),
      parityCount: fc.nat(3),
    })
    const tight = { maxMessages: 2, maxBytes: 400, maxAgeMs: 5 }
    fc.assert(
      fc.property(fc.array(fc.tuple(wild, fc.nat(20), fc.boolean()), { maxLength: 40 }), (stream) => {
        const assembler = createAssembler(server, tight)
        for (const [segment, now, isSigned] of stream) {
          assembler.add(isSigned ? sender : undefined, segment, now)
          const { messages, bytes } = assembler.pending
          assert.ok(messages <= tight.maxMessages && bytes <= tight.maxBytes && bytes >= messages * 65)
        }
      }),
    )
  })
})
