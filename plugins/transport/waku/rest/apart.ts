import type { Log } from '../../../../src/ports/index.ts'
import type { RestClient } from './client.ts'
import { identify } from './identity.ts'

/** A proxy or a name may lead elsewhere one day. */
const certainMs = 60_000

export interface ApartOptions {
  /** The node that is to be read. */
  readonly client: RestClient
  /** The node that is read already: reading it twice would take from the other reader what it waits for. */
  readonly from: RestClient
  readonly log: Log
  readonly now: () => number
}

/**
 * Tells whether two addresses lead to two nodes: why the first one must not be read, `undefined` where it may. As long as one
 * of them cannot be asked, it must not; where one does not say who it is, it may. Rejects with the signal's reason.
 */
export const createApart = ({
  client,
  from,
  log,
  now,
}: ApartOptions): ((signal: AbortSignal) => Promise<string | undefined>) => {
  let certainUntil = Number.NEGATIVE_INFINITY
  let warned = false

  const warn = (text: string): void => {
    if (!warned) log.warn({ node: client.url, other: from.url }, text)
    warned = true
  }

  return async (signal) => {
    if (now() < certainUntil) return undefined
    const [ours, theirs] = await Promise.all([identify(client, signal), identify(from, signal)])
    if ('fault' in ours) return `${ours.fault} (when asked who it is)`
    if ('fault' in theirs) return `cannot be told from the one at ${from.url}, which ${theirs.fault}`
    if (ours.peer !== undefined && ours.peer === theirs.peer) {
      warn('Two addresses lead to the same Waku node. It is read by one of them alone.')
      return `is the same as the one at ${from.url} (peer ${ours.peer}), WAKU_REST_CANARY_URL needs another`
    }
    if (ours.peer === undefined || theirs.peer === undefined)
      warn('A Waku node does not say who it is. Should both addresses lead to the same one, messages get lost.')
    certainUntil = now() + certainMs
    return undefined
  }
}
