import { setTimeout as sleep } from 'node:timers/promises'
import type { Libp2p, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const firstDelayMs = 100
const maxDelayMs = 5_000
const dialTimeoutMs = 5_000
/** A connection that ends sooner than this counts as a failed try: a peer that throws us out is not called ten times a second. */
const steadyMs = 2_000

/** Of one address we keep calling: what went wrong last, `undefined` while connected. */
export interface DialState {
  readonly address: string
  readonly failure: string | undefined
}

export interface Redialler {
  states(): readonly DialState[]
  /** How often a connection was tried. */
  tries(): number
  /** Notes why a connection is about to be closed by us. */
  blame(peer: PeerId, reason: string): void
}

/** Half to all of an exponentially growing delay in milliseconds. `chance` is in [0, 1). */
export const delayAfter = (failures: number, chance: number): number =>
  Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(failures, 16)) * (0.5 + chance / 2)

const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n')[0] ?? ''

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

/** Keeps a connection to each of these addresses until the signal aborts, and calls again whenever one ends. */
export const keepDialling = (node: Libp2p, addresses: readonly Multiaddr[], signal: AbortSignal): Redialler => {
  const failures = new Map<string, string | undefined>()
  const blamed = new Map<string, string>()
  let tries = 0

  const hold = async (address: Multiaddr): Promise<void> => {
    tries += 1
    const limit = AbortSignal.any([signal, AbortSignal.timeout(dialTimeoutMs)])
    const connection = await node.dial(address, { signal: limit })
    failures.set(address.toString(), undefined)
    const peer = connection.remotePeer.toString()
    blamed.delete(peer)
    if (node.getConnections(connection.remotePeer).length > 0) await disconnected(node, peer, signal)
    throw new Error(blamed.get(peer) ?? 'the connection ended')
  }

  const run = async (address: Multiaddr): Promise<void> => {
    for (let failed = 0; !signal.aborted; failed += 1) {
      const since = performance.now()
      const error: unknown = await hold(address).catch((reason: unknown) => reason)
      if (signal.aborted) return
      const held = failures.get(address.toString()) === undefined && performance.now() - since > steadyMs
      if (held) failed = 0
      failures.set(address.toString(), firstLine(error))
      await sleep(delayAfter(failed, Math.random()), undefined, { signal }).catch(() => undefined)
    }
  }

  for (const address of addresses) {
    failures.set(address.toString(), 'not tried yet')
    void run(address)
  }
  return {
    states: () => [...failures].map(([address, failure]) => ({ address, failure })),
    tries: () => tries,
    blame: (peer, reason) => void blamed.set(peer.toString(), reason),
  }
}
