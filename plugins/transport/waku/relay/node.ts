import type { GossipSub } from '@chainsafe/libp2p-gossipsub'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { type Identify, identify } from '@libp2p/identify'
import type { ConnectionGater, Libp2p, PrivateKey } from '@libp2p/interface'
import { type Ping, ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import { type Porter, relayService } from './gossip.ts'

export { relayProtocol } from './gossip.ts'

/** What a peer may send on one stream before we have read it: enough for 10 MB/s from the other side of the world. */
const maxUnreadBytes = 2 * 1024 * 1024

export type RelayNode = Libp2p<{ identify: Identify; ping: Ping; pubsub: GossipSub }>

/** Also says of a peer (its id) whether it may not connect, in either direction. */
export interface Doorkeeper extends Porter {
  refuses(peer: string): boolean
}

const open: Doorkeeper = { refuses: () => false, penalty: () => 0, admit: () => {} }

export interface NodeOptions {
  readonly pubsubTopics: readonly string[]
  /** Multiaddrs; none: nobody can call us. */
  readonly listen: readonly string[]
  /** Multiaddrs to tell others instead of those we listen on. */
  readonly announce: readonly string[]
  readonly privateKey: PrivateKey | undefined
  readonly doorkeeper?: Doorkeeper
  readonly maxConnections?: number
}

const gaterOf = ({ refuses }: Doorkeeper): ConnectionGater => ({
  denyDialPeer: (peer) => refuses(peer.toString()),
  // Libp2p itself is content with whoever answers there.
  denyOutboundEncryptedConnection: (peer, { remoteAddr }) => {
    const wanted = remoteAddr.getPeerId()
    return wanted !== null && wanted !== peer.toString()
  },
  denyInboundEncryptedConnection: (peer) => refuses(peer.toString()),
})

/** A libp2p node with the relay protocol, not yet started. Nothing in it finds dead connections: see pulse.ts. */
export const createRelayNode = (options: NodeOptions): Promise<RelayNode> => {
  const { pubsubTopics, listen, announce, privateKey, doorkeeper = open, maxConnections = 300 } = options
  return createLibp2p({
    start: false,
    ...(privateKey === undefined ? {} : { privateKey }),
    addresses: { listen: [...listen], announce: [...announce] },
    transports: [tcp(), webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ maxStreamWindowSize: maxUnreadBytes })],
    connectionGater: gaterOf(doorkeeper),
    connectionManager: {
      maxConnections,
      inboundConnectionThreshold: 100,
      maxIncomingPendingConnections: 100,
      inboundUpgradeTimeout: 5_000,
      dialTimeout: 5_000,
    },
    connectionMonitor: { enabled: false },
    services: { identify: identify(), ping: ping(), pubsub: relayService(pubsubTopics, doorkeeper) },
  })
}
