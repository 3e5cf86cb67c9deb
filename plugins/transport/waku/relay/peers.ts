import type { PeerId } from '@libp2p/interface'
import { createLineUp } from '../line-up.ts'
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
  let timer: NodeJS.Timeout | undefined

  const check = (): void => {
    if (isOpen()) while (line.letIn());
    if (line.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  const line = createLineUp(check)

  return {
    wait: async (signal) => {
      signal.throwIfAborted()
      if (isOpen()) return
      timer ??= setInterval(check, pollMs)
      await line.join(signal)
    },
  }
}
