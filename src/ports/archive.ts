import type { StorageContext } from './plugin.ts'
import type { InstallationKey, Push, Registration } from './storage.ts'
import type { Topic } from './transport.ts'

/** A registration in any of its states; `digest`, `topics` and `record` only of a live one. */
export interface KeptRegistration extends InstallationKey {
  readonly kind: 'registration'
  readonly state: 'live' | 'unregistered' | 'retired'
  readonly version: bigint
  readonly digest?: Registration['digest']
  readonly topics?: readonly Topic[]
  readonly record?: Uint8Array
}

/** A push that waits. `due`: Unix milliseconds from which on it may be handed out, 0: at once. `rememberUntil`: as of `remembered`. */
export interface KeptPush {
  readonly kind: 'push'
  readonly push: Push
  readonly attempts: number
  readonly due: number
  readonly rememberUntil: number
}

/** One thing that a storage keeps, as it can be carried to another one. */
export type Entry =
  | KeptRegistration
  | KeptPush
  /** The id of a push that is settled; `until`: Unix milliseconds. */
  | { readonly kind: 'remembered'; readonly id: Uint8Array; readonly until: number }
  | { readonly kind: 'handled'; readonly id: Uint8Array }
  | { readonly kind: 'cursor'; readonly name: string; readonly value: bigint }
  | { readonly kind: 'topic-key'; readonly topic: string; readonly key: Uint8Array }

export type EntryKind = Entry['kind']

/** A storage as a whole, for moving it. */
export interface Archive {
  /** Whether a gateway works on it now. */
  readonly inUse: boolean
  /** About how many entries of a kind there are. */
  count(kind: EntryKind): Promise<number>
  /** All entries of one kind of this identity, in chunks of at most 1,000; each once while nothing changes; in any order. */
  read(kind: EntryKind): AsyncIterable<readonly Entry[]>
  /**
   * Durable on resolve, and harmless when repeated: a registration of a lower version, or a live one of the same version as a tombstone,
   * changes nothing; a push that waits here or was settled here is not queued again; a cursor never goes back; an id is
   * remembered until the later of two times.
   */
  write(entries: readonly Entry[]): Promise<void>
  close(): Promise<void>
}

export interface ArchiveContext<Settings> extends StorageContext<Settings> {
  /** What follows `--from` or `--to`: `sqlite:data/reveille.db`, `redis://127.0.0.1`. */
  readonly address: string
  /** Whoever reads makes nothing and changes nothing; whoever writes makes what is missing, and is refused where a gateway works on it. */
  readonly purpose: 'read' | 'write'
}
