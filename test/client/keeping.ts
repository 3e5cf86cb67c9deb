/** Registrations that are kept in step, with two gateways and somebody who wakes the device. */
import assert from 'node:assert/strict'
import {
  createRegistration,
  createSendingClient,
  type GatewayState,
  memoryState,
  type PushDevice,
  type Registration,
  type RegistrationOptions,
  type StateStore,
  type Target,
  type Wake,
} from '../../src/client/index.ts'
import { wakeOf } from '../support/cast.ts'
import { handed, indexOf, type Pair } from '../support/pair.ts'
import { withPatientPair } from './patient.ts'

export const phone: PushDevice = { tokenType: 1, deviceToken: 'ab'.repeat(32), apnTopic: 'im.example.app' }

/** Patient with answers, brisk after silence; nothing is advertised. */
export const lively = { timeoutMs: 5_000, pauseMs: 10, mostPauseMs: 50, advertiseEveryMs: 0 }

export interface Keeping extends Pair {
  readonly store: StateStore
  /** With both gateways and `store`, but for what is changed. Closed at the end. */
  open(changes?: Partial<RegistrationOptions>): Promise<Registration>
  /** Switched on, and registered everywhere. */
  opened(changes?: Partial<RegistrationOptions>): Promise<Registration>
  /** What both gateways tell of the receiver. */
  found(options?: { contact?: Pair['receiver'] }): Promise<Target[]>
  /** Asks once, and for no longer than nobody needs to answer. */
  nobodyFinds(options?: { contact?: Pair['receiver'] }): Promise<void>
  /** Wakes once through the gateways of `targets`: how many pushes came of it, or the error. */
  wakes(targets: readonly Target[], changes?: Partial<Wake>): Promise<number | string>
}

const errors = ['unknown', 'wrongToken', 'internalError', 'notRegistered']

export const withKeeping = (run: (keeping: Keeping) => Promise<void>) =>
  withPatientPair(async (pair) => {
    const { bob, alice, receiver, stages, sending } = pair
    const store = memoryState()
    const registrations: Registration[] = []
    const gateways = stages.map(({ crypto }) => crypto.identity.compressed)
    const brisk = createSendingClient(alice, { timeoutMs: 300, lingerMs: 50 })
    const pushes = (): number => handed(pair).reduce((sum, n) => sum + n, 0)

    const open: Keeping['open'] = async (changes = {}) => {
      const registration = await createRegistration(bob, { keyPair: receiver, store, gateways, ...lively, ...changes })
      registrations.push(registration)
      return registration
    }
    try {
      await run({
        ...pair,
        store,
        open,
        opened: async (changes) => {
          const registration = await open(changes)
          await registration.switchOn(phone)
          await registration.settled()
          return registration
        },
        found: (options) => sending.query(receiver.publicKey, options),
        nobodyFinds: async (options) => assert.deepEqual(await brisk.query(receiver.publicKey, options), []),
        wakes: async (targets, changes) => {
          const before = pushes()
          // Without the receiver nobody asks the network for a newer token.
          const bare = targets.map(({ receiver: _, ...target }) => target)
          const reports = await sending.request(bare, wakeOf(alice, changes))
          for (const stage of stages) await stage.drained()
          const failed = reports?.find(({ success }) => !success)
          return failed === undefined ? pushes() - before : (errors[failed.error] ?? String(failed.error))
        },
      })
    } finally {
      for (const registration of registrations) await registration.close()
    }
  })

export const stateKinds = (states: readonly GatewayState[]): string[] =>
  states.map((state) => (state.kind === 'refused' ? `refused(${state.reason})` : state.kind))

/** How many registrations and unregistrations reached each gateway. */
export const toldTo = ({ stages }: Pair): number[] =>
  stages.map((stage) =>
    Object.entries(stage.ledger().envelopes.outcomes)
      .filter(([outcome]) => /regist/.test(outcome))
      .reduce((sum, [, n]) => sum + n, 0),
  )

/** The changes of the gateways' states as they come: `0 registering`, ... */
export const overheard = (pair: Pair, registration: Registration): string[] => {
  const heard: string[] = []
  registration.onState((state) => heard.push(`${indexOf(pair, state)} ${stateKinds([state])}`))
  return heard
}

/** A store that fails while it is told to, and counts what was written. */
export const fallibleState = (text?: string): StateStore & { isFull: boolean; writes: number } => {
  const inner = memoryState(text)
  const store = {
    isFull: false,
    writes: 0,
    read: inner.read,
    write: async (next: string) => {
      if (store.isFull) throw new Error('there is no room')
      store.writes++
      await inner.write(next)
    },
  }
  return store
}

/** What a store holds, with changes. */
export const rewritten = async (store: StateStore, changes: Readonly<Record<string, unknown>>): Promise<string> =>
  JSON.stringify({ ...JSON.parse((await store.read()) ?? '{}'), ...changes })
