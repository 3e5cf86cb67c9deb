import type { PeerId } from '@libp2p/interface'
import type { RelayNode } from './node.ts'

const checkMs = 100

export interface DebtOptions {
  /** What may wait in memory until peers read it, all of them together. */
  readonly maxUnsentBytes: number
  readonly isConfigured: (peer: string) => boolean
  readonly onEnd: (peer: PeerId, unsentBytes: number) => void
  readonly signal: AbortSignal
}

type Outbound = RelayNode['services']['pubsub']['streamsOutbound'] extends Map<string, infer S> ? S : never

/** What a peer has not yet taken of what was sent to it. Gossipsub knows it and does not tell. */
const unsentOn = (stream: Outbound): number => {
  const queue: unknown = Reflect.get(stream, 'pushable')
  const bytes: unknown = typeof queue === 'object' && queue !== null ? Reflect.get(queue, 'readableLength') : undefined
  return typeof bytes === 'number' ? bytes : 0
}

/** Bytes that wait for peers, all of them together. */
export const unsentBytes = ({ services: { pubsub } }: RelayNode): number => {
  let total = 0
  for (const stream of pubsub.streamsOutbound.values()) total += unsentOn(stream)
  return total
}

/**
 * Hangs up on those who leave most unread when all together leave too much, configured peers last: each alone may be slow for a
 * while, but hundreds would fill the memory.
 */
export const limitDebts = (node: RelayNode, { maxUnsentBytes, isConfigured, onEnd, signal }: DebtOptions): void => {
  const { pubsub } = node.services

  const collect = (): void => {
    let total = unsentBytes(node)
    if (total <= maxUnsentBytes) return
    const debts = [...pubsub.streamsOutbound]
      .map(([peer, stream]) => ({ peer, bytes: unsentOn(stream), isOurs: isConfigured(peer) }))
      .sort((a, b) => Number(a.isOurs) - Number(b.isOurs) || b.bytes - a.bytes)
    for (const { peer, bytes } of debts) {
      if (total <= maxUnsentBytes) return
      total -= bytes
      const id = node.getPeers().find((one) => one.toString() === peer)
      if (id === undefined) continue
      onEnd(id, bytes)
      for (const connection of node.getConnections(id)) connection.abort(new Error('it leaves too much unread'))
    }
  }

  if (signal.aborted) return
  const timer = setInterval(collect, checkMs)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}
