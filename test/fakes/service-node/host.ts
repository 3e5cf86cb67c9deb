import { createHash } from 'node:crypto'
import { type GossipSub, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { mplex } from '@libp2p/mplex'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'

export interface Host {
  readonly node: Libp2p
  /** Without relay: none. */
  readonly pubsub: GossipSub | undefined
}

export interface HostOptions {
  readonly privateKey: PrivateKey
  readonly listen: readonly string[]
  readonly relay: boolean
  readonly pubsubTopics: readonly string[]
}

const createGossip = (pubsubTopics: readonly string[]) =>
  gossipsub({
    globalSignaturePolicy: 'StrictNoSign',
    msgIdFn: ({ data }) => createHash('sha256').update(data).digest(),
    allowedTopics: [...pubsubTopics],
    emitSelf: false,
    fallbackToFloodsub: false,
    floodPublish: true,
    ignoreDuplicatePublishError: true,
    allowPublishToZeroTopicPeers: true,
    tagMeshPeers: false,
    scoreParams: { IPColocationFactorWeight: 0, behaviourPenaltyWeight: 0 },
  })

/** A libp2p node, not started, that speaks both muxers: the Waku SDK's default is the older one. */
export const createHost = async ({ privateKey, listen, relay, pubsubTopics }: HostOptions): Promise<Host> => {
  const create = createGossip(pubsubTopics)
  let pubsub: GossipSub | undefined
  const relayService = (components: Parameters<typeof create>[0]) => {
    pubsub = create(components) as GossipSub
    pubsub.multicodecs = ['/vac/waku/relay/2.0.0']
    return pubsub
  }
  const node = await createLibp2p({
    start: false,
    privateKey,
    addresses: { listen: [...listen] },
    transports: [tcp(), webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux(), mplex()],
    connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 1_000 },
    services: { identify: identify(), ping: ping(), ...(relay ? { pubsub: relayService } : {}) },
  })
  return { node, pubsub }
}
