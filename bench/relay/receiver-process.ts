/** Takes messages from one peer, `plugin` as the gateway does or `bare` with nothing but gossipsub, and counts them. */
import { multiaddr } from '@multiformats/multiaddr'
import { createRelayNode } from '../../plugins/transport/waku/relay/node.ts'
import { createWakuRelay } from '../../plugins/transport/waku/relay/relay.ts'
import { serve } from '../child.ts'
import { cluster, pubsubTopic, shard, topicsHeard } from './traffic.ts'

export type ReceiverQuestion =
  | { readonly kind: 'connect'; readonly address: string }
  | { readonly kind: 'begin'; readonly count: number }
  | { readonly kind: 'end' }

export interface Received {
  /** CPU time of this process until the last message, milliseconds. */
  readonly cpuMs: number
  /** Of the messages those that were passed on; a bare subscriber passes all on. */
  readonly passedOn: number
}

let wanted = 0
let seen = 0
let passedOn = 0
let before = process.cpuUsage()
let all = Promise.withResolvers<Received>()

const take = (passed: boolean): void => {
  seen += 1
  if (passed) passedOn += 1
  if (seen !== wanted) return
  const { user, system } = process.cpuUsage(before)
  all.resolve({ cpuMs: (user + system) / 1000, passedOn })
}

const connectPlugin = async (address: string): Promise<void> => {
  // Ours sends as fast as it can, which in a network only an attacker does.
  const peerMessagesPerSecond = 1_000_000
  const relay = createWakuRelay({
    cluster,
    shards: [shard],
    publishShard: shard,
    peers: [address],
    peerMessagesPerSecond,
  })
  relay.listen(topicsHeard())
  await relay.start({ onMessage: () => take(true), onIgnored: () => take(false) })
}

const connectBare = async (address: string): Promise<void> => {
  const node = await createRelayNode({ pubsubTopics: [pubsubTopic], listen: [], announce: [], privateKey: undefined })
  node.services.pubsub.addEventListener('message', () => take(true))
  await node.start()
  node.services.pubsub.subscribe(pubsubTopic)
  await node.dial(multiaddr(address))
}

const begin = (count: number): void => {
  wanted = count
  seen = 0
  passedOn = 0
  all = Promise.withResolvers()
  globalThis.gc?.()
  before = process.cpuUsage()
}

serve<ReceiverQuestion>((question) => {
  if (question.kind === 'begin') return begin(question.count)
  if (question.kind === 'end') return all.promise
  return process.argv[2] === 'plugin' ? connectPlugin(question.address) : connectBare(question.address)
})
