import type { PluginContext, Problem, SettingsOf } from '../../../../src/ports/index.ts'
import { networkSettings, peerProblems, shardProblems, storeSettings } from '../network.ts'
import { listOf } from '../shards.ts'
import type { LightOptions } from './options.ts'

export const settings = {
  WAKU_LIGHT_NODES: {
    type: 'string',
    description:
      'Comma-separated multiaddrs of service nodes (filter and light push), each with /p2p/ and the peer id: two or more, so that one may fail.',
    default: '',
  },
  ...networkSettings,
  WAKU_SHARDS: {
    ...networkSettings.WAKU_SHARDS,
    description: 'Comma-separated static shards to subscribe to; the more, the fewer topics a node has room for.',
    default: '32',
  },
  ...storeSettings,
} as const

export type LightSettings = SettingsOf<typeof settings>

const nodeProblems = ({ WAKU_LIGHT_NODES }: LightSettings): Problem[] =>
  listOf(WAKU_LIGHT_NODES).length > 0
    ? peerProblems('WAKU_LIGHT_NODES', WAKU_LIGHT_NODES)
    : [
        {
          setting: 'WAKU_LIGHT_NODES',
          wrong: 'it names no service node, and light mode does nothing by itself',
          mend: 'name at least one, or use waku-relay',
        },
      ]

/** Everything that is wrong with the settings. Dials nobody. */
export const preflight = ({ settings: values }: PluginContext<LightSettings>): Problem[] => [
  ...nodeProblems(values),
  ...peerProblems('WAKU_STORE_NODES', values.WAKU_STORE_NODES),
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
