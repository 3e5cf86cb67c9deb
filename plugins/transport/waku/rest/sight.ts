import type { PeerInfo } from '../../../../src/ports/index.ts'
import { recordOf } from './json.ts'

/** A peer of the node, as far as its API tells. */
export type SeenPeer = Pick<PeerInfo, 'id' | 'address' | 'source' | 'roles' | 'connected'> & {
  /** Empty where the node does not know. */
  readonly shards: readonly number[]
  readonly score?: number
}

const rolesByProtocol: readonly (readonly [prefix: string, role: string])[] = [
  ['/vac/waku/relay/', 'relay'],
  ['/vac/waku/store-query/', 'store'],
  ['/vac/waku/store/', 'store'],
  ['/vac/waku/filter-subscribe/', 'filter'],
  ['/vac/waku/lightpush/', 'lightpush'],
]

/** Nodes before 0.34 wrote each protocol as an object with its own `connected`. */
const protocolsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : []).flatMap((entry: unknown) => {
    const name = typeof entry === 'string' ? entry : recordOf(entry)?.['protocol']
    return typeof name === 'string' ? [name] : []
  })

const rolesOf = (protocols: readonly string[]): string[] => [
  ...new Set(rolesByProtocol.flatMap(([prefix, role]) => (protocols.some((p) => p.startsWith(prefix)) ? [role] : []))),
]

const shardsOf = (record: Readonly<Record<string, unknown>>): number[] => {
  const { shards, pubsubTopics } = record
  if (Array.isArray(shards)) return shards.filter((shard) => Number.isInteger(shard))
  const topics = Array.isArray(pubsubTopics) ? pubsubTopics : []
  return topics.flatMap((topic) => /^\/waku\/2\/rs\/\d+\/(\d+)$/.exec(String(topic))?.[1] ?? []).map(Number)
}

const sources: Readonly<Record<string, string>> = {
  static: 'static',
  dns: 'dns',
  peerexchange: 'exchange',
  discv5: 'discv5',
}

const isConnected = (record: Readonly<Record<string, unknown>>): boolean => {
  const { connected, protocols } = record
  if (connected !== undefined) return connected === true || connected === 'Connected'
  return Array.isArray(protocols) && protocols.some((entry) => recordOf(entry)?.['connected'] === true)
}

const peerOf = (value: unknown): SeenPeer | undefined => {
  const record = recordOf(value)
  if (record === undefined) return undefined
  const { multiaddr, multiaddrs, id, origin, score } = record
  const address = typeof multiaddr === 'string' ? multiaddr : Array.isArray(multiaddrs) ? multiaddrs[0] : undefined
  const name = typeof id === 'string' ? id : /\/p2p\/([^/]+)$/.exec(String(address))?.[1]
  if (name === undefined) return undefined
  return {
    id: name,
    address: typeof address === 'string' ? address : undefined,
    source: sources[String(origin).toLowerCase()] ?? 'unknown',
    roles: rolesOf(protocolsOf(record['protocols'])),
    connected: isConnected(record),
    shards: shardsOf(record),
    ...(typeof score === 'number' ? { score } : {}),
  }
}

/** Peers from an answer of `/admin/v1/peers`, in the writing of nwaku, old and new, or go-waku; `undefined` where it is none. */
export const peersFromAdmin = (value: unknown): SeenPeer[] | undefined => {
  if (!Array.isArray(value)) return undefined
  return value.flatMap((entry) => peerOf(entry) ?? [])
}

/** How many of them carry what is published on the shard. */
export const carriersOf = (peers: readonly SeenPeer[], shard: number): number =>
  peers.filter(
    ({ connected, roles, shards }) =>
      connected && roles.includes('relay') && (shards.length === 0 || shards.includes(shard)),
  ).length

/** Whether the relay of the node has peers, from an answer of `/health`; `undefined` where that does not tell. */
export const relayReadyOf = (value: unknown): boolean | undefined => {
  const protocols = recordOf(value)?.['protocolsHealth']
  if (!Array.isArray(protocols)) return undefined
  const state = protocols.map((entry) => recordOf(entry)?.['Relay']).find((relay) => typeof relay === 'string')
  return state === undefined ? undefined : /^ready$/i.test(state)
}
