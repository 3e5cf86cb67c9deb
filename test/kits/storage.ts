import { after, describe } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Storage } from '../../src/ports/index.ts'
import { testDurability } from './storage-durability.ts'
import { testErasure } from './storage-erasure.ts'
import { testHistories } from './storage-histories.ts'
import { testModel } from './storage-model.ts'
import { testNotes } from './storage-notes.ts'
import { testOutbox } from './storage-outbox.ts'
import { testRegistrations } from './storage-registrations.ts'
import { identityOf } from './storage-samples.ts'
import { testVersions } from './storage-versions.ts'
import { testWorker } from './storage-worker.ts'

export interface OpenContext {
  /** 33 bytes. */
  readonly identity: Uint8Array
  /** Unix milliseconds. */
  readonly now: () => number
}

/** A program that opens the same data and calls `runVictim` of storage-victim.ts with it. */
export interface Victim {
  readonly module: string | URL
  /** For the identity in hex; they come before the arguments of the kit itself. */
  readonly args: (identity: string) => readonly string[]
}

export interface StorageKitOptions {
  /**
   * Opens the storage; where it is durable, always on the same data. The kit keeps one storage open at a time, and every
   * test uses an identity of its own.
   */
  readonly open: (context: OpenContext) => Storage | Promise<Storage>
  /** Removes the data after the last test. */
  readonly destroy?: () => void | Promise<void>
  /** Whether what was resolved survives closing and killing. */
  readonly durable: boolean
  readonly victim?: Victim
  /** False where the plugin lives by a clock of its own: the kit then waits instead of turning `now` on. */
  readonly injectedClock?: boolean
  /** How late, in milliseconds, a push may be handed out after it became due; 2,000 unless told. */
  readonly latenessMs?: number
  /** In which order pushes are handed out: by age unless told, as they were accepted, or about so, where several queues share them. */
  readonly order?: 'age' | 'acceptance' | 'about'
}

export interface Fixture {
  readonly options: StorageKitOptions
  readonly identity: Uint8Array
  readonly latenessMs: number
  readonly now: () => number
  /** Lets so many milliseconds pass. */
  advance(ms: number): Promise<void>
  /** The storage of this identity, or of another; the one opened before is closed first. */
  open(identity?: Uint8Array): Promise<Storage>
}

export type Use = (work: (storage: Storage, fixture: Fixture) => Promise<void>) => () => Promise<void>

let identities = 0

const useWith =
  (options: StorageKitOptions): Use =>
  (work) =>
  async () => {
    let offset = 0
    let current: Storage | undefined
    const now = (): number => Date.now() + offset
    const identity = identityOf(`${process.pid} ${identities++}`)
    const fixture: Fixture = {
      options,
      identity,
      latenessMs: options.latenessMs ?? 2000,
      now,
      async advance(ms) {
        if (options.injectedClock === false) await sleep(ms)
        else offset += ms
      },
      async open(other = identity) {
        await current?.close()
        current = await options.open({ identity: other, now })
        return current
      },
    }
    try {
      await work(await fixture.open(), fixture)
    } finally {
      await current?.close()
    }
  }

/**
 * The promises of the storage port, as tests of behaviour: every storage plugin runs them. The tests that a plugin cannot
 * keep by its nature (durability in memory) are left out by the options, none other.
 */
export const storageKit = (name: string, options: StorageKitOptions): void => {
  describe(`storage ${name}`, { concurrency: false }, () => {
    const use = useWith(options)
    after(() => options.destroy?.())
    testVersions(use)
    testRegistrations(use)
    testModel(use)
    testOutbox(use, options)
    testWorker(use, options)
    testNotes(use)
    testErasure(use)
    testHistories(use, options)
    if (options.durable) testDurability(use, options)
  })
}
