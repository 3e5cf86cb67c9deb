import { definePlugin, type Log, type Transport } from '../../../../src/ports/index.ts'
import { listOf, pubsubTopicOf } from '../shards.ts'
import { createApart } from './apart.ts'
import { createRestClient, type RestClient } from './client.ts'
import { createHistory } from './history.ts'
import { createHub, type Hub } from './hub.ts'
import { createInlet } from './inlet.ts'
import { createPublisher, type PublishBy } from './publisher.ts'
import { createRecent } from './recent.ts'
import { isSameUrl, preflight, type RestSettings, settings } from './settings.ts'
import { createStation } from './station.ts'
import { createStore } from './store.ts'
import { hexOf } from './wire.ts'

const ownRemembered = 10_000
const mib = 1024 * 1024
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export interface RestOptions {
  /** Of the node's REST API, `http://127.0.0.1:8645`. */
  readonly url: string
  readonly publishBy?: PublishBy
  /** Multiaddrs of the stores that the node is to ask; none: its own. */
  readonly storePeers?: readonly string[]
  /** Longest pause between two reads, milliseconds. */
  readonly pollMs?: number
  /** Pause between two looks for peers while there is none, milliseconds. */
  readonly watchMs?: number
  /** For what the node has to ask others, milliseconds. */
  readonly timeoutMs?: number
  readonly cluster?: number
  readonly shards?: readonly number[]
  /** One of `shards`. */
  readonly publishShard?: number
  /** Of the encoded WakuMessage, in and out. */
  readonly maxMessageBytes?: number
  /** The most that one answer of the node may have. */
  readonly maxAnswerBytes?: number
  /** Of another node's REST API, for `stranger`. */
  readonly canaryUrl?: string | undefined
  readonly log?: Log
  /** Unix milliseconds. */
  readonly now?: () => number
}

interface Node {
  readonly client: RestClient
  readonly hub: Hub
}

type Full = RestOptions & Required<Omit<RestOptions, 'canaryUrl' | 'url'>>

const complete = (options: RestOptions): Full => ({
  publishBy: 'relay',
  storePeers: [],
  pollMs: 500,
  watchMs: 1_000,
  timeoutMs: 8_000,
  cluster: 16,
  shards: [32, 64],
  publishShard: 32,
  maxMessageBytes: mib,
  maxAnswerBytes: 16 * mib,
  log: silent,
  now: Date.now,
  ...options,
})

/** On a node of its own, where `apartFrom` names one that somebody else reads. */
const createNode = (options: Full, apartFrom?: RestClient): Node => {
  const { url, maxAnswerBytes, cluster, shards, publishShard, publishBy, storePeers, pollMs, watchMs, log, now } =
    options
  const client = createRestClient({ url: url.replace(/\/+$/, ''), maxAnswerBytes })
  const roles = [
    'relay',
    ...(publishBy === 'lightpush' ? ['lightpush'] : []),
    ...(storePeers.length === 0 ? ['store'] : []),
  ]
  const pubsubTopics = shards.map((shard) => pubsubTopicOf(cluster, shard))
  const where = { cluster, pubsubTopics, shard: publishShard }
  const apart = apartFrom && { forbidden: createApart({ client, from: apartFrom, log, now }) }
  return { client, hub: createHub({ client, ...where, pollMs, watchMs, roles, log, now, ...apart }) }
}

const createOn = (node: Node, options: Full): Transport => {
  const { cluster, shards, publishShard, publishBy, storePeers, timeoutMs, maxMessageBytes, canaryUrl, log, now } =
    options
  const { client, hub } = node
  const own = createRecent(ownRemembered)
  const inlet = createInlet({ maxMessageBytes, isOwn: (hash) => own.has(hexOf(hash)) })
  const publisher = createPublisher({
    hub,
    by: publishBy,
    pubsubTopic: pubsubTopicOf(cluster, publishShard),
    maxMessageBytes,
    timeoutMs,
    onOwn: (hash) => own.add(hexOf(hash)),
    now,
  })
  const peers = storePeers.length === 0 ? [undefined] : storePeers
  const history = createHistory({
    stores: peers.map((peer) => createStore({ client, peer, timeoutMs })),
    pubsubTopics: shards.map((shard) => pubsubTopicOf(cluster, shard)),
    skips: inlet.skips,
    wants: inlet.wants,
    log,
    now,
  })
  // Reading takes messages away from the node, so two transports on one node have to share the reading.
  const stranger = (): Transport => {
    if (canaryUrl === undefined || isSameUrl(canaryUrl, options.url)) return createOn(node, options)
    const other = { ...options, url: canaryUrl, canaryUrl: undefined }
    return createOn(createNode(other, client), other)
  }
  return createStation({ hub, inlet, publisher, history, stranger })
}

/** A transport through the REST API of a Waku node that somebody runs already: nwaku, or go-waku without its store. */
export const createWakuRest = (options: RestOptions): Transport => {
  const full = complete(options)
  const { shards, publishShard } = full
  if (!shards.includes(publishShard)) throw new RangeError(`Shard ${publishShard} is not among ${shards.join(', ')}.`)
  return createOn(createNode(full), full)
}

const optionsOf = (values: RestSettings): RestOptions => ({
  url: values.WAKU_REST_URL,
  publishBy: values.WAKU_REST_PUBLISH === 'lightpush' ? 'lightpush' : 'relay',
  storePeers: listOf(values.WAKU_REST_STORE_PEERS),
  pollMs: values.WAKU_REST_POLL_MS,
  timeoutMs: values.WAKU_REST_TIMEOUT_MS,
  canaryUrl: values.WAKU_REST_CANARY_URL,
  cluster: values.WAKU_CLUSTER,
  shards: listOf(values.WAKU_SHARDS).map(Number),
  publishShard: values.WAKU_PUBLISH_SHARD,
  maxMessageBytes: values.WAKU_MAX_MESSAGE_BYTES,
})

export default definePlugin({
  kind: 'transport',
  name: 'waku-rest',
  prefix: 'WAKU_',
  settings,
  preflight,
  create: ({ settings: values, log, now }) => createWakuRest({ ...optionsOf(values), log, now }),
})
