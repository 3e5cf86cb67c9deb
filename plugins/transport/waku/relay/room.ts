import type { Connection, Libp2p, PeerId } from '@libp2p/interface'
import { carriesRelay } from './streams.ts'

/** Simultaneous calls from both sides make two, and who lost its line without a word comes with another. */
const maxPerPeer = 2

/** Bytes of a binary multiaddr that stand for one household: the code with a whole IPv4 address, or with half of an IPv6 one. */
const householdBytes = { ip4: 5, ip6: 9 }

export interface RoomOptions {
  /** Above it libp2p itself lets nobody in any more, whoever it is. */
  readonly maxConnections: number
  readonly isConfigured: (peer: string) => boolean
  /** Ids of those who relay our shards. */
  readonly useful: () => ReadonlySet<string>
  readonly scoreOf: (peer: string) => number
  readonly onLeft: (peer: PeerId, reason: string) => void
}

export interface Room {
  stats(): Readonly<Record<'connectionsEvicted' | 'connectionsSurplus', number>>
}

/** How many connections are kept at most: some places stay free, as a full house could let in nobody better. */
export const seatsOf = (maxConnections: number): number => maxConnections - Math.ceil(maxConnections / 15)

const householdOf = ({ remoteAddr }: Connection): string => {
  const kind = remoteAddr.toString().startsWith('/ip4/') ? 'ip4' : 'ip6'
  return Buffer.from(remoteAddr.bytes.subarray(0, householdBytes[kind])).toString('hex')
}

/**
 * Sees to it that there is room for who calls: nobody has more than two connections, and before the house is full those who called
 * and are of no use leave, then those of the address from which most came. Call before the node starts.
 */
export const keepRoom = (node: Libp2p, options: RoomOptions): Room => {
  const { maxConnections, isConfigured, useful, scoreOf, onLeft } = options
  const seats = seatsOf(maxConnections)
  const counts = { connectionsEvicted: 0, connectionsSurplus: 0 }

  const end = (connection: Connection, reason: string): void => {
    onLeft(connection.remotePeer, reason)
    connection.abort(new Error(reason))
  }

  /** Who may have to leave for somebody else, those first who are missed least; the longest there before others. */
  const dispensable = (connections: readonly Connection[]): Connection[] => {
    const households = Map.groupBy(connections, householdOf)
    const ofUse = useful()
    const ranked = connections
      .filter(({ direction, remotePeer }) => direction === 'inbound' && !isConfigured(remotePeer.toString()))
      .map((connection) => {
        const peer = connection.remotePeer.toString()
        const neighbours = households.get(householdOf(connection))?.length ?? 0
        return { connection, use: Number(ofUse.has(peer)), neighbours, score: scoreOf(peer) }
      })
    ranked.sort((a, b) => a.use - b.use || b.neighbours - a.neighbours || a.score - b.score)
    return ranked.map(({ connection }) => connection)
  }

  node.addEventListener('connection:open', ({ detail: newest }) => {
    // The newest may be the only one that works; of the others those leave first that nobody relays over.
    const same = node
      .getConnections(newest.remotePeer)
      .filter(({ id, status }) => id !== newest.id && status === 'open')
    same.sort((a, b) => Number(carriesRelay(a)) - Number(carriesRelay(b)))
    for (const surplus of same.slice(0, Math.max(0, same.length + 1 - maxPerPeer))) {
      counts.connectionsSurplus += 1
      end(surplus, 'it has made other connections')
    }
    const others = node.getConnections().filter(({ id, status }) => id !== newest.id && status === 'open')
    const excess = others.length + 1 - seats
    if (excess <= 0) return
    for (const connection of dispensable(others).slice(0, excess)) {
      counts.connectionsEvicted += 1
      end(connection, 'others need its place')
    }
  })

  return { stats: () => ({ ...counts }) }
}
