import type { HistoryRange, Log, PeerInfo, WakuMessage } from '../../../../src/ports/index.ts'
import { merge } from './merge.ts'
import { type Inquiry, readData, readNeeded } from './pages.ts'
import { createRecent } from './recent.ts'
import type { Store } from './store.ts'
import { hexOf } from './wire.ts'

/** Most of a short range is known: its hashes are asked for first. */
const shortMs = 15 * 60_000
const storesAtOnce = 3
/** How long a store that failed comes after the others. */
const demotedMs = 60_000
const repeatsRemembered = 1_000

export interface HistoryOptions {
  readonly stores: readonly Store[]
  readonly pubsubTopics: readonly string[]
  /** Says of a hash that its message is none that we want: it is our own, or on no topic of ours. */
  readonly skips: (hash: Uint8Array) => boolean
  readonly wants: (message: WakuMessage) => boolean
  readonly log: Log
  readonly now: () => number
}

export interface History {
  /** Of the transport's promise. */
  read(range: HistoryRange): AsyncGenerator<WakuMessage, void>
  /** The stores as peers, but for the node's own. */
  stores(): readonly PeerInfo[]
  stats(): Readonly<Record<string, number>>
}

/** What one store has to say in one reading. */
interface Witness {
  readonly store: Store
  readonly faults: Set<string>
}

/** What is known of a store from the readings before. */
interface Standing {
  connected: boolean
  since: number
  demotedUntil: number
  failure: string | undefined
}

const nanoseconds = (time: Date): bigint => BigInt(time.getTime()) * 1_000_000n

/** Joins what up to three stores know of a range. */
export const createHistory = ({ stores, pubsubTopics, skips, wants, log, now }: HistoryOptions): History => {
  const counts = { historyRequests: 0, historyFailures: 0, historyLies: 0, historyMessages: 0 }
  const standings = new Map<Store, Standing>(
    stores.map((store) => [store, { connected: false, since: now(), demotedUntil: 0, failure: undefined }]),
  )
  const demotion = (store: Store): number => {
    const until = standings.get(store)?.demotedUntil ?? 0
    return until > now() ? until : 0
  }

  const judge = ({ store, faults }: Witness): void => {
    const standing = standings.get(store)
    if (standing === undefined) return
    const connected = faults.size === 0
    if (standing.connected !== connected) standing.since = now()
    standing.connected = connected
    standing.failure = connected ? undefined : [...faults].join(', ')
    standing.demotedUntil = connected ? 0 : now() + demotedMs
  }

  const inquire = (witness: Witness, pubsubTopic: string, range: HistoryRange): AsyncGenerator<WakuMessage, void> => {
    const { from, to, isKnown, signal } = range
    const inquiry: Inquiry = {
      store: witness.store,
      pubsubTopic,
      from: nanoseconds(from),
      to: nanoseconds(to) + 999_999n,
      signal,
      onFault: (kind, what) => {
        witness.faults.add(what)
        counts[kind === 'lie' ? 'historyLies' : 'historyFailures'] += 1
        log.debug({ store: witness.store.name, what }, 'A store does not tell what it keeps.')
      },
    }
    if (to.getTime() - from.getTime() > shortMs) return readData(inquiry)
    return readNeeded(inquiry, (hex) => {
      const hash = new Uint8Array(Buffer.from(hex, 'hex'))
      return !skips(hash) && isKnown?.(hash) !== true
    })
  }

  const read = async function* (range: HistoryRange): AsyncGenerator<WakuMessage, void> {
    const { from, to, isKnown, signal } = range
    signal.throwIfAborted()
    counts.historyRequests += 1
    const chosen = stores.toSorted((a, b) => demotion(a) - demotion(b)).slice(0, storesAtOnce)
    const witnesses: Witness[] = chosen.map((store) => ({ store, faults: new Set() }))
    const streams = witnesses.flatMap((witness) => pubsubTopics.map((topic) => inquire(witness, topic, range)))
    // Two stores give the same message one right after the other.
    const given = createRecent(repeatsRemembered)
    for await (const message of merge(streams)) {
      signal.throwIfAborted()
      if (isKnown?.(message.hash) === true || !wants(message) || !given.add(hexOf(message.hash))) continue
      counts.historyMessages += 1
      yield message
    }
    signal.throwIfAborted()
    for (const witness of witnesses) judge(witness)
    if (witnesses.some(({ faults }) => faults.size === 0)) return
    const tried = witnesses.map(({ store, faults }) => `${store.name} ${[...faults].join(', ')}`)
    throw new Error(`No store told all of ${from.toISOString()} to ${to.toISOString()}: ${tried.join('; ')}`)
  }

  return {
    read,
    stores: () =>
      stores.flatMap((store) => {
        const { peer } = store
        const { connected = false, since = 0, failure } = standings.get(store) ?? {}
        if (peer === undefined) return []
        const id = /\/p2p\/([^/]+)$/.exec(peer)?.[1] ?? peer
        const more = failure === undefined ? {} : { failure }
        return [{ id, address: peer, source: 'static', roles: ['store'], connected, since, ...more }]
      }),
    stats: () => ({ ...counts }),
  }
}
