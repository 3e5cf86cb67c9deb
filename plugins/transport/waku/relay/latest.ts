import { createHash } from 'node:crypto'
import type { RelayNode } from './node.ts'

/** What is still in gossipsub's cache for sure, milliseconds. */
const freshMs = 4_000
const maxKept = 256
/** In all, to one peer: it will ask for everything at once, in a frame that others' limits have to allow. */
const maxOfferedBytes = 100_000

interface Recent {
  /** Of gossipsub, base64. */
  readonly id: string
  readonly topic: string
  readonly bytes: number
  /** On the clock of `performance`. */
  readonly at: number
}

export interface Latest {
  /** Notes a message of our own. */
  published(topic: string, data: Uint8Array): void
  /** Offers the latest messages to a peer; they go with the next heartbeat. */
  offer(peer: string): void
}

/**
 * Remembers the messages of the last seconds. Gossipsub offers them to peers outside of the mesh only, so that who just came into
 * it would miss what passed while it was on its way.
 */
export const keepLatest = (node: RelayNode): Latest => {
  const { pubsub } = node.services
  let kept: Recent[] = []

  const add = (id: string, topic: string, bytes: number): void => {
    kept.push({ id, topic, bytes, at: performance.now() })
    if (kept.length >= maxKept * 2) kept = kept.slice(-maxKept)
  }

  pubsub.addEventListener('gossipsub:message', ({ detail: { msgId, msg } }) => add(msgId, msg.topic, msg.data.length))

  /** Newest first, as far as they fit. */
  const fresh = (): Recent[] => {
    const since = performance.now() - freshMs
    let room = maxOfferedBytes
    const found: Recent[] = []
    for (const recent of kept.slice(-maxKept).reverse()) {
      if (recent.at < since || recent.bytes > room) break
      room -= recent.bytes
      found.push(recent)
    }
    return found
  }

  return {
    published: (topic, data) => add(createHash('sha256').update(data).digest('base64'), topic, data.length),
    offer: (peer) => {
      const ids = Map.groupBy(fresh(), ({ topic }) => topic)
      if (ids.size === 0) return
      const gossip = [...ids].map(([topicID, recents]) => {
        return { topicID, messageIDs: recents.map(({ id }) => Buffer.from(id, 'base64')) }
      })
      pubsub.gossip.set(peer, [...(pubsub.gossip.get(peer) ?? []), ...gossip])
    },
  }
}
