import { hashOf, type RestMessage } from './message.ts'

export interface Kept {
  readonly pubsubTopic: string
  readonly hash: string
  readonly message: RestMessage
}

/** What a store keeps, in the order of time. */
export interface Archive {
  readonly kept: readonly Kept[]
  keep(pubsubTopic: string, message: RestMessage): void
}

export const createArchive = (): Archive => {
  const kept: Kept[] = []
  const compare = (a: Kept, b: Kept): number => {
    if (a.message.timestamp !== b.message.timestamp) return a.message.timestamp < b.message.timestamp ? -1 : 1
    return a.hash < b.hash ? -1 : 1
  }
  return {
    kept,
    keep: (pubsubTopic, message) => {
      const hash = hashOf(pubsubTopic, message)
      if (kept.some((other) => other.hash === hash)) return
      kept.push({ pubsubTopic, hash, message })
      kept.sort(compare)
    },
  }
}

export type Member = (pubsubTopic: string, message: RestMessage) => void

/** Nodes that reach each other, and a store that keeps what passes between them. */
export interface RestNetwork {
  readonly members: ReadonlySet<Member>
  readonly archive: Archive
  join(member: Member): void
  leave(member: Member): void
  /** To everybody, also to the node that it comes from: a node hands what it publishes to itself. */
  send(pubsubTopic: string, message: RestMessage): void
}

export const createRestNetwork = (): RestNetwork => {
  const members = new Set<Member>()
  const archive = createArchive()
  return {
    members,
    archive,
    join: (member) => void members.add(member),
    leave: (member) => void members.delete(member),
    send: (pubsubTopic, message) => {
      if (!message.ephemeral) archive.keep(pubsubTopic, message)
      for (const member of members) member(pubsubTopic, message)
    },
  }
}
