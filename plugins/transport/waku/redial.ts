import { setTimeout as sleep } from 'node:timers/promises'
import type { Libp2p, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const firstDelayMs = 100
/** Between calls to somebody who cannot be reached: who comes back is to be met at once. */
const maxDelayMs = 800
/** Between calls to somebody who hangs up on us. */
const maxUnwelcomeDelayMs = 5_000
/** A connection that ends sooner than this was not welcome. */
const steadyMs = 2_000

/** Of one address we keep calling: what went wrong last, `undefined` while connected. */
export interface DialState {
  readonly address: string
  readonly peer: string
  readonly failure: string | undefined
}

export interface Redialler {
  states(): readonly DialState[]
  /** How often a connection was tried. */
  tries(): number
  /** Notes why a connection is about to be closed by us, and for how long its peer is left alone, milliseconds. */
  blame(peer: PeerId, reason: string, restMs?: number): void
}

/** Half to all of an exponentially growing delay in milliseconds, at most `longest`. `chance` is in [0, 1). */
export const delayAfter = (failures: number, chance: number, longest = maxDelayMs): number =>
  Math.min(longest, firstDelayMs * 2 ** Math.min(failures, 16)) * (0.5 + chance / 2)

/** Resolves when the last connection to this peer is gone, or on abort. */
const disconnected = (node: Libp2p, peer: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      node.removeEventListener('peer:disconnect', onDisconnect)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const onDisconnect = (event: CustomEvent<PeerId>) => {
      if (event.detail.toString() === peer) end()
    }
    node.addEventListener('peer:disconnect', onDisconnect)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })

interface Blame {
  readonly reason: string
  readonly restMs: number
}

/** One address: its failures in a row, of both kinds. */
interface Line {
  readonly address: Multiaddr
  readonly peer: string
  failure: string | undefined
  unreached: number
  unwelcome: number
}

const ended = 'the connection ended'
const endedAtOnce = 'it ends the connection at once, as a peer of another cluster would'

export interface RedialOptions {
  /** Opens a connection, or rejects within seconds with what went wrong. */
  readonly call: (address: Multiaddr) => Promise<{ readonly remotePeer: PeerId }>
  readonly signal: AbortSignal
}

/** Keeps a connection to each of these addresses until the signal aborts, and calls again whenever one ends. */
export const keepDialling = (
  node: Libp2p,
  addresses: readonly Multiaddr[],
  { call, signal }: RedialOptions,
): Redialler => {
  const lines = addresses.map((address): Line => {
    return { address, peer: address.getPeerId() ?? '', failure: 'not tried yet', unreached: 0, unwelcome: 0 }
  })
  const blamed = new Map<string, Blame>()
  let tries = 0

  const reach = async (line: Line): Promise<PeerId | undefined> => {
    tries += 1
    try {
      const { remotePeer } = await call(line.address)
      return remotePeer
    } catch (error) {
      line.failure = (error as Error).message
      line.unreached += 1
      return undefined
    }
  }

  /** Waits until the connection ends. Gives the milliseconds to wait before the next call. */
  const stay = async (line: Line, peer: PeerId): Promise<number> => {
    const since = performance.now()
    line.failure = undefined
    line.unreached = 0
    blamed.delete(line.peer)
    if (node.getConnections(peer).length > 0) await disconnected(node, line.peer, signal)
    line.unwelcome = performance.now() - since > steadyMs ? 0 : line.unwelcome + 1
    const blame = blamed.get(line.peer)
    blamed.delete(line.peer)
    line.failure = blame?.reason ?? (line.unwelcome > 1 ? endedAtOnce : ended)
    return Math.max(blame?.restMs ?? 0, delayAfter(line.unwelcome, Math.random(), maxUnwelcomeDelayMs))
  }

  const run = async (line: Line): Promise<void> => {
    while (!signal.aborted) {
      const peer = await reach(line)
      if (signal.aborted) return
      const delay = peer === undefined ? delayAfter(line.unreached, Math.random()) : await stay(line, peer)
      await sleep(delay, undefined, { signal }).catch(() => undefined)
    }
  }

  const peers = new Set(lines.map(({ peer }) => peer))
  for (const line of lines) void run(line)
  return {
    states: () => lines.map(({ address, peer, failure }) => ({ address: address.toString(), peer, failure })),
    tries: () => tries,
    blame: (peer, reason, restMs = 0) => {
      if (peers.has(peer.toString())) blamed.set(peer.toString(), { reason, restMs })
    },
  }
}
