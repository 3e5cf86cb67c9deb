import { setTimeout as sleep } from 'node:timers/promises'
import type { PeerInfo } from '../../../../src/ports/index.ts'
import { type Answer, isNotOffered, type RestClient } from './client.ts'
import { type Condition, createCondition } from './condition.ts'
import { identify } from './identity.ts'
import { carriersOf, peersFromAdmin, relayReadyOf, type SeenPeer } from './sight.ts'
import { settled } from './wait.ts'

const timeoutMs = 3_000
const calmMs = 5_000
/** Between two looks, whoever wants them. */
const spacingMs = 100
const mostPeers = 200
/** What a node does not offer is asked for again after this, or once it was away; what it offered counts as offered so long. */
const offeredMs = 60_000
/** How long a node is taken for the one that it was. */
const introducedMs = 60_000
/** The same where it would not say who it is. */
const shyMs = 10_000
/** Thousands of peers. */
const adminBytes = 4 * 1024 * 1024

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
  /** The node may be another one by now: asks it who it is and what it offers, at once. */
  forget(): void
  /** Whether the node has a peer on the shard; holds where the node does not tell. */
  readonly carried: Condition
  /** Peers on the shard; `undefined` where the node does not count them. */
  readonly carriers: number | undefined
  peers(): readonly PeerInfo[]
}

/** Whether it would be another answer another time. */
const isOutage = (answer: Answer & { ok: false }): boolean =>
  answer.status === undefined || answer.status === 429 || (answer.status >= 500 && answer.status !== 501)

const faultOf = (answer: Answer, what: string): string =>
  answer.ok ? `answered with no list of ${what}` : `${answer.reason} (when asked for ${what})`

export const createWatch = ({ client, cluster, shard, watchMs, now }: WatchOptions): Watch => {
  const carried = createCondition(now, 'has not told of its peers yet')
  const since = new Map<string, { readonly connected: boolean; readonly at: number }>()
  let seen: readonly SeenPeer[] = []
  let carriers: number | undefined
  let adminOffUntil = Number.NEGATIVE_INFINITY
  let toldUntil = Number.NEGATIVE_INFINITY
  let introducedUntil = Number.NEGATIVE_INFINITY
  let atHome = true
  /** Counts the nodes that may have been at the address. */
  let epoch = 0
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

  const reset = (): void => {
    epoch += 1
    adminOffUntil = Number.NEGATIVE_INFINITY
    toldUntil = Number.NEGATIVE_INFINITY
    introducedUntil = Number.NEGATIVE_INFINITY
  }

  const get = async (path: string, maxBytes?: number): Promise<Answer> => {
    const answer = await client.ask({ path, timeoutMs, ...(maxBytes === undefined ? {} : { maxBytes }) }, signal)
    // Whoever is there next may be another, and offer what this one did not.
    if (!answer.ok && answer.status === undefined) reset()
    return answer
  }

  /** The list of peers; that it is not offered; or why nothing came. */
  const askAdmin = async (): Promise<readonly SeenPeer[] | 'off' | { readonly fault: string }> => {
    if (now() < adminOffUntil) return 'off'
    const began = epoch
    const answer = await get('/admin/v1/peers', adminBytes)
    const peers = answer.ok ? peersFromAdmin(answer.value) : undefined
    if (peers !== undefined) {
      if (began === epoch) toldUntil = now() + offeredMs
      return peers
    }
    if (!isNotOffered(answer) || now() < toldUntil) return { fault: faultOf(answer, 'its peers') }
    if (began === epoch) adminOffUntil = now() + offeredMs
    return 'off'
  }

  const askHealth = async (): Promise<string | undefined> => {
    const answer = await get('/health')
    if (!answer.ok && isOutage(answer)) return faultOf(answer, 'its health')
    // A node that cannot tell is taken at its word that it runs.
    return answer.ok && relayReadyOf(answer.value) === false ? 'has no relay peer' : undefined
  }

  /** Whether the node is, as far as it says, where we are. */
  const isAtHome = async (): Promise<boolean> => {
    if (atHome && now() < introducedUntil) return true
    const began = epoch
    const theirs = await identify(client, signal)
    if (!('fault' in theirs)) {
      atHome = theirs.cluster === undefined || theirs.cluster === cluster
      if (!atHome) carried.set(`is on cluster ${theirs.cluster}, not on ${cluster} as WAKU_CLUSTER says`)
    }
    if (began === epoch) introducedUntil = now() + ('fault' in theirs ? shyMs : introducedMs)
    return atHome
  }

  const ask = async (): Promise<void> => {
    if (!(await isAtHome())) return
    const peers = await askAdmin()
    if (peers === 'off') {
      carriers = undefined
      keep([])
      carried.set(await askHealth())
    } else if ('fault' in peers) carried.set(peers.fault)
    else {
      keep(peers)
      carriers = carriersOf(peers, shard)
      carried.set(carriers > 0 ? undefined : `has no relay peer on shard ${shard}`)
    }
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
        const due = lookedAt + (carried.fault === undefined ? calmMs : watchMs)
        if (due <= performance.now()) await look(performance.now(), stop)
        // A look that others wanted may have found something wrong meanwhile.
        await sleep(Math.min(watchMs, calmMs), undefined, { signal: stop }).catch(() => undefined)
      }
    },
    look,
    forget: () => {
      reset()
      void look(performance.now(), signal)
    },
    carried,
    get carriers() {
      return carriers
    },
    peers: () =>
      seen.map(({ shards: _shards, ...peer }) => ({ ...peer, since: since.get(peer.id)?.at ?? carried.since })),
  }
}
