import { hex } from '../protocol/index.ts'

/** A message may be in hand for long, and runs may be short. */
const mostRuns = 64

/**
 * Tells the gateway's own traffic from users', so that each is counted apart: the owners (64 bytes) of the last runs, with
 * the one push that each of them may have. Bounded, in memory.
 */
export interface Tally {
  remember(owner: Uint8Array): void
  /** Cheap enough to be asked for every request. */
  has(owner: Uint8Array): boolean
  /** The owner's push is durable. It may have ended before this is known. */
  accepted(owner: Uint8Array): void
  /** The owner's push has ended. Whether it had not yet: of its ends one is counted. */
  ended(owner: Uint8Array): boolean
  /** The push is taken back: whether it was accepted and had not ended. */
  withdraw(owner: Uint8Array): boolean
  /** What `withdraw` found could not be taken back after all. */
  restore(owner: Uint8Array): void
}

export const createTally = (): Tally => {
  const pushes = new Map<string, 'none' | 'accepted' | 'ended'>()

  /** Whether the owner's push was in one of these states. */
  const change = (owner: Uint8Array, from: readonly string[], to: 'accepted' | 'ended'): boolean => {
    const key = hex(owner)
    const state = pushes.get(key)
    if (state === undefined || !from.includes(state)) return false
    pushes.set(key, to)
    return true
  }

  return {
    remember: (owner) => {
      const key = hex(owner)
      if (!pushes.has(key)) pushes.set(key, 'none')
      const oldest = pushes.keys().next()
      if (pushes.size > mostRuns && !oldest.done) pushes.delete(oldest.value)
    },
    has: (owner) => pushes.size > 0 && pushes.has(hex(owner)),
    accepted: (owner) => void change(owner, ['none'], 'accepted'),
    ended: (owner) => change(owner, ['none', 'accepted'], 'ended'),
    withdraw: (owner) => change(owner, ['accepted'], 'ended'),
    restore: (owner) => void change(owner, ['ended'], 'accepted'),
  }
}
