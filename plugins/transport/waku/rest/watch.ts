import { setTimeout as sleep } from 'node:timers/promises'
import type { PeerInfo } from '../../../../src/ports/index.ts'
import type { RestClient } from './client.ts'
import { clusterOf } from './cluster.ts'
import { type Condition, createCondition } from './condition.ts'
import { carriersOf, peersFromAdmin, relayReadyOf, type SeenPeer } from './sight.ts'
import { settled } from './wait.ts'

const timeoutMs = 3_000
const calmMs = 5_000
/** Between two looks, whoever wants them. */
const spacingMs = 100
const mostPeers = 200
/** What a node does not offer is asked for again after this, or once it was away. */
const offeredMs = 600_000

export interface WatchOptions {
  readonly client: RestClient
  readonly cluster: number
  readonly shard: number
  /** Pause between two looks while there is no peer, milliseconds. */
  readonly watchMs: number
  readonly now: () => number
}

/** Knows whether the node has peers. */
export interface Watch {
  run(signal: AbortSignal): Promise<void>
  /**
   * Resolves when there was a look that began at this time (of `performance.now`) or later, at the latest when the signal is
   * aborted.
   */
  look(notBefore: number, until: AbortSignal): Promise<void>
  /** Whether the node has a peer on the shard; holds where the node does not tell. */
  readonly carried: Condition
  /** Peers on the shard; `undefined` where the node does not count them. */
  readonly carriers: number | undefined
  peers(): readonly PeerInfo[]
}

export const createWatch = ({ client, cluster, shard, watchMs, now }: WatchOptions): Watch => {
  const carried = createCondition(now, 'has not told of its peers yet')
  const since = new Map<string, { readonly connected: boolean; readonly at: number }>()
  let seen: readonly SeenPeer[] = []
  let carriers: number | undefined
  let adminOffUntil = 0
  let introduced = false
  /** When the last look that came to its end began. */
  let lookedAt = Number.MIN_SAFE_INTEGER
  let looking: Promise<void> | undefined
  let signal = AbortSignal.abort()

  const keep = (peers: readonly SeenPeer[]): void => {
    // Whom we are connected with comes first, so that the bound leaves out the others.
    seen = peers.toSorted((a, b) => Number(b.connected) - Number(a.connected)).slice(0, mostPeers)
    const ids = new Set(seen.map(({ id }) => id))
    for (const id of since.keys()) if (!ids.has(id)) since.delete(id)
    for (const { id, connected } of seen)
      if (since.get(id)?.connected !== connected) since.set(id, { connected, at: now() })
  }

  /** What the list of peers says of our shard; that it is not offered; or why nothing came. */
  const askAdmin = async (): Promise<'told' | 'off' | { readonly fault: string }> => {
    if (now() < adminOffUntil) return 'off'
    const answer = await client.ask({ path: '/admin/v1/peers', timeoutMs }, signal)
    if (!answer.ok && answer.status === undefined) return { fault: answer.reason }
    const peers = answer.ok ? peersFromAdmin(answer.value) : undefined
    if (peers === undefined) {
      adminOffUntil = now() + offeredMs
      return 'off'
    }
    keep(peers)
    carriers = carriersOf(peers, shard)
    carried.set(carriers > 0 ? undefined : `has no relay peer on shard ${shard}`)
    return 'told'
  }

  const askHealth = async (): Promise<'told' | { readonly fault: string }> => {
    const answer = await client.ask({ path: '/health', timeoutMs }, signal)
    if (!answer.ok && answer.status === undefined) return { fault: answer.reason }
    carriers = undefined
    keep([])
    // A node that cannot tell is taken at its word that it runs.
    carried.set(answer.ok && relayReadyOf(answer.value) === false ? 'has no relay peer' : undefined)
    return 'told'
  }

  /** Whether the node is, as far as it says, where we are. */
  const isAtHome = async (): Promise<boolean> => {
    if (introduced) return true
    const theirs = await clusterOf(client, signal)
    introduced = theirs === undefined || theirs === cluster
    if (!introduced) carried.set(`is on cluster ${theirs}, not on ${cluster} as WAKU_CLUSTER says`)
    return introduced
  }

  const ask = async (): Promise<void> => {
    if (!(await isAtHome())) return
    const peers = await askAdmin()
    const told = peers === 'off' ? await askHealth() : peers
    if (told === 'told') return
    // Whoever is there next may be another, and offer what this one did not.
    introduced = false
    adminOffUntil = 0
    carried.set(told.fault)
  }

  const lookNow = async (): Promise<void> => {
    await sleep(Math.max(0, lookedAt + spacingMs - performance.now()), undefined, { signal })
    const began = performance.now()
    await ask().finally(() => {
      lookedAt = began
    })
  }

  const look = async (notBefore: number, until: AbortSignal): Promise<void> => {
    while (lookedAt < notBefore && !until.aborted && !signal.aborted) {
      looking ??= lookNow()
        .catch(() => undefined)
        .finally(() => {
          looking = undefined
        })
      await settled(looking, until)
    }
  }

  return {
    run: async (stop) => {
      signal = stop
      while (!stop.aborted) {
        await look(performance.now(), stop)
        await sleep(carried.fault === undefined ? calmMs : watchMs, undefined, { signal: stop }).catch(() => undefined)
      }
    },
    look,
    carried,
    get carriers() {
      return carriers
    },
    peers: () =>
      seen.map(({ shards: _shards, ...peer }) => ({ ...peer, since: since.get(peer.id)?.at ?? carried.since })),
  }
}
