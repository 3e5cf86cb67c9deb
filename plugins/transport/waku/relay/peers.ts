import type { PeerId } from '@libp2p/interface'
import type { RelayNode } from './node.ts'

const pollMs = 25

/** The peers that would take a message on this pubsub topic from us now. */
export const takersOf = (node: RelayNode, pubsubTopic: string): PeerId[] => {
  const { pubsub } = node.services
  return pubsub.getSubscribers(pubsubTopic).filter((peer) => pubsub.streamsOutbound.has(peer.toString()))
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
