import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import fc from 'fast-check'
import { fromBase32, toBase32 } from '../../../plugins/transport/waku/discovery/base32.ts'
import { readRecord, readRecordText } from '../../../plugins/transport/waku/discovery/record.ts'
import { base32, listedShards, makeRecord } from '../../fakes/enr-tree.ts'

const ip = Uint8Array.of(192, 0, 2, 7)
const tcp = Uint8Array.of(0xea, 0x60)
const ip6 = Uint8Array.from(Buffer.from('20010db8000000000000000000000007', 'hex'))

const listed = (...addresses: readonly (string | Uint8Array)[]): Uint8Array =>
  Buffer.concat(
    addresses.flatMap((address) => {
      const bytes = typeof address === 'string' ? multiaddr(address).bytes : address
      return [Buffer.of(bytes.length >> 8, bytes.length & 255), bytes]
    }),
  )

/** As Go and Nim peers write it: shard 0 is the lowest bit of the first byte. */
const marked = (cluster: number, shards: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(130)
  bytes.writeUInt16BE(cluster, 0)
  for (const shard of shards) bytes.writeUInt8(bytes.readUInt8(2 + (shard >> 3)) | (1 << (shard & 7)), 2 + (shard >> 3))
  return bytes
}

describe('a node record', () => {
  test('of EIP-778 is read', async () => {
    const record = await readRecordText(
      '-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8',
    )
    assert.equal(record?.peerId, '16Uiu2HAmSH2XVgZqYHWucap5kuPzLnt2TsNQkoppVxB5eJGvaXwm')
    // UDP only.
    assert.deepEqual(record, { peerId: record?.peerId, addresses: [] })
  })

  test('of a Go peer with domain names, secure WebSockets and shards is read', async () => {
    const record = await readRecordText(
      '-QESuEC1p_s3xJzAC_XlOuuNrhVUETmfhbm1wxRGis0f7DlqGSw2FM-p2Ugl_r25UHQJ3f1rIRrpzxJXSMaJe4yk1XFSAYJpZIJ2NIJpcISygI2rim11bHRpYWRkcnO4XAArNiZub2RlLTAxLmRvLWFtczMud2FrdS50ZXN0LnN0YXR1c2ltLm5ldAZ2XwAtNiZub2RlLTAxLmRvLWFtczMud2FrdS50ZXN0LnN0YXR1c2ltLm5ldAYfQN4DgnJzkwABCAAAAAEAAgADAAQABQAGAAeJc2VjcDI1NmsxoQJATXRSRSUyTw_QLB6H_U3oziVQgNRgrXpK7wp2AMyNxYN0Y3CCdl-DdWRwgiMohXdha3UyDw',
    )
    const peerId = '16Uiu2HAkykgaECHswi3YKJ5dMLbq2kPVCo89fcyTd38UcQD6ej5W'
    assert.deepEqual(record, {
      peerId,
      addresses: [
        `/ip4/178.128.141.171/tcp/30303/p2p/${peerId}`,
        `/dns4/node-01.do-ams3.waku.test.statusim.net/tcp/30303/p2p/${peerId}`,
        `/dns4/node-01.do-ams3.waku.test.statusim.net/tcp/8000/wss/p2p/${peerId}`,
      ],
      cluster: 1,
      shards: [0, 1, 2, 3, 4, 5, 6, 7],
    })
  })

  const other = makeRecord().peerId
  const relayed = `/ip4/192.0.2.9/tcp/1/p2p/${other}/p2p-circuit`
  const addressRows: readonly (readonly [what: string, fields: Record<string, Uint8Array>, expected: string[]])[] = [
    ['nothing', {}, []],
    ['IPv4', { ip, tcp }, ['/ip4/192.0.2.7/tcp/60000']],
    ['IPv6 with the port of both', { ip6, tcp }, ['/ip6/2001:db8::7/tcp/60000']],
    ['IPv6 with a port of its own', { ip6, tcp6: Uint8Array.of(80) }, ['/ip6/2001:db8::7/tcp/80']],
    ['an address without a port', { ip }, []],
    ['a port of 0', { ip, tcp: Uint8Array.of(0) }, []],
    ['a port of three bytes', { ip, tcp: Uint8Array.of(1, 2, 3) }, []],
    ['an IPv4 of five bytes', { ip: Uint8Array.of(1, 2, 3, 4, 5), tcp }, []],
    [
      'the same address twice',
      { ip, tcp, multiaddrs: listed('/ip4/192.0.2.7/tcp/60000') },
      ['/ip4/192.0.2.7/tcp/60000'],
    ],
    [
      'what we cannot dial',
      { multiaddrs: listed('/ip4/192.0.2.7/udp/1/quic-v1', relayed, '/ip4/192.0.2.7/tcp/8/ws') },
      ['/ip4/192.0.2.7/tcp/8/ws'],
    ],
    ['another peer’s address', { multiaddrs: listed(`/ip4/192.0.2.7/tcp/8/p2p/${other}`) }, []],
    [
      'a list that breaks off',
      { ip, tcp, multiaddrs: listed('/ip4/192.0.2.8/tcp/8', '/ip4/192.0.2.9/tcp/9').subarray(0, -1) },
      ['/ip4/192.0.2.7/tcp/60000', '/ip4/192.0.2.8/tcp/8'],
    ],
    [
      'a list with garbage in it',
      { ip, tcp, multiaddrs: listed('/ip4/192.0.2.8/tcp/8', Uint8Array.of(255, 255, 255)) },
      ['/ip4/192.0.2.7/tcp/60000', '/ip4/192.0.2.8/tcp/8'],
    ],
    [
      'a long list',
      { multiaddrs: listed(...Array.from({ length: 20 }, (_, i) => `/ip4/192.0.2.7/tcp/${i + 1}`)) },
      Array.from({ length: 8 }, (_, i) => `/ip4/192.0.2.7/tcp/${i + 1}`),
    ],
  ]
  for (const [what, fields, expected] of addressRows)
    test(`with ${what}: ${expected.length} addresses`, async () => {
      const { bytes, peerId } = makeRecord(fields)
      const record = await readRecord(bytes)
      assert.deepEqual(
        record?.addresses,
        expected.map((address) => `${address}/p2p/${peerId}`),
      )
    })

  const shardRows: readonly (readonly [
    what: string,
    fields: Record<string, Uint8Array>,
    cluster: number,
    shards: number[],
  ])[] = [
    ['a list', { rs: listedShards(16, [32, 64]) }, 16, [32, 64]],
    ['an empty list', { rs: listedShards(16, []) }, 16, []],
    ['a bit vector', { rsv: marked(16, [0, 32, 64, 1023]) }, 16, [0, 32, 64, 1023]],
  ]
  for (const [what, fields, cluster, shards] of shardRows)
    test(`with its shards as ${what} names them`, async () => {
      const record = await readRecord(makeRecord({ ip, tcp, ...fields }).bytes)
      assert.deepEqual([record?.cluster, record?.shards], [cluster, shards])
    })

  const { bytes: sound } = makeRecord({ ip, tcp })
  const badRows: readonly (readonly [what: string, bytes: Uint8Array])[] = [
    ['no bytes', new Uint8Array()],
    ['a byte too few', sound.subarray(0, -1)],
    ['a byte too many', Uint8Array.from([...sound, 0])],
    ['no list', Uint8Array.of(0x83, 1, 2, 3)],
    ['lists in it', Uint8Array.of(0xc4, 0xc1, 0x01, 0xc1, 0x01)],
    ['more than a kilobyte', makeRecord({ ip, tcp, blob: new Uint8Array(1_000) }).bytes],
    ['a list of shards that is too short', makeRecord({ ip, tcp, rs: listedShards(16, [1, 2]).subarray(0, 5) }).bytes],
    ['a bit vector that is too short', makeRecord({ ip, tcp, rsv: marked(16, [1]).subarray(0, 100) }).bytes],
    ['shards of one byte', makeRecord({ ip, tcp, rs: Uint8Array.of(16) }).bytes],
  ]
  for (const [what, bytes] of badRows)
    test(`with ${what} is none`, async () => assert.equal(await readRecord(bytes), undefined))

  test('with one changed bit is none, or none of another peer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: sound.length * 8 - 1 }), async (bit) => {
        const changed = Uint8Array.from(sound)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        assert.equal(await readRecord(changed), undefined)
      }),
      { numRuns: 200 },
    )
  })

  test('of random bytes is none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) =>
        assert.equal(await readRecord(bytes), undefined),
      ),
    )
  })
})

describe('base32', () => {
  test('gives back what was put in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = toBase32(bytes)
        assert.equal(text, base32(bytes))
        assert.deepEqual(fromBase32(text), bytes)
        assert.deepEqual(fromBase32(text.toLowerCase()), bytes)
      }),
    )
  })

  for (const text of ['1', 'A', 'AB=', 'A0', 'AA A', 'AB', 'ÄA'])
    test(`does not take ${text}`, () => assert.equal(fromBase32(text), undefined))
})
