import {
  down,
  type HistoryRange,
  type Transport,
  type TransportEvents,
  type WakuMessage,
} from '../../../../src/ports/index.ts'
import type { History } from './history.ts'
import type { Hub } from './hub.ts'
import type { Inlet } from './inlet.ts'
import type { Publisher } from './publisher.ts'
import { settled } from './wait.ts'

/** How long a start waits for a node that does not answer, milliseconds. */
const firstMs = 2_000

/** What belongs to one transport, while the node may be shared. */
export interface StationParts {
  readonly hub: Hub
  readonly inlet: Inlet
  readonly publisher: Publisher
  readonly history: History
  readonly stranger: () => Transport
}

/** A transport that goes on the air and off it again. */
export const createStation = ({ hub, inlet, publisher, history, stranger }: StationParts): Transport => {
  const closing = new AbortController()
  let state: 'new' | 'open' | 'closed' = 'new'

  const requireOpen = (): void => {
    if (state !== 'open') throw new Error('The transport is not open.')
  }

  const start = async (events: TransportEvents): Promise<void> => {
    if (state !== 'new') throw new Error('The transport was started or closed before.')
    state = 'open'
    inlet.open(events)
    await settled(hub.join(inlet.take), AbortSignal.any([closing.signal, AbortSignal.timeout(firstMs)]))
    closing.signal.throwIfAborted()
  }

  const read = async function* (range: HistoryRange): AsyncGenerator<WakuMessage, void> {
    requireOpen()
    yield* history.read({ ...range, signal: AbortSignal.any([range.signal, closing.signal]) })
  }

  return {
    start,
    listen: inlet.listen,
    unlisten: inlet.unlisten,
    publish: async (message, signal) => {
      requireOpen()
      await publisher.publish(message, AbortSignal.any([signal, closing.signal]))
    },
    history: read,
    stranger,
    peers: () => [...hub.peers(), ...history.stores()].slice(0, 200),
    health: () => (state === 'open' ? hub.health() : down('the transport is not open')),
    // The node is reached by others, not we.
    addresses: () => [],
    stats: () => ({ ...hub.stats(), ...inlet.stats(), ...publisher.stats(), ...history.stats() }),
    close: async () => {
      if (state === 'closed') return
      state = 'closed'
      inlet.close()
      hub.leave(inlet.take)
      closing.abort(new Error('The transport was closed.'))
    },
  }
}
