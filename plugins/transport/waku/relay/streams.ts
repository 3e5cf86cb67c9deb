import type { Connection, Direction, PeerId } from '@libp2p/interface'
import { type RelayNode, relayProtocol } from './node.ts'

/** How long a new peer may take for its streams, milliseconds. */
const newMs = 6_000
/** How many heartbeats another may be without. */
const patience = 3
const mendMs = 2_000
const politeMs = 500

const hasOpenStream = (connections: readonly Connection[], wanted: Direction): boolean =>
  connections.some(({ streams }) =>
    streams.some(({ protocol, direction, status }) => {
      return protocol === relayProtocol && direction === wanted && status === 'open'
    }),
  )

/** Whether one of both sides relays over this connection. */
export const carriesRelay = (connection: Connection): boolean =>
  hasOpenStream([connection], 'inbound') || hasOpenStream([connection], 'outbound')

/** Ends all connections with a peer, soon by force. */
export const hangUp = async (node: RelayNode, peer: PeerId): Promise<void> => {
  await node.hangUp(peer, { signal: AbortSignal.timeout(politeMs) }).catch(() => undefined)
  for (const connection of node.getConnections(peer)) connection.abort(new Error('hung up'))
}

/** Makes gossipsub forget a stream that has ended, and begin with this peer as if it had just come. */
const mend = async (node: RelayNode, peer: PeerId): Promise<void> => {
  const { pubsub, identify } = node.services
  const stale = pubsub.streamsOutbound.get(peer.toString())
  pubsub.streamsOutbound.delete(peer.toString())
  await stale?.close()
  const connection = node.getConnections(peer).find(({ status }) => status === 'open')
  if (connection !== undefined) await identify.identify(connection, { signal: AbortSignal.timeout(mendMs) })
}

export interface StreamRules {
  /** Whether a connected peer should have a relay stream, as far as it is known what it speaks. */
  readonly isRelay: (peer: PeerId) => boolean
  /** The stream to it was lost. */
  readonly onLost: (peer: PeerId) => void
}

/**
 * Gossipsub opens its stream to a peer once per peer and never again, although the stream can end before the peer's last
 * connection does. Such a peer looks present and gets nothing, so our stream is made anew. The same can be true at the peer: who
 * has no stream to us is hung up on, so that it begins anew.
 */
export const keepStreams = (node: RelayNode, { isRelay, onLost }: StreamRules): void => {
  const { pubsub } = node.services
  let strikes = new Map<string, number>()

  /** How many times in a row this peer was found without its streams. */
  const judge = (peer: PeerId): number => {
    const id = peer.toString()
    const connections = node.getConnections(peer)
    if (pubsub.streamsOutbound.has(id) && !hasOpenStream(connections, 'outbound')) {
      onLost(peer)
      mend(node, peer).catch(() => undefined)
      return 1
    }
    const isSound = pubsub.peers.has(id) ? hasOpenStream(connections, 'inbound') : !isRelay(peer)
    const isNew = connections.every(({ timeline }) => Date.now() - timeline.open < newMs)
    if (isSound || isNew) return 0
    const count = (strikes.get(id) ?? 0) + 1
    if (count < patience) return count
    onLost(peer)
    void hangUp(node, peer)
    return 0
  }

  const check = (): void => {
    const next = new Map<string, number>()
    for (const peer of node.getPeers()) {
      const count = judge(peer)
      if (count > 0) next.set(peer.toString(), count)
    }
    strikes = next
  }
  pubsub.addEventListener('gossipsub:heartbeat', check)
  node.addEventListener('connection:close', ({ detail: { remotePeer } }) => {
    if (node.getConnections(remotePeer).length > 0 && pubsub.streamsOutbound.has(remotePeer.toString()))
      judge(remotePeer)
  })
}
