import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Libp2p, PeerId, PrivateKey } from '@libp2p/interface'
import { mplex } from '@libp2p/mplex'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { createLibp2pAndUpdateOptions, WakuNode } from '@waku/sdk'

export interface LightNodeOptions {
  readonly cluster: number
  readonly privateKey: PrivateKey | undefined
  /** Peers, by their id, that are not to be called now: the SDK calls whom it knows as soon as nobody is there. */
  readonly refuses: (peer: string) => boolean
}

/** The SDK's node with what we need of it. */
export interface LightNode {
  readonly libp2p: Libp2p
  start(): Promise<void>
  stop(): Promise<void>
}

/** Metadata is answered by our own, which names shards: Go nodes hang up on who does not. */
const noMetadata = () => ({})

/**
 * A node of the Waku SDK, not started, that listens nowhere. It is made without the SDK's clients of filter, light push and
 * store: each opens a stream to every peer as soon as it is identified, and closes none.
 */
export const createLightNode = async ({ cluster, privateKey, refuses }: LightNodeOptions): Promise<LightNode> => {
  const options = {
    networkConfig: { clusterId: cluster },
    defaultBootstrap: false,
    // Dialling is ours: the SDK calls a peer once a minute after a failure, and drops connections beyond a number of its own.
    connectionManager: { enableAutoRecovery: false, maxConnections: 1_000, maxBootstrapPeers: 1_000, pingKeepAlive: 0 },
    libp2p: {
      hideWebSocketInfo: true,
      start: false,
      ...(privateKey === undefined ? {} : { privateKey }),
      addresses: { listen: [] },
      transports: [tcp(), webSockets()],
      connectionEncrypters: [noise()],
      // The SDK's default is the older muxer alone, which Go nodes do not speak.
      streamMuxers: [yamux(), mplex()],
      connectionManager: { dialTimeout: 5_000 },
      connectionGater: { denyDialPeer: (peer: PeerId) => refuses(peer.toString()) },
      // Half-open connections are found sooner by our own pings.
      connectionMonitor: { enabled: false },
      services: { metadata: noMetadata },
    },
  }
  type Options = Parameters<typeof createLibp2pAndUpdateOptions>[0]
  const libp2p = await createLibp2pAndUpdateOptions(options as unknown as Options)
  const node = new WakuNode(options as unknown as Options, libp2p, {})
  return {
    libp2p: libp2p as unknown as Libp2p,
    start: () => node.start(),
    stop: () => node.stop(),
  }
}
