import { after, describe } from 'node:test'
import type { Replicas, Storage } from '../../src/ports/index.ts'
import type { OpenContext, Victim } from './storage.ts'
import { testReplicaLife } from './storage-replicas-life.ts'
import { testReplicaParts } from './storage-replicas-parts.ts'
import { testReplicaWork } from './storage-replicas-work.ts'
import { identityOf, until } from './storage-samples.ts'

export interface ReplicasKitOptions {
  /** Opens one more storage on the same data, beside those that are open. */
  readonly open: (context: OpenContext) => Promise<Storage>
  /** Removes the data after the last test. */
  readonly destroy?: () => void | Promise<void>
  /** A program that opens the same data and calls `runReplica` of storage-replicas-victim.ts with it. */
  readonly victim: Victim
}

/** A storage of which several can be open. */
export interface Member extends Storage {
  readonly replicas: Replicas
}

export interface Group {
  readonly identity: Uint8Array
  /** One more, of the same identity unless told. */
  join(identity?: Uint8Array): Promise<Member>
}

export type WithMembers = <const N extends 1 | 2 | 3>(
  count: N,
  work: (members: MembersOf<N>, group: Group) => Promise<void>,
) => () => Promise<void>

type MembersOf<N> = N extends 1 ? [Member] : N extends 2 ? [Member, Member] : [Member, Member, Member]

let identities = 0

/** Whether each of them knows all of them, and nobody else. */
export const knowEachOther = (members: readonly Member[]): boolean => {
  const names = members.map(({ replicas }) => replicas.own).sort()
  return members.every(({ replicas }) => `${replicas.living()}` === `${names}`)
}

const isMember = (storage: Storage): storage is Member => storage.replicas !== undefined

const withMembersOf =
  ({ open }: ReplicasKitOptions): WithMembers =>
  (count, work) =>
  async () => {
    const identity = identityOf(`replicas ${process.pid} ${identities++}`)
    const members: Member[] = []
    const join = async (other = identity): Promise<Member> => {
      const storage = await open({ identity: other, now: Date.now })
      if (!isMember(storage)) throw new Error('The storage has no replicas.')
      members.push(storage)
      return storage
    }
    try {
      while (members.length < count) await join()
      await until('they know of each other', () => knowEachOther(members))
      await work([...members] as MembersOf<typeof count>, { identity, join })
    } finally {
      await Promise.all(members.map((member) => member.close()))
    }
  }

/** What replicas share, as tests of behaviour with two or three storages open at once: for storage plugins that have `replicas`. */
export const replicasKit = (name: string, options: ReplicasKitOptions): void => {
  describe(`replicas on storage ${name}`, { concurrency: false }, () => {
    const withMembers = withMembersOf(options)
    after(() => options.destroy?.())
    testReplicaLife(withMembers, options)
    testReplicaWork(withMembers, options)
    testReplicaParts(withMembers)
  })
}
