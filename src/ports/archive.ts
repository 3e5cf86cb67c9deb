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

/** One thing that a storage keeps, as it can be carried to another one. */
export type Entry =
  | KeptRegistration
  | { readonly kind: 'cursor'; readonly name: string; readonly value: bigint }
  | { readonly kind: 'topic-key'; readonly topic: string; readonly key: Uint8Array }
  /** `until`: Unix milliseconds. */
  | { readonly kind: 'remembered'; readonly id: Uint8Array; readonly until: number }
  | { readonly kind: 'handled'; readonly id: Uint8Array }
  /** `due`: Unix milliseconds from which on it may be handed out; 0: at once. */
  | { readonly kind: 'push'; readonly push: Push; readonly attempts: number; readonly due: number }

export type EntryKind = Entry['kind']

/** Reading out and filling a storage as a whole, for moving it. */
export interface Archive {
  /** All entries of one kind of this identity, in chunks of at most 1,000, each entry once while nothing changes; in any order. */
  read(kind: EntryKind): AsyncIterable<readonly Entry[]>
  /**
   * Durable on resolve, and harmless when repeated: a registration of a lower version, or a live one of the same version as a tombstone,
   * changes nothing; a push that is there or was settled here is not queued again; a cursor never goes back; an id is
   * remembered until the later of two times.
   */
  write(entries: readonly Entry[]): Promise<void>
}
