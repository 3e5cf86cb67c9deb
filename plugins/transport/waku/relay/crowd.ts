import type { Multiaddr } from '@multiformats/multiaddr'
import { withPeer } from '../addresses.ts'

/** How many peers on our shard are enough, configured and calling ones included. */
const enough = 8
const maxKnown = 200
const maxAddresses = 4
const atOnce = 3
const tickMs = 500
const arrivalMs = 1_000
const firstPauseMs = 2_000
const maxPauseMs = 10 * 60_000
/** While nobody at all is there: those who once answered are asked this often. */
const urgentPauseMs = 1_500
/** And the others. */
const lonelyPauseMs = 5_000
/** Who never answered is forgotten after so many calls. */
const maxFailures = 5

export type Source = 'dns' | 'exchange' | 'known'

/** A peer that somebody told us of. */
export interface Found {
  readonly peerId: string
  /** Multiaddrs, with or without `/p2p/`. */
  readonly addresses: readonly string[]
  readonly source: Source
}

export interface Member {
  readonly peer: string
  readonly address: string
  readonly source: Source
  readonly failure: string | undefined
}

interface Acquaintance {
  addresses: readonly Multiaddr[]
  readonly source: Source
  failure: string | undefined
  failures: number
  /** Whether it was ever connected. */
  proven: boolean
  calling: boolean
  /** All three on the clock of `performance`. */
  lastTry: number
  shunnedUntil: number
  arrivedAt: number
  /** In [0, 1): spreads the calls. */
  chance: number
}

export interface Crowd {
  offer(found: Found): void
  /** Who was found wanting is left alone for long. */
  blame(peer: string, reason: string): void
  has(peer: string): boolean
  members(): readonly Member[]
  tries(): number
}

export interface CrowdOptions {
  readonly call: (addresses: readonly Multiaddr[]) => Promise<unknown>
  readonly isConnected: (peer: string) => boolean
  /** Who is called anyway, or never. */
  readonly isExcluded: (peer: string) => boolean
  /** How many peers would take a message of ours now. */
  readonly takers: () => number
  readonly signal: AbortSignal
}

const pauseAfter = (failures: number, chance: number): number =>
  Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(failures, 16)) * (0.5 + chance / 2)

/** Calls peers that were found until enough are there, and others when some leave. */
export const createCrowd = ({ call, isConnected, isExcluded, takers, signal }: CrowdOptions): Crowd => {
  const known = new Map<string, Acquaintance>()
  let calling = 0
  let tries = 0

  /** Room for one more, at the cost of who failed most. */
  const makeRoom = (): void => {
    if (known.size < maxKnown) return
    let worst: string | undefined
    let most = -1
    for (const [peer, { failures, calling: busy }] of known) {
      if (failures <= most || busy || isConnected(peer)) continue
      worst = peer
      most = failures
    }
    if (worst !== undefined) known.delete(worst)
  }

  const greet = async (peer: string, one: Acquaintance): Promise<void> => {
    one.calling = true
    calling += 1
    tries += 1
    try {
      await call(one.addresses)
      one.proven = true
      one.failure = undefined
      one.failures = 0
      one.arrivedAt = performance.now()
    } catch (error) {
      one.failure = (error as Error).message
      one.failures += 1
      if (!one.proven && one.failures >= maxFailures && takers() > 0) known.delete(peer)
    } finally {
      one.lastTry = performance.now()
      one.chance = Math.random()
      one.calling = false
      calling -= 1
    }
  }

  /** When this one may be called next. While nobody is there, that is nobody's own fault. */
  const dueAt = (one: Acquaintance, alone: boolean): number => {
    const pause = one.failures === 0 ? firstPauseMs : pauseAfter(one.failures, one.chance)
    const shortened = Math.min(pause, one.proven ? urgentPauseMs : lonelyPauseMs)
    return Math.max(one.shunnedUntil, one.lastTry + (alone ? shortened : pause))
  }

  const failureOf = (peer: string, { failure, lastTry }: Acquaintance): string | undefined => {
    if (failure !== undefined || isConnected(peer)) return failure
    return lastTry === Number.NEGATIVE_INFINITY ? 'not tried yet' : 'the connection ended'
  }

  /** Who was reached a moment ago and will probably be there soon. */
  const arriving = (): number => {
    const since = performance.now() - arrivalMs
    return [...known.values()].filter(({ arrivedAt }) => arrivedAt > since).length
  }

  const tick = (): void => {
    const present = takers()
    const room = Math.min(atOnce - calling, enough - present - calling - arriving())
    if (room <= 0) return
    const ready = [...known].filter(
      ([peer, one]) =>
        !one.calling && !isExcluded(peer) && !isConnected(peer) && dueAt(one, present === 0) <= performance.now(),
    )
    ready.sort(([, a], [, b]) => Number(b.proven) - Number(a.proven) || a.failures - b.failures)
    for (const [peer, one] of ready.slice(0, Math.max(0, Math.min(atOnce - calling, enough - present))))
      void greet(peer, one)
  }
  const timer = setInterval(tick, tickMs)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })

  return {
    offer: ({ peerId, addresses, source }) => {
      const usable = addresses.slice(0, maxAddresses).flatMap((address) => withPeer(address, peerId) ?? [])
      if (usable.length === 0 || signal.aborted) return
      const before = known.get(peerId)
      if (before !== undefined) {
        before.addresses = usable
        return
      }
      makeRoom()
      if (known.size >= maxKnown) return
      known.set(peerId, {
        addresses: usable,
        source,
        failure: undefined,
        failures: 0,
        proven: false,
        calling: false,
        lastTry: Number.NEGATIVE_INFINITY,
        shunnedUntil: 0,
        arrivedAt: Number.NEGATIVE_INFINITY,
        chance: 0,
      })
    },
    blame: (peer, reason) => {
      const one = known.get(peer)
      if (one === undefined) return
      one.failure = reason
      one.proven = false
      one.shunnedUntil = performance.now() + maxPauseMs
    },
    has: (peer) => known.has(peer),
    members: () =>
      [...known].map(([peer, one]) => {
        return { peer, address: String(one.addresses[0]), source: one.source, failure: failureOf(peer, one) }
      }),
    tries: () => tries,
  }
}
