import type { PeerId, Stream } from '@libp2p/interface'
import type { Log } from '../../../../src/ports/index.ts'
import type { Conduct, Verdict } from '../conduct.ts'
import { createBreath } from './breath.ts'
import { frameByFrame } from './frames.ts'
import type { RelayNode } from './node.ts'

type Rpc = Parameters<RelayNode['services']['pubsub']['handleReceivedRpc']>[1]

/** What gossipsub reads at most. */
const maxFrameBytes = 4 * 1024 * 1024

const nothing = new Uint8Array()

/** Ids in control messages are cheaper than messages. */
const idsPerMessage = 50

export interface Guard {
  /** Notes a message that is none. */
  spoil(peer: PeerId): void
  /** Watches a stream over which the peer sends, before gossipsub reads it. */
  watch(peer: PeerId, stream: Stream): void
  stats(): Readonly<Record<'dropped' | 'droppedListened' | 'badFrames' | 'peersEnded' | 'peersRefused', number>>
}

export interface GuardRules {
  /** Whether this data of a pubsub message is on a topic that is listened to. */
  isListened(data: Uint8Array): boolean
  /** A peer says something. */
  onHeard(peer: string): void
  onEnd(peer: PeerId, reason: string): void
}

/** How much work a frame makes beside its messages. */
const controlCost = ({ control, subscriptions }: Rpc): number => {
  if (control === undefined) return subscriptions.length / idsPerMessage
  let ids = subscriptions.length + control.graft.length + control.prune.length
  for (const { messageIDs } of control.ihave) ids += messageIDs.length
  for (const { messageIDs } of control.iwant) ids += messageIDs.length
  for (const { messageIDs } of control.idontwant) ids += messageIDs.length
  return ids / idsPerMessage
}

/**
 * Stands before gossipsub: what a peer sends beyond its budget is dropped unread, before it costs a hash or a place in a cache.
 * Who goes on is hung up on, and refused for a while. Call before the node starts.
 */
export const guardRelay = (node: RelayNode, conduct: Conduct, log: Log, rules: GuardRules): Guard => {
  const { pubsub } = node.services
  const handle = pubsub.handleReceivedRpc.bind(pubsub)
  const breathe = createBreath()
  const counts = { dropped: 0, droppedListened: 0, badFrames: 0, peersEnded: 0 }
  /** Peers whose last frame could be decoded. */
  const understood = new Set<string>()

  const end = (peer: PeerId, reason: string): void => {
    counts.peersEnded += 1
    log.warn({ peer: peer.toString(), reason }, 'A Waku peer is hung up on and refused for a while.')
    rules.onEnd(peer, reason)
    for (const connection of node.getConnections(peer)) connection.abort(new Error(reason))
  }

  /** The verdict on a frame. Removes the messages that are not to be looked at. */
  const judge = (id: string, rpc: Rpc): Verdict => {
    let worst: Verdict = 'fine'
    const isFine = (verdict: Verdict): boolean => {
      if (verdict !== 'fine' && worst !== 'end') worst = verdict
      return verdict === 'fine'
    }
    const take = (bytes: number): boolean => isFine(conduct.take(id, bytes))
    const takeListened = (data: Uint8Array): boolean => {
      if (!rules.isListened(data) || isFine(conduct.takeListened(id))) return true
      counts.droppedListened += 1
      return false
    }
    const before = rpc.messages.length
    const messages = rpc.messages.filter(({ data = nothing }) => take(data.length) && takeListened(data))
    counts.dropped += before - messages.length
    if (messages.length < before) rpc.messages = messages
    const cost = before === 0 ? Math.max(1, controlCost(rpc)) : controlCost(rpc)
    let paid = 1
    while (paid <= cost && take(0)) paid += 1
    if (paid <= cost) delete rpc.control
    return worst
  }

  pubsub.handleReceivedRpc = async (from, rpc) => {
    const id = from.toString()
    understood.add(id)
    rules.onHeard(id)
    const verdict = judge(id, rpc)
    if (verdict === 'end') end(from, 'it sends more than a peer may')
    else if (verdict === 'fine' || rpc.messages.length > 0) await handle(from, rpc)
    await breathe()
  }

  /** Whether that was the end. */
  const spoil = (peer: PeerId, reason: string): boolean => {
    const isEnd = conduct.spoil(peer.toString()) === 'end'
    if (isEnd) end(peer, reason)
    return isEnd
  }

  return {
    spoil: (peer) => void spoil(peer, 'it sends what is no message'),
    watch: (peer, stream) => {
      const id = peer.toString()
      stream.source = frameByFrame(stream.source, maxFrameBytes, {
        onFrame: () => void understood.delete(id),
        onHandled: () => {
          if (understood.delete(id)) return
          counts.badFrames += 1
          if (spoil(peer, 'it sends what is no frame')) throw new Error('no more of this peer')
        },
      })
    },
    stats: () => ({ ...counts, peersRefused: conduct.refused }),
  }
}
