import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { EnrDecoder } from '@waku/enr'

/** Who a node record (ENR) speaks of, and where that node is. */
export interface NodeRecord {
  readonly peerId: string
  /** TCP and WebSocket multiaddrs, each with `/p2p/`; at most eight. */
  readonly addresses: readonly string[]
  /** Both are missing where the record does not say. */
  readonly cluster?: number
  readonly shards?: readonly number[]
}

/** The limit of EIP-778 is 300; records with many addresses exist that are longer. */
const maxRecordBytes = 1024
const maxAddresses = 8
const bitVectorBytes = 130

type Fields = ReadonlyMap<string, Uint8Array>

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Of an unsigned number without leading zeros, in at most two bytes. */
const portOf = (bytes: Uint8Array | undefined): number | undefined => {
  if (bytes === undefined || bytes.length === 0 || bytes.length > 2) return undefined
  return bytes.reduce((port, byte) => port * 256 + byte, 0)
}

const ip4 = (bytes: Uint8Array): string => `/ip4/${bytes.join('.')}`
const ip6 = (bytes: Uint8Array): string => `/ip6/${(Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []).join(':')}`

const directAddresses = (fields: Fields): string[] => {
  const [v4, v6] = [fields.get('ip'), fields.get('ip6')]
  const [port, port6 = port] = [portOf(fields.get('tcp')), portOf(fields.get('tcp6'))]
  return [
    ...(v4?.length === 4 && port !== undefined ? [`${ip4(v4)}/tcp/${port}`] : []),
    ...(v6?.length === 16 && port6 !== undefined ? [`${ip6(v6)}/tcp/${port6}`] : []),
  ]
}

/** The addresses of a `multiaddrs` field: each behind its length in two bytes. Ends at the first that is none. */
const listedAddresses = (bytes: Uint8Array | undefined): string[] => {
  const found: string[] = []
  if (bytes === undefined) return found
  const view = viewOf(bytes)
  try {
    for (let at = 0; at + 2 <= bytes.length; ) {
      const end = at + 2 + view.getUint16(at)
      if (end > bytes.length) break
      found.push(multiaddr(bytes.subarray(at + 2, end)).toString())
      at = end
    }
  } catch {
    // What follows cannot be told apart any more.
  }
  return found
}

const dialable = /^\/(ip4|ip6|dns|dns4|dns6)\/[^/]+\/tcp\/[1-9]\d*(\/ws|\/wss|\/tls\/ws|\/tls\/sni\/[^/]+\/ws)?$/

const withPeer = (text: string, peerId: string): string | undefined => {
  const [, location = text, named = peerId] = /^(.*)\/p2p\/([^/]+)$/.exec(text) ?? []
  if (named !== peerId || !dialable.test(location)) return undefined
  const address: Multiaddr = multiaddr(`${location}/p2p/${peerId}`)
  return address.toString()
}

/** `rs`: the cluster, how many, the shards, each number in two bytes but the second. `undefined` for anything else. */
const listedShards = (bytes: Uint8Array): number[] | undefined => {
  const view = viewOf(bytes)
  const count = bytes[2]
  if (count === undefined || bytes.length !== 3 + 2 * count) return undefined
  return Array.from({ length: count }, (_, i) => view.getUint16(3 + 2 * i))
}

/** `rsv`: the cluster in two bytes, then a bit for each shard, the lowest bit of a byte first as Go and Nim peers have it. */
const markedShards = (bytes: Uint8Array): number[] | undefined => {
  if (bytes.length !== bitVectorBytes) return undefined
  const isMarked = (shard: number): boolean => (((bytes[2 + (shard >> 3)] ?? 0) >> (shard & 7)) & 1) === 1
  return Array.from({ length: 1024 }, (_, shard) => shard).filter(isMarked)
}

const shardingOf = (fields: Fields): { cluster?: number; shards?: readonly number[] } => {
  const [list, vector] = [fields.get('rs'), fields.get('rsv')]
  const bytes = list ?? vector
  if (bytes === undefined) return {}
  const shards = list === undefined ? markedShards(bytes) : listedShards(bytes)
  if (shards === undefined) throw new Error('The shards of the record make no sense.')
  return { cluster: viewOf(bytes).getUint16(0), shards }
}

/** Takes RLP bytes. `undefined` for what is no record, is not signed by the node it speaks of, or contradicts itself. */
export const readRecord = async (bytes: Uint8Array): Promise<NodeRecord | undefined> => {
  if (bytes.length > maxRecordBytes) return undefined
  try {
    // The library's own readings of single fields are not used: one wrong field fails all, and its shard bits are reversed.
    const record = await EnrDecoder.fromRLP(bytes)
    const peerId = record.peerId?.toString()
    if (peerId === undefined) return undefined
    const texts = [...directAddresses(record), ...listedAddresses(record.get('multiaddrs'))]
    const addresses = new Set(texts.map((text) => withPeer(text, peerId)).filter((text) => text !== undefined))
    return { peerId, addresses: [...addresses].slice(0, maxAddresses), ...shardingOf(record) }
  } catch {
    return undefined
  }
}

/** The inverse of the text form in a tree, without its prefix. */
export const readRecordText = (text: string): Promise<NodeRecord | undefined> =>
  readRecord(new Uint8Array(Buffer.from(text, 'base64url')))
