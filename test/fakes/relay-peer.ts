import { multiaddr } from '@multiformats/multiaddr'
import { lpStream } from 'it-length-prefixed-stream'
import { createRelayNode, type RelayNode } from '../../plugins/transport/waku/relay/node.ts'

export interface RelayPeerOptions {
  readonly pubsubTopics?: readonly string[]
  /** The bytes with which it answers a question for its metadata; none: it does not speak that protocol. */
  readonly metadata?: Uint8Array
}

/** A relay peer that says whatever a test wants it to say, bit for bit. */
export interface RelayPeer {
  readonly node: RelayNode
  readonly address: string
  /** Data of the pubsub messages that it got. */
  readonly got: { readonly topic: string; readonly data: Uint8Array }[]
  /** How often it was asked for its metadata. */
  asked(): number
  /** How many peers would get a message on this topic. */
  takers(topic: string): number
  publish(topic: string, data: Uint8Array): Promise<void>
  /** Sends a question for metadata and gives back the raw answer. */
  askMetadata(address: string, question: Uint8Array): Promise<Uint8Array>
  close(): Promise<void>
}

const protocol = '/vac/waku/metadata/1.0.0'

export const createRelayPeer = async ({
  pubsubTopics = ['/waku/2/rs/16/32', '/waku/2/rs/16/64'],
  metadata,
}: RelayPeerOptions = {}): Promise<RelayPeer> => {
  const got: { topic: string; data: Uint8Array }[] = []
  let asked = 0
  const listen = ['/ip4/127.0.0.1/tcp/0']
  const node = await createRelayNode({ pubsubTopics, listen, announce: [], privateKey: undefined })
  const { pubsub } = node.services
  if (metadata !== undefined) {
    await node.handle(protocol, async ({ stream }) => {
      asked += 1
      const messages = lpStream(stream)
      try {
        await messages.read()
        await messages.write(metadata)
        await stream.close()
      } catch {
        // Whoever asked has left.
      }
    })
  }
  pubsub.addEventListener('message', ({ detail }) => void got.push({ topic: detail.topic, data: detail.data }))
  await node.start()
  for (const topic of pubsubTopics) pubsub.subscribe(topic)

  return {
    node,
    address: String(node.getMultiaddrs()[0]),
    got,
    asked: () => asked,
    takers: (topic) =>
      pubsub.getSubscribers(topic).filter((peer) => pubsub.streamsOutbound.has(peer.toString())).length,
    publish: async (topic, data) => void (await pubsub.publish(topic, data)),
    askMetadata: async (address, question) => {
      const signal = AbortSignal.timeout(5_000)
      const stream = await node.dialProtocol(multiaddr(address), protocol, { signal })
      const messages = lpStream(stream)
      await messages.write(question, { signal })
      const answer = await messages.read({ signal })
      await stream.close({ signal })
      return answer.slice()
    },
    close: async () => void (await node.stop()),
  }
}
