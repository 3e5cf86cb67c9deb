import type { Problem } from '../../../src/ports/index.ts'
import { parseMultiaddr, unreachable } from './addresses.ts'
import { listOf, maxShard, shardOf } from './shards.ts'

/** The settings that every way onto the Waku network has in common. */
export const networkSettings = {
  WAKU_CLUSTER: {
    type: 'integer',
    description: 'Cluster of the Waku network.',
    default: 16,
    minimum: 0,
    maximum: 65535,
  },
  WAKU_SHARDS: {
    type: 'string',
    description: 'Comma-separated static shards to relay.',
    default: '32,64',
    minLength: 1,
  },
  WAKU_PUBLISH_SHARD: {
    type: 'integer',
    description: 'Shard on which answers are published; one of WAKU_SHARDS.',
    default: 32,
    minimum: 0,
    maximum: maxShard,
  },
  WAKU_MAX_MESSAGE_BYTES: {
    type: 'integer',
    description:
      'Largest message in bytes, in and out. Installed clients send up to 1 MiB; what we send is far smaller (SEGMENT_BYTES).',
    default: 1024 * 1024,
    minimum: 1024,
    maximum: 4 * 1024 * 1024,
  },
} as const

/** The store nodes that a node of our own asks. */
export const storeSettings = {
  WAKU_STORE_NODES: {
    type: 'string',
    description:
      'Comma-separated multiaddrs of nodes that keep messages, each with /p2p/ and the peer id: what came while the gateway was away is asked of them, and of connected peers that offer it.',
    default: '',
  },
} as const

export interface ShardSettings {
  readonly WAKU_SHARDS: string
  readonly WAKU_PUBLISH_SHARD: number
}

/** What is wrong with the shards. */
export const shardProblems = ({ WAKU_SHARDS, WAKU_PUBLISH_SHARD }: ShardSettings): Problem[] => {
  const parts = listOf(WAKU_SHARDS)
  const wrong = parts.filter((part) => shardOf(part) === undefined)
  const mend = `name shards from 0 to ${maxShard}, as in 32,64`
  if (parts.length === 0) return [{ setting: 'WAKU_SHARDS', wrong: 'it names no shard', mend }]
  if (wrong.length > 0) return wrong.map((part) => ({ setting: 'WAKU_SHARDS', wrong: `"${part}" is no shard`, mend }))
  if (parts.some((part) => shardOf(part) === WAKU_PUBLISH_SHARD)) return []
  const missing = `${WAKU_PUBLISH_SHARD} is not among WAKU_SHARDS (${parts.join(', ')})`
  return [{ setting: 'WAKU_PUBLISH_SHARD', wrong: missing, mend: 'name one of them, or add it there' }]
}

/** What is wrong with the address of a peer that we call, `undefined` where nothing is. */
const peerFault = (text: string): string | undefined => {
  const address = parseMultiaddr(text)
  if (address === undefined) return 'is no multiaddr'
  return unreachable(address) ?? (address.getPeerId() === null ? 'does not name its peer' : undefined)
}

/** What is wrong with a setting that lists peers. */
export const peerProblems = (setting: string, value: string): Problem[] =>
  listOf(value).flatMap((text) => {
    const fault = peerFault(text)
    const mend = 'write it like /ip4/192.0.2.1/tcp/60000/p2p/16Uiu2HA…'
    return fault === undefined ? [] : [{ setting, wrong: `"${text}" ${fault}`, mend }]
  })

/** What is wrong with a setting that lists addresses of our own. */
export const announceProblems = (setting: string, value: string): Problem[] =>
  listOf(value).flatMap((text) => {
    const address = parseMultiaddr(text)
    const fault = address === undefined ? 'is no multiaddr' : unreachable(address)
    const mend = 'write it like /dns4/push.example.org/tcp/60000'
    return fault === undefined ? [] : [{ setting, wrong: `"${text}" ${fault}`, mend }]
  })
