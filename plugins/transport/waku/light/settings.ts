import type { PluginContext, Problem, SettingsOf } from '../../../../src/ports/index.ts'
import { isReachable, parseMultiaddr } from '../addresses.ts'
import { settings as relaySettings } from '../settings.ts'
import { listOf, maxShard, shardOf } from '../shards.ts'
import type { LightOptions } from './options.ts'

const { WAKU_CLUSTER, WAKU_SHARDS, WAKU_PUBLISH_SHARD, WAKU_STORE_NODES, WAKU_MAX_MESSAGE_BYTES } = relaySettings

export const settings = {
  WAKU_LIGHT_NODES: {
    type: 'string',
    description:
      'Comma-separated multiaddrs of service nodes (filter and light push), each with /p2p/ and the peer id: two or more, so that one may fail.',
    default: '',
  },
  WAKU_CLUSTER,
  WAKU_SHARDS: {
    ...WAKU_SHARDS,
    description: 'Comma-separated static shards to subscribe to; the more, the fewer topics a node has room for.',
    default: '32',
  },
  WAKU_PUBLISH_SHARD,
  WAKU_STORE_NODES,
  WAKU_MAX_MESSAGE_BYTES,
} as const

export type LightSettings = SettingsOf<typeof settings>

/** What is wrong with the address of a node, `undefined` where nothing is. */
const addressFault = (text: string): string | undefined => {
  const address = parseMultiaddr(text)
  if (address === undefined) return 'is no multiaddr'
  if (!isReachable(address)) return 'is no TCP or WebSocket address'
  return address.getPeerId() === null ? 'does not name its peer' : undefined
}

const addressProblems = (setting: string, text: string): Problem[] =>
  listOf(text).flatMap((address) => {
    const fault = addressFault(address)
    const mend = 'write it like /dns4/node.example.org/tcp/60000/p2p/16Uiu2HA…'
    return fault === undefined ? [] : [{ setting, wrong: `"${address}" ${fault}`, mend }]
  })

const nodeProblems = ({ WAKU_LIGHT_NODES }: LightSettings): Problem[] =>
  listOf(WAKU_LIGHT_NODES).length > 0
    ? addressProblems('WAKU_LIGHT_NODES', WAKU_LIGHT_NODES)
    : [
        {
          setting: 'WAKU_LIGHT_NODES',
          wrong: 'it names no service node, and light mode does nothing by itself',
          mend: 'name at least one, or use waku-relay',
        },
      ]

const shardProblems = (values: LightSettings): Problem[] => {
  const parts = listOf(values.WAKU_SHARDS)
  const mend = `name shards from 0 to ${maxShard}, as in 32`
  if (parts.length === 0) return [{ setting: 'WAKU_SHARDS', wrong: 'it names no shard', mend }]
  const wrong = parts.filter((part) => shardOf(part) === undefined)
  if (wrong.length > 0) return wrong.map((part) => ({ setting: 'WAKU_SHARDS', wrong: `"${part}" is no shard`, mend }))
  if (parts.some((part) => shardOf(part) === values.WAKU_PUBLISH_SHARD)) return []
  const missing = `${values.WAKU_PUBLISH_SHARD} is not among WAKU_SHARDS (${parts.join(', ')})`
  return [{ setting: 'WAKU_PUBLISH_SHARD', wrong: missing, mend: 'name one of them, or add it there' }]
}

/** Everything that is wrong with the settings. Dials nobody. */
export const preflight = ({ settings: values }: PluginContext<LightSettings>): Problem[] => [
  ...nodeProblems(values),
  ...addressProblems('WAKU_STORE_NODES', values.WAKU_STORE_NODES),
  ...shardProblems(values),
]

/** The options that these settings describe; they have passed `preflight`. */
export const lightOptionsOf = (values: LightSettings): LightOptions => ({
  nodes: listOf(values.WAKU_LIGHT_NODES),
  stores: listOf(values.WAKU_STORE_NODES),
  cluster: values.WAKU_CLUSTER,
  shards: [...new Set(listOf(values.WAKU_SHARDS).map(Number))],
  publishShard: values.WAKU_PUBLISH_SHARD,
  maxMessageBytes: values.WAKU_MAX_MESSAGE_BYTES,
})
