import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseExactly, stringifyExactly } from '../../../plugins/transport/waku/rest/json.ts'
import { carriersOf, peersFromAdmin, relayReadyOf } from '../../../plugins/transport/waku/rest/sight.ts'
import { hashFromRest, messageFromRest, messageToRest } from '../../../plugins/transport/waku/rest/wire.ts'
import { hashOf } from '../../fakes/rest-node.ts'

const topic = '/waku/2/rs/16/32'
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const list = (count: number, item: string) => `[${`${item},`.repeat(count)}${item}]`
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('waku-rest: what is written and read', () => {
  test('keeps every integer of 64 bits exactly', () => {
    fc.assert(
      fc.property(int64, (timestamp) => {
        const read = parseExactly(`[{"timestamp":${timestamp}}]`) as [{ timestamp: bigint | number }]
        assert.equal(BigInt(read[0].timestamp), timestamp)
        assert.equal(stringifyExactly({ timestamp }), `{"timestamp":${timestamp}}`)
      }),
    )
  })

  test('leaves other JSON as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = JSON.stringify(value)
        const read = parseExactly(text)
        // Only large integers are read in another way.
        if (!/\d{16}/.test(text)) assert.deepEqual(read, JSON.parse(text))
      }),
    )
  })

  test('is not misled by what strings hold', () => {
    const unit = fc.constantFrom('"', '\\', '[', ']', '{', '}', ',', '\n', '1234567890123456789')
    fc.assert(
      fc.property(fc.array(fc.string({ unit })), (strings) => {
        assert.deepEqual(parseExactly(JSON.stringify(strings)), strings)
      }),
    )
    const brackets = '['.repeat(1_000) + ','.repeat(200_000)
    assert.deepEqual(parseExactly(JSON.stringify({ [brackets]: brackets })), { [brackets]: brackets })
  })

  const bombs = {
    numbers: list(8_000_000, '0'),
    objects: list(5_000_000, '{}'),
    'empty strings': list(5_000_000, '""'),
    keys: `{${Array.from({ length: 150_000 }, (_, index) => `"${index}":0`)}}`,
    'lists in lists': '['.repeat(8_000_000) + ']'.repeat(8_000_000),
    'objects in objects': '{"a":'.repeat(1_000_000),
  }
  for (const [what, text] of Object.entries(bombs))
    test(`refuses what would take long to read: ${what}`, () => {
      assert.throws(() => parseExactly(text), RangeError)
    })

  const largest = {
    numbers: list(99_000, '1234567890123456789'),
    objects: list(49_000, '{"a":1}'),
    'large numbers': list(100, '1'.repeat(160_000)),
    'a very large number': `[-${'1'.repeat(16_000_000)}]`,
    'a fraction': `[0.${'1'.repeat(16_000_000)}]`,
    'a string of quotes': `["${'\\"'.repeat(8_000_000)}"]`,
    'a string of backslashes': `["${'\\\\'.repeat(8_000_000)}"]`,
    'a string of signs': `["${'é'.repeat(8_000_000)}"]`,
    space: `[${' '.repeat(16_000_000)}1]`,
    'strings that never begin': '"'.repeat(16_000_000),
  }
  for (const [what, text] of Object.entries(largest))
    test(`reads within a second the largest that it reads: ${what}`, () => {
      const began = performance.now()
      try {
        parseExactly(text)
      } catch (error) {
        assert.ok(error instanceof SyntaxError)
      }
      assert.ok(performance.now() - began < 1_000)
    })

  test('reads back every message that it writes, and names it as the network does', () => {
    const message = fc.record({
      payload: fc.uint8Array({ maxLength: 200 }),
      contentTopic: fc.string({ unit: 'binary', maxLength: 40 }),
      version: fc.nat(),
      timestamp: int64,
      ephemeral: fc.boolean(),
    })
    fc.assert(
      fc.property(message, (written) => {
        const text = stringifyExactly(messageToRest(written))
        const { hash, ...read } = messageFromRest(topic, parseExactly(text)) ?? assert.fail('it is none')
        assert.deepEqual(read, { ...written, payload: Uint8Array.from(written.payload) })
        const payload = Buffer.from(written.payload).toString('base64')
        assert.equal(hex(hash), hashOf(topic, { ...written, payload }))
      }),
    )
  })

  const base = { payload: 'AQID', contentTopic: '/a/1/b/c' }

  test('puts the meta into the hash', () => {
    const meta = 'aGVsbG8='
    const message = messageFromRest(topic, { ...base, timestamp: 5, meta })
    assert.equal(
      hex(message?.hash ?? new Uint8Array()),
      hashOf(topic, { ...base, timestamp: 5n, meta, version: 0, ephemeral: false }),
    )
  })

  for (const [what, value, timestamp] of [
    ['no timestamp', base, 0n],
    ['a timestamp of 0', { ...base, timestamp: 0 }, 0n],
    ['a timestamp in digits', { ...base, timestamp: '1732492800123456789' }, 1732492800123456789n],
    ['null for what is not there', { ...base, timestamp: null, meta: null, version: null, ephemeral: null }, 0n],
    ['URL-safe base64', { ...base, payload: '-_-_' }, 0n],
    ['no payload', { contentTopic: '/a/1/b/c' }, 0n],
  ] as const)
    test(`takes a message with ${what}`, () => {
      assert.equal(messageFromRest(topic, value)?.timestamp, timestamp)
    })

  for (const [what, value] of [
    ['null', null],
    ['a number', 7],
    ['a list', [base]],
    ['no content topic', { payload: 'AQID' }],
    ['a content topic that is none', { ...base, contentTopic: 5 }],
    ['a payload that is no text', { ...base, payload: [1, 2] }],
    ['a payload that is no base64', { ...base, payload: 'hello, world' }],
    ['a meta that is no base64', { ...base, meta: '%%%' }],
    ['a broken timestamp', { ...base, timestamp: 1.5 }],
    ['a rounded timestamp', { ...base, timestamp: 1.7e18 }],
    ['a timestamp beyond 64 bits', { ...base, timestamp: 2n ** 63n }],
    ['a timestamp in words', { ...base, timestamp: 'yesterday' }],
    ['a version below 0', { ...base, version: -1 }],
    ['a version that is no number', { ...base, version: 'one' }],
  ] as const)
    test(`takes no message out of ${what}`, () => {
      assert.equal(messageFromRest(topic, value), undefined)
    })

  test('reads hashes in every writing, and nothing else', () => {
    const bytes = Buffer.from('ab'.repeat(32), 'hex')
    const writings = [bytes.toString('hex'), `0x${bytes.toString('hex').toUpperCase()}`, bytes.toString('base64')]
    for (const text of [...writings, bytes.toString('base64url')]) assert.equal(hashFromRest(text), 'ab'.repeat(32))
    for (const wrong of ['', '0x', 'ab', 5, null, `0x${'ab'.repeat(31)}`, `0x${'zz'.repeat(32)}`])
      assert.equal(hashFromRest(wrong), undefined)
  })
})

describe('waku-rest: what nodes tell of their peers', () => {
  const relay = '/vac/waku/relay/2.0.0'
  const multiaddr = '/ip4/192.0.2.1/tcp/60000/p2p/16Uiu2HAmPeer'
  const now = { multiaddr, protocols: [relay], shards: [32], connected: 'Connected', agent: 'x', origin: 'Static' }

  for (const [what, peer, count] of [
    ['nwaku', now, 1],
    ['nwaku, of a peer whose shards it does not know', { ...now, shards: [] }, 1],
    ['nwaku, of a peer on another shard', { ...now, shards: [5] }, 0],
    ['nwaku, of a peer that could be called', { ...now, connected: 'CanConnect' }, 0],
    ['nwaku, of a peer without relay', { ...now, protocols: ['/vac/waku/store-query/3.0.0'] }, 0],
    ['an old nwaku', { multiaddr, protocols: [{ protocol: relay, connected: true }], origin: 'Dns' }, 1],
    ['an old nwaku, of a peer that is gone', { multiaddr, protocols: [{ protocol: relay, connected: false }] }, 0],
    ['go-waku', { id: 'x', multiaddrs: [], protocols: [relay], connected: true, pubsubTopics: [topic] }, 1],
    ['go-waku, of another shard', { id: 'x', protocols: [relay], connected: true, pubsubTopics: [`${topic}0`] }, 0],
    ['nonsense', { multiaddr: 5, protocols: 'none' }, 0],
  ] as const)
    test(`counts who carries a shard by the word of ${what}`, () => {
      assert.equal(carriersOf(peersFromAdmin([peer]) ?? assert.fail('it is no list'), 32), count)
    })

  test('takes a list of nonsense for no peers, and everything else for no list', () => {
    assert.deepEqual(peersFromAdmin([null, 1, 'x', {}, []]), [])
    for (const wrong of [null, {}, 'x', 5]) assert.equal(peersFromAdmin(wrong), undefined)
  })

  for (const [what, value, ready] of [
    ['ready', { protocolsHealth: [{ Store: 'READY' }, { Relay: 'READY' }] }, true],
    ['ready, as it was once written', { protocolsHealth: [{ Relay: 'Ready' }] }, true],
    ['not ready', { protocolsHealth: [{ Relay: 'NOT_READY', desc: 'No connected peers' }] }, false],
    ['not mounted', { protocolsHealth: [{ Relay: 'NOT_MOUNTED' }] }, false],
    ['unknown', { protocolsHealth: [{ Store: 'READY' }] }, undefined],
    ['unknown, as from go-waku', 'Node is healthy', undefined],
  ] as const)
    test(`knows a relay that is ${what}`, () => {
      assert.equal(relayReadyOf(value), ready)
    })
})
