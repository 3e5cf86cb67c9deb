import type { Connection, Libp2p } from '@libp2p/interface'
import type { PeerInfo } from '../../../../src/ports/index.ts'

/** How many peers an operator is shown. */
const maxShown = 200
/** Of how many the last change is remembered. */
const maxNoted = 1_000

const roles: readonly (readonly [role: string, protocol: RegExp])[] = [
  ['relay', /^\/vac\/waku\/relay\//],
  ['store', /^\/vac\/waku\/store(-query)?\//],
  ['filter', /^\/vac\/waku\/filter-subscribe\//],
  ['lightpush', /^\/vac\/waku\/lightpush\//],
]

/** What a peer does for us, by the ids of the protocols that it says it speaks. */
export const rolesOf = (protocols: readonly string[]): string[] =>
  roles.flatMap(([role, pattern]) => (protocols.some((protocol) => pattern.test(protocol)) ? [role] : []))

/** Somebody who should be there. */
export interface Expected {
  readonly peer: string
  readonly address: string
  readonly source: string
  readonly failure: string | undefined
}

export interface Book {
  /** Everybody who is expected or connected, connected ones first. */
  list(expected: readonly Expected[]): readonly PeerInfo[]
  rolesOf(peer: string): readonly string[]
  /** Connected peers with the addresses at which others can call them, as far as we know. */
  callable(): { readonly peerId: string; readonly addresses: readonly string[] }[]
}

export interface BookOptions {
  readonly latencyOf: (peer: string) => number | undefined
  readonly scoreOf: (peer: string) => number
  /** Unix milliseconds. */
  readonly now: () => number
}

interface Note {
  connected: boolean
  since: number
  roles: readonly string[]
  /** Those it says it listens on. */
  addresses: readonly string[]
}

const maxAddresses = 4

const rounded = (value: number, digits: number): number => {
  const factor = 10 ** digits
  // Not -0.
  return Math.round(value * factor) / factor + 0
}

/** Who is there and who should be. Call before the node starts. */
export const keepBook = (node: Libp2p, { latencyOf, scoreOf, now }: BookOptions): Book => {
  const notes = new Map<string, Note>()
  const begun = now()

  const forgetOldest = (): void => {
    for (const [peer, { connected }] of notes) {
      if (notes.size <= maxNoted) return
      if (!connected) notes.delete(peer)
    }
  }

  const note = (peer: string, changes: Partial<Note>): void => {
    const before = notes.get(peer) ?? { connected: false, since: now(), roles: [], addresses: [] }
    notes.delete(peer)
    notes.set(peer, { ...before, ...changes })
    forgetOldest()
  }

  node.addEventListener('peer:connect', ({ detail }) => note(detail.toString(), { connected: true, since: now() }))
  node.addEventListener('peer:disconnect', ({ detail }) => note(detail.toString(), { connected: false, since: now() }))
  node.addEventListener('peer:identify', ({ detail }) =>
    note(detail.peerId.toString(), {
      roles: rolesOf(detail.protocols),
      addresses: detail.listenAddrs.slice(0, maxAddresses).map(String),
    }),
  )

  const info = (peer: string, expected: Expected | undefined, connection: Connection | undefined): PeerInfo => {
    const known = notes.get(peer)
    const latencyMs = connection === undefined ? undefined : latencyOf(peer)
    return {
      id: peer,
      address: connection?.remoteAddr.toString() ?? expected?.address,
      source: expected?.source ?? (connection?.direction === 'inbound' ? 'inbound' : 'known'),
      roles: known?.roles ?? [],
      connected: connection !== undefined,
      since: known?.since ?? begun,
      score: rounded(scoreOf(peer), 2),
      ...(latencyMs === undefined ? {} : { latencyMs: rounded(latencyMs, 1) }),
      ...(expected?.failure === undefined || connection !== undefined ? {} : { failure: expected.failure }),
    }
  }

  return {
    list: (all) => {
      const connections = new Map(
        node.getConnections().map((connection) => [connection.remotePeer.toString(), connection]),
      )
      const expected = new Map(all.toReversed().map((one) => [one.peer, one]))
      const peers = new Set([...connections.keys(), ...expected.keys()])
      const infos = [...peers]
        .slice(0, maxShown * 2)
        .map((peer) => info(peer, expected.get(peer), connections.get(peer)))
      const rank = ({ connected, source }: PeerInfo) => (source === 'static' ? 0 : connected ? 1 : 2)
      return infos.sort((a, b) => rank(a) - rank(b)).slice(0, maxShown)
    },
    rolesOf: (peer) => notes.get(peer)?.roles ?? [],
    callable: () =>
      node.getConnections().map(({ remotePeer, remoteAddr, direction }) => {
        const peerId = remotePeer.toString()
        // The port that a caller has used is not one that it listens on.
        return {
          peerId,
          addresses: direction === 'outbound' ? [remoteAddr.toString()] : (notes.get(peerId)?.addresses ?? []),
        }
      }),
  }
}

/** Two lists of peers as one: what `more` knows in addition of somebody in both is added. */
export const joinPeers = (peers: readonly PeerInfo[], more: readonly PeerInfo[]): readonly PeerInfo[] => {
  const others = new Map(more.map((one) => [one.id, one]))
  const joined = peers.map((one) => {
    const other = others.get(one.id)
    if (other === undefined) return one
    others.delete(one.id)
    return { ...other, ...one, roles: [...new Set([...one.roles, ...other.roles])] }
  })
  return [...joined, ...others.values()].slice(0, maxShown)
}
