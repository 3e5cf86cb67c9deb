import type { Libp2p, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerInfo } from '../../../../src/ports/index.ts'

export type Role = 'filter' | 'lightpush' | 'store'

const bestScore = 10
const worstScore = -10

/** One of the configured service nodes, with what we learned of it. */
export interface Member {
  /** Peer id. */
  readonly id: string
  readonly address: string
  connected: boolean
  /** Unix milliseconds of the last change of `connected`. */
  since: number
  /** What it did for us, or said that it does. */
  readonly roles: Set<Role>
  latencyMs: number | undefined
  /** From -10 to 10. */
  score: number
  failure: string | undefined
}

export const praise = (member: Member, tookMs: number): void => {
  member.score = Math.min(bestScore, member.score + 1)
  member.latencyMs = Math.round(member.latencyMs === undefined ? tookMs : member.latencyMs * 0.8 + tookMs * 0.2)
}

export const blame = (member: Member, failure: string, points = 1): void => {
  member.score = Math.max(worstScore, member.score - points)
  member.failure = failure.split('\n')[0] ?? ''
}

export interface RosterEvents {
  onConnect(member: Member): void
  onDisconnect(member: Member): void
}

export interface Roster {
  readonly members: readonly Member[]
  of(peer: PeerId): Member | undefined
  /** Follows who comes and goes. Call before the first dial. */
  follow(node: Libp2p, events: RosterEvents): void
  /** `dialFailure`: why the peer of this id cannot be reached. */
  infos(dialFailure: (id: string) => string | undefined): PeerInfo[]
}

const services: readonly (readonly [prefix: string, role: Role])[] = [
  ['/vac/waku/filter-subscribe/', 'filter'],
  ['/vac/waku/lightpush/', 'lightpush'],
  ['/vac/waku/store', 'store'],
]

const infoOf = (
  { id, address, connected, since, roles, latencyMs, score }: Member,
  failure: string | undefined,
): PeerInfo => ({
  id,
  address,
  source: 'static',
  roles: [...roles],
  connected,
  since,
  score,
  ...(latencyMs === undefined ? {} : { latencyMs }),
  ...(failure === undefined ? {} : { failure }),
})

/** The nodes behind some addresses; those of one peer are one member. */
export const createRoster = (addresses: readonly Multiaddr[], now: () => number): Roster => {
  const members = new Map<string, Member>()
  for (const address of addresses) {
    const id = address.getPeerId()
    if (id === null || members.has(id)) continue
    members.set(id, {
      id,
      address: address.toString(),
      connected: false,
      since: now(),
      roles: new Set(),
      latencyMs: undefined,
      score: 0,
      failure: undefined,
    })
  }

  return {
    members: [...members.values()],
    of: (peer) => members.get(peer.toString()),
    follow: (node, { onConnect, onDisconnect }) => {
      const change = (peer: PeerId, connected: boolean): void => {
        const member = members.get(peer.toString())
        if (member === undefined || member.connected === connected) return
        member.connected = connected
        member.since = now()
        if (connected) onConnect(member)
        else onDisconnect(member)
      }
      node.addEventListener('peer:connect', ({ detail }) => change(detail, true))
      node.addEventListener('peer:disconnect', ({ detail }) => change(detail, false))
      node.addEventListener('peer:identify', ({ detail: { peerId, protocols } }) => {
        const member = members.get(peerId.toString())
        for (const [prefix, role] of services)
          if (protocols.some((protocol) => protocol.startsWith(prefix))) member?.roles.add(role)
      })
    },
    infos: (dialFailure) =>
      [...members.values()].map((member) => infoOf(member, dialFailure(member.id) ?? member.failure)),
  }
}
