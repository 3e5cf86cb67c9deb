import type { PeerId } from '@libp2p/interface'
import { type RelayNode, relayProtocol } from './node.ts'

/** How many heartbeats (seconds) a peer may be without a stream from us before the connection is made anew. */
const patience = 5
const pollMs = 25

/** The peers that would take a message on this pubsub topic from us now. */
export const takersOf = (node: RelayNode, pubsubTopic: string): PeerId[] => {
  const { pubsub } = node.services
  return pubsub.getSubscribers(pubsubTopic).filter((peer) => pubsub.streamsOutbound.has(peer.toString()))
}

const hasStream = (node: RelayNode, peer: PeerId): boolean =>
  node.getConnections(peer).some(({ streams }) =>
    streams.some(({ protocol, direction, status }) => {
      return protocol === relayProtocol && direction === 'outbound' && status === 'open'
    }),
  )

/**
 * Gossipsub opens its stream to a peer once per peer and never again, although the stream can end before the peer's last
 * connection does. Such a peer looks present and gets nothing, so it is hung up on and called again.
 */
export const dropStreamless = (node: RelayNode): void => {
  let strikes = new Map<string, number>()
  node.services.pubsub.addEventListener('gossipsub:heartbeat', () => {
    const next = new Map<string, number>()
    for (const peer of node.services.pubsub.getPeers()) {
      if (hasStream(node, peer)) continue
      const count = (strikes.get(peer.toString()) ?? 0) + 1
      if (count < patience) next.set(peer.toString(), count)
      else node.hangUp(peer, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined)
    }
    strikes = next
  })
}

export interface Gate {
  /** Resolves when the condition holds. Rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<void>
}

/** One timer for all who wait for the same condition; none while nobody waits. */
export const createGate = (isOpen: () => boolean): Gate => {
  const waiting = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined

  const check = (): void => {
    if (waiting.size > 0 && isOpen()) for (const pass of waiting) pass()
    if (waiting.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    wait: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        if (isOpen()) return resolve()
        const leave = (): void => {
          waiting.delete(pass)
          signal.removeEventListener('abort', abort)
        }
        const pass = (): void => {
          leave()
          resolve()
        }
        const abort = (): void => {
          leave()
          reject(signal.reason)
          check()
        }
        waiting.add(pass)
        signal.addEventListener('abort', abort)
        timer ??= setInterval(check, pollMs)
      }),
  }
}
