import { createHash } from 'node:crypto'
import { type GossipSub, gossipsub } from '@chainsafe/libp2p-gossipsub'
import type { PeerId, Stream } from '@libp2p/interface'

export const relayProtocol = '/vac/waku/relay/2.0.0'

/** What a peer may leave unread before it no longer counts as one that takes our messages: 16 MiB. */
const maxOutboundBufferBytes = 16 * 1024 * 1024

/** Milliseconds. Shorter than usual, so that who comes back is soon in the mesh again: only there do others' messages flow. */
const heartbeatMs = 700

/** What a valid message and time in the mesh are worth: at most 10 in all, so that no merit outweighs a real fault. */
const topicScore = {
  topicWeight: 1,
  timeInMeshWeight: 0.01,
  timeInMeshQuantum: 1_000,
  timeInMeshCap: 300,
  firstMessageDeliveriesWeight: 0.1,
  firstMessageDeliveriesDecay: 0.9,
  firstMessageDeliveriesCap: 50,
  // Quiet shards are no fault of a peer, and garbage is judged by its rate (see conduct.ts).
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 1,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 10,
  meshMessageDeliveriesActivation: 1_000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.5,
  invalidMessageDeliveriesWeight: 0,
  invalidMessageDeliveriesDecay: 0.5,
}

const rpcLimits = {
  maxSubscriptions: 1024,
  maxMessages: 5_000,
  maxIhaveMessageIDs: 5_000,
  maxIwantMessageIDs: 5_000,
  maxIdontwantMessageIDs: 5_000,
  maxControlMessages: 5_000,
  maxPeerInfos: 16,
}

type Components = Parameters<ReturnType<typeof gossipsub>>[0]
type Registrar = Components['registrar']

/** The registrar with our hand on the streams that come in. */
const admitting = (registrar: Registrar, admit: Porter['admit']): Registrar => ({
  handle: (protocol, handler, options) =>
    registrar.handle(
      protocol,
      (incoming) => {
        admit(incoming.connection.remotePeer, incoming.stream)
        handler(incoming)
      },
      options,
    ),
  unhandle: (protocols, options) => registrar.unhandle(protocols, options),
  register: (protocol, topology) => registrar.register(protocol, topology),
  unregister: (id) => registrar.unregister(id),
  getProtocols: () => registrar.getProtocols(),
  getHandler: (protocol) => registrar.getHandler(protocol),
  getTopologies: (protocol) => registrar.getTopologies(protocol),
})

/** Who stands before gossipsub. */
export interface Porter {
  /** By how much the score of a peer (its id) is lowered, 0 or less. */
  penalty(peer: string): number
  /** Is shown each stream over which a peer is going to send. */
  admit(peer: PeerId, stream: Stream): void
}

/** Gossipsub as Waku speaks it. */
export const relayService = (pubsubTopics: readonly string[], { penalty, admit }: Porter) => {
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
    heartbeatInterval: heartbeatMs,
    mcacheLength: 8,
    mcacheGossip: 4,
    seenTTL: 120_000,
    // Who sends faster than we read is to feel it (see breath.ts).
    awaitRpcHandler: true,
    maxOutboundBufferSize: maxOutboundBufferBytes,
    scoreParams: {
      topics: Object.fromEntries(pubsubTopics.map((topic) => [topic, topicScore])),
      topicScoreCap: 10,
      appSpecificScore: penalty,
      appSpecificWeight: 1,
      // Many clients behind one address (a proxy, a container network) are no attack on a gateway.
      IPColocationFactorWeight: 0,
    },
    scoreThresholds: {
      gossipThreshold: -100,
      publishThreshold: -1_000,
      graylistThreshold: -10_000,
      // Peers that others recommend in passing are not called: that would hold up what the same peer sends, and there is discovery.
      acceptPXThreshold: 1_000,
      opportunisticGraftThreshold: 1,
    },
    decodeRpcLimits: rpcLimits,
  })
  return (components: Components): GossipSub => {
    const { privateKey, peerId, peerStore, connectionManager, logger } = components
    const registrar = admitting(components.registrar, admit)
    const pubsub = create({ privateKey, peerId, peerStore, connectionManager, logger, registrar }) as GossipSub
    // Waku speaks gossipsub under a name of its own.
    pubsub.multicodecs = [relayProtocol]
    return pubsub
  }
}
