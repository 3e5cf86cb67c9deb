import { createHash } from 'node:crypto'
import { type GossipSub, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { type Identify, identify } from '@libp2p/identify'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { type Ping, ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'

export const relayProtocol = '/vac/waku/relay/2.0.0'

/** What a peer may leave unread before it no longer counts as one that takes our messages: 16 MiB. */
const maxOutboundBufferBytes = 16 * 1024 * 1024

export type RelayNode = Libp2p<{ identify: Identify; ping: Ping; pubsub: GossipSub }>

export interface NodeOptions {
  readonly pubsubTopics: readonly string[]
  /** Multiaddrs; none: nobody can call us. */
  readonly listen: readonly string[]
  /** Multiaddrs to tell others instead of those we listen on. */
  readonly announce: readonly string[]
  readonly privateKey: PrivateKey | undefined
}

const relayService = (pubsubTopics: readonly string[]) => {
  const create = gossipsub({
    globalSignaturePolicy: 'StrictNoSign',
    msgIdFn: ({ data }) => createHash('sha256').update(data).digest(),
    allowedTopics: [...pubsubTopics],
    emitSelf: false,
    fallbackToFloodsub: false,
    floodPublish: true,
    ignoreDuplicatePublishError: true,
    tagMeshPeers: false,
    D: 6,
    Dlo: 4,
    Dhi: 8,
    Dout: 3,
    mcacheLength: 6,
    mcacheGossip: 3,
    seenTTL: 120_000,
    maxOutboundBufferSize: maxOutboundBufferBytes,
    // Many clients behind one address (a proxy, a container network) are no attack on a gateway.
    scoreParams: { IPColocationFactorWeight: 0 },
    scoreThresholds: { gossipThreshold: -100, publishThreshold: -1_000, graylistThreshold: -10_000 },
    decodeRpcLimits: {
      maxSubscriptions: 1024,
      maxMessages: 5_000,
      maxIhaveMessageIDs: 5_000,
      maxIwantMessageIDs: 5_000,
      maxIdontwantMessageIDs: 5_000,
      maxControlMessages: 5_000,
      maxPeerInfos: 16,
    },
  })
  return (components: Parameters<typeof create>[0]): GossipSub => {
    const pubsub = create(components) as GossipSub
    // Waku speaks gossipsub under a name of its own.
    pubsub.multicodecs = [relayProtocol]
    return pubsub
  }
}

/** A libp2p node with the relay protocol, not yet started. */
export const createRelayNode = ({ pubsubTopics, listen, announce, privateKey }: NodeOptions): Promise<RelayNode> =>
  createLibp2p({
    start: false,
    ...(privateKey === undefined ? {} : { privateKey }),
    addresses: { listen: [...listen], announce: [...announce] },
    transports: [tcp(), webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 100, maxIncomingPendingConnections: 100, dialTimeout: 5_000 },
    connectionMonitor: { pingInterval: 10_000 },
    services: { identify: identify(), ping: ping(), pubsub: relayService(pubsubTopics) },
  })
