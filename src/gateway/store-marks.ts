import type { PeerInfo, Storage, Transport } from '../ports/index.ts'

const cursorOf = (id: string): string => `history ${id}`

/** Of so many store nodes that nobody configured it is known how far they were read. */
const mostFound = 200

/** So often a store node that is there and does not answer may make a look longer. */
const mostTries = 5

/**
 * How far each store node was read. That others answered for a range says nothing of what one that was away kept alone, in
 * a part of the network that was split off.
 */
export interface StoreMarks {
  /** Unix milliseconds, at most `start`: read from there on, each store node that is there now is read whole. */
  begin(start: number): Promise<number>
  /** These store nodes answered for everything between the two times. */
  answered(ids: Iterable<string>, from: number, end: number): Promise<void>
}

/** Durable of those that are configured. */
export const createStoreMarks = (
  transport: Pick<Transport, 'peers'>,
  { cursors }: Pick<Storage, 'cursors'>,
): StoreMarks => {
  const found = new Map<string, number>()
  const tries = new Map<string, number>()
  let origin: number | undefined

  const stores = (): PeerInfo[] =>
    transport.peers().filter(({ connected, roles }) => connected && roles.includes('store'))

  const isConfigured = (id: string): boolean =>
    transport.peers().some((peer) => peer.id === id && peer.source === 'static')

  const markOf = async (id: string): Promise<number | undefined> => {
    if (!isConfigured(id)) return found.get(id)
    const stored = await cursors.get(cursorOf(id))
    return stored === undefined ? undefined : Number(stored)
  }

  const set = async (id: string, mark: number): Promise<void> => {
    tries.delete(id)
    if (isConfigured(id)) return cursors.set(cursorOf(id), BigInt(Math.floor(mark)))
    found.delete(id)
    found.set(id, mark)
    for (const oldest of found.keys()) if (found.size > mostFound) found.delete(oldest)
  }

  /** Whence this one wants to be read, but not for ever in vain. */
  const wishOf = async ({ id }: PeerInfo, start: number): Promise<number> => {
    const mark = await markOf(id)
    if (mark === undefined || mark >= start) return start
    const tried = (tries.get(id) ?? 0) + 1
    if (tries.size >= mostFound) tries.clear()
    tries.set(id, tried)
    return tried > mostTries ? start : mark
  }

  return {
    begin: async (start) => {
      origin ??= start
      return Math.min(start, ...(await Promise.all(stores().map((store) => wishOf(store, start)))))
    },
    answered: async (ids, from, end) => {
      for (const id of ids) {
        // Who answers for the first time may have kept what came since this process began: that is read next.
        const mark = (await markOf(id)) ?? origin ?? from
        await set(id, mark >= from || (tries.get(id) ?? 0) > mostTries ? end : mark)
      }
    },
  }
}
