import type { Health } from './health.ts'
import type { Replicas } from './replicas.ts'
import type { Topic } from './transport.ts'

export interface InstallationKey {
  /** hashedPublicKey of the registering client, 64 bytes. */
  readonly owner: Uint8Array
  /** A UUID in canonical text form, lower case. */
  readonly installation: string
}

/** A live registration. `record` is opaque to the plugin; the other fields are what it must compare or find by. */
export interface Registration extends InstallationKey {
  /** Unsigned 64-bit; beyond 2^53 in real messages. */
  readonly version: bigint
  /** Of the decrypted content, 32 bytes: equal content, equal digest. */
  readonly digest: Uint8Array
  /** The topics on which queries about the owner arrive. */
  readonly topics: readonly Topic[]
  readonly record: Uint8Array
}

/** `stored`: it is now the state, durably. `same`: a repetition, nothing written. `stale`: the version is not newer, nothing written. */
export type PutResult = 'stored' | 'same' | 'stale'

/**
 * One record per (owner, installation), in one of three states: live, unregistered, retired. The last two are tombstones:
 * they keep owner, installation and version and nothing else (protocol.md section 6.1).
 */
export interface Registrations {
  /**
   * Compare and write in one atomic step. `stored` if there is no record or its version is lower; `same` if the record is
   * live with this version and this digest; otherwise `stale`.
   */
  put(registration: Registration): Promise<PutResult>
  /** Leaves a tombstone, also for what was never seen. `same` if it is already unregistered with this version. */
  unregister(key: InstallationKey, version: bigint): Promise<PutResult>
  /** A dead token: turns the live record of exactly this version into a tombstone. False if there is no such record. */
  retire(key: InstallationKey, version: bigint): Promise<boolean>
  /** The live registrations of these keys, in their order; `undefined` where there is none. */
  get(keys: readonly InstallationKey[]): Promise<(Registration | undefined)[]>
  /** All live registrations of these owners, in any order; unknown owners have none. */
  listByOwners(owners: readonly Uint8Array[]): Promise<Registration[]>
  /** The topics of all live registrations in chunks, without reading whole records; repetitions are allowed. */
  topics(): AsyncIterable<readonly Topic[]>
  /** The owners with a live registration that named this topic; more than one where four bytes collide. */
  ownersByTopic(topic: Topic): Promise<Uint8Array[]>
}

export interface Push extends InstallationKey {
  /** 32 bytes; the same push has the same id, whoever asked for it and through whichever gateway. */
  readonly id: Uint8Array
  /** Unix milliseconds. */
  readonly acceptedAt: number
  /** Unix milliseconds; a push that is not settled by then is given up by the engine. */
  readonly expiresAt: number
  /** Opaque to the plugin. */
  readonly body: Uint8Array
}

export interface QueuedPush extends Push {
  /** How often this push was handed out before; 0 the first time. A crash counts. */
  readonly attempts: number
}

/** `done`: remove it (delivered, refused or given up; the id stays remembered). `retry`: hand it out again at `at`, Unix milliseconds. */
export type Settlement = { readonly kind: 'done' } | { readonly kind: 'retry'; readonly at: number }

export interface WorkLimits {
  /** How many pushes may be in the handler's hands at once. */
  readonly concurrency: number
  /** A push that is not settled after this many milliseconds may be handed out again. */
  readonly leaseMs: number
}

export interface Worker {
  /** Hands out nothing more and resolves when every push in hand is settled and the settlement is durable. */
  stop(): Promise<void>
}

export interface OutboxCounts {
  /** Accepted and not settled, including those in hand. */
  readonly queued: number
  readonly inHand: number
  /** `acceptedAt` of the oldest queued push. */
  readonly oldestAcceptedAt: number | undefined
  /** Pushes that are kept aside because they took the process down again and again; not among `queued`. Absent: there are none. */
  readonly parked?: number
}

export interface Outbox {
  /**
   * Deduplicates by id and enqueues in one atomic step, durable on resolve. An id is remembered from its acceptance for
   * `rememberMs`, settled or not; a push still queued is remembered as long as it is queued. Of equal ids in one call the
   * first is accepted. All or nothing: where it rejects, the same pushes may be given again.
   */
  accept(pushes: readonly Push[], rememberMs: number): Promise<('accepted' | 'duplicate')[]>
  /**
   * Hands queued pushes to `handle`, each at least once: again after a crash or when the lease ran out. Oldest first, by `acceptedAt` or,
   * where several processes share the work, about in the order of acceptance. A rejecting handler means: again after the
   * lease. At most one worker per storage instance.
   */
  work(handle: (push: QueuedPush, signal: AbortSignal) => Promise<Settlement>, limits: WorkLimits): Worker
  counts(): Promise<OutboxCounts>
}

/** What somebody left in a store. */
export interface Traces {
  /** hashedPublicKey, 64 bytes. */
  readonly owner: Uint8Array
  /** Ids of accepted pushes, 32 bytes each. */
  readonly pushes: readonly Uint8Array[]
  /** Texts whose topic keys are kept. */
  readonly topics: readonly string[]
}

export interface Storage {
  readonly registrations: Registrations
  readonly outbox: Outbox
  /**
   * Which replica handles an envelope. `id` is 32 bytes. What was finished is known after a restart as well, but for the last
   * seconds before a crash; the newest 100,000 at least.
   */
  readonly claims: {
    /** `mine`: handle it, then finish. `taken`: another has it until its lease of `leaseMs` ends. `done`: handled before. */
    take(id: Uint8Array, leaseMs: number): Promise<'mine' | 'taken' | 'done'>
    finish(id: Uint8Array): Promise<void>
    /** Gives a claim of ours up, so that a repetition is handled. */
    release(id: Uint8Array): Promise<void>
  }
  /** How far something got; durable on resolve. */
  readonly cursors: { get(name: string): Promise<bigint | undefined>; set(name: string, value: bigint): Promise<void> }
  /** Keys of symmetric topics, 32 bytes: not secret, dear to compute. */
  readonly topicKeys: {
    get(topic: string): Promise<Uint8Array | undefined>
    set(topic: string, key: Uint8Array): Promise<void>
  }
  /** There where several gateways can work on the same records at once. */
  readonly replicas?: Replicas
  /** Removes the owner's registrations, tombstones and queued pushes, the memory of these pushes, these topic keys. Durable on resolve. */
  erase(traces: Traces): Promise<void>
  /** Down while writes cannot be made durable; tries again by itself, so that it recovers without a restart. */
  health(): Promise<Health>
  /** Idempotent. What was resolved before is durable; what is asked afterwards rejects. */
  close(): Promise<void>
}

/** Why a storage call rejected. The message names the mend and holds no record. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly code: 'full' | 'readonly' | 'unavailable' | 'closed'

  constructor(code: StorageError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
