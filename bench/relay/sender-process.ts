/** A peer that sends as fast as it can. */
import { exchangeMetadata } from '../../plugins/transport/waku/metadata.ts'
import { createRelayNode } from '../../plugins/transport/waku/relay/node.ts'
import { serve } from '../child.ts'
import { cluster, makeMessages, pubsubTopic, shard } from './traffic.ts'

export type SenderQuestion = { readonly kind: 'address' } | { readonly kind: 'send'; readonly count: number }

const node = await createRelayNode({
  pubsubTopics: [pubsubTopic],
  listen: ['/ip4/127.0.0.1/tcp/0'],
  announce: [],
  privateKey: undefined,
})
const ignore = (): void => undefined
await exchangeMetadata(node, { cluster, shards: [shard] }, { onMetadata: ignore, onFailure: ignore })
await node.start()
const { pubsub } = node.services
pubsub.subscribe(pubsubTopic)

const isHeard = (): boolean =>
  pubsub.getSubscribers(pubsubTopic).some((peer) => pubsub.streamsOutbound.has(peer.toString()))

const send = async (count: number): Promise<void> => {
  const messages = makeMessages(count)
  for (const message of messages) {
    const { recipients } = await pubsub.publish(pubsubTopic, message)
    if (recipients.length !== 1) throw new Error(`a message went to ${recipients.length} peers`)
  }
}

serve<SenderQuestion>(async (question) => {
  if (question.kind === 'address') return String(node.getMultiaddrs()[0])
  while (!isHeard()) await new Promise((resolve) => setTimeout(resolve, 10))
  return send(question.count)
})
