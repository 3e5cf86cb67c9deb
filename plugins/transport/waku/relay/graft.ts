import type { PeerId } from '@libp2p/interface'
import type { Latest } from './latest.ts'
import type { RelayNode } from './node.ts'

/** With fewer peers in the mesh a new one is wanted at once. The same as gossipsub's lower bound. */
const few = 4
const pollMs = 20
/** How long a new peer may take to open the streams, milliseconds. */
const patienceMs = 3_000
/** Between two heartbeats out of turn: each ages the caches a little. */
const restMs = 250

/**
 * Takes new peers into the mesh as soon as both sides have a stream, instead of at the next heartbeat: until then nobody's
 * messages but the peer's own come through it. What passed in the meantime is offered to it.
 */
export const hastenMesh = (
  node: RelayNode,
  pubsubTopics: readonly string[],
  latest: Latest,
  signal: AbortSignal,
): void => {
  const { pubsub } = node.services
  const waiting = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let last = Number.NEGATIVE_INFINITY

  const lacks = (peer: string): boolean =>
    pubsubTopics.some((topic) => {
      const mesh = pubsub.mesh.get(topic)
      const isSubscribed = pubsub.getSubscribers(topic).some((one) => one.toString() === peer)
      return isSubscribed && mesh !== undefined && mesh.size < few && !mesh.has(peer)
    })

  const check = (): void => {
    const time = performance.now()
    for (const [peer, until] of waiting) if (time > until || !pubsub.peers.has(peer)) waiting.delete(peer)
    const ready = [...waiting.keys()].filter((peer) => pubsub.streamsOutbound.has(peer))
    if (ready.length > 0 && time - last >= restMs) {
      for (const peer of ready) {
        waiting.delete(peer)
        latest.offer(peer)
      }
      if (ready.some(lacks)) {
        last = time
        void pubsub.heartbeat().catch(() => undefined)
      }
    }
    if (waiting.size > 0 && !signal.aborted) return
    clearInterval(timer)
    timer = undefined
  }

  const expect = (peer: PeerId): void => {
    if (signal.aborted) return
    waiting.set(peer.toString(), performance.now() + patienceMs)
    timer ??= setInterval(check, pollMs)
    check()
  }

  pubsub.addEventListener('subscription-change', ({ detail }) => {
    if (detail.subscriptions.some(({ topic, subscribe }) => subscribe && pubsubTopics.includes(topic)))
      expect(detail.peerId)
  })
}
