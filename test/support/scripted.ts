import { createMemoryStorage } from '../../plugins/storage/memory.ts'
import {
  type Delivery,
  definePlugin,
  down,
  type GatewayPlugin,
  type Health,
  healthy,
  type Notification,
  type Outcome,
  type Storage,
  StorageError,
  type TokenType,
} from '../../src/ports/index.ts'

type Answer = (notification: Notification, signal: AbortSignal) => Outcome | Promise<Outcome>

const delivered: Outcome = { kind: 'delivered' }

/** A delivery backend that says what a test wants. */
export interface ScriptedDelivery {
  readonly plugin: GatewayPlugin
  /** Every notification that was handed over, in order. */
  readonly handed: readonly Notification[]
  answer: Answer
  health: Health
}

export const createScriptedDelivery = (
  options: Partial<Pick<Delivery, 'supports' | 'maxBatch' | 'concurrency'>> & {
    name?: string
    answer?: Answer
    serves?: (app: string) => boolean
  } = {},
): ScriptedDelivery => {
  const handed: Notification[] = []
  const supports: readonly TokenType[] = options.supports ?? [1, 2]
  const scripted: ScriptedDelivery = {
    handed,
    answer: options.answer ?? (() => delivered),
    health: healthy,
    plugin: definePlugin({
      kind: 'delivery',
      name: options.name ?? 'scripted',
      prefix: 'SCRIPTED_',
      settings: {},
      create: () => ({
        supports,
        maxBatch: options.maxBatch ?? 10,
        concurrency: options.concurrency ?? 4,
        ...(options.serves === undefined ? {} : { serves: (_, app) => options.serves?.(app) ?? true }),
        deliver: (batch, signal) =>
          Promise.all(
            batch.map((notification) => {
              handed.push(notification)
              return scripted.answer(notification, signal)
            }),
          ),
        health: async () => scripted.health,
        close: async () => undefined,
      }),
    }),
  }
  return scripted
}

/** Calls of a storage that a test lets fail. */
export type Failing =
  | 'registrations.put'
  | 'registrations.unregister'
  | 'registrations.get'
  | 'registrations.listByOwners'
  | 'registrations.retire'
  | 'registrations.ownersByTopic'
  | 'outbox.accept'
  | 'outbox.counts'
  | 'cursors.set'
  | 'claims.take'
  | 'topicKeys.set'
  | 'health'

/** A storage in memory that fails where a test says so, as a full disk does. */
export interface ScriptedStorage {
  readonly plugin: GatewayPlugin
  readonly failing: Set<Failing>
}

export const createScriptedStorage = (): ScriptedStorage => {
  const failing = new Set<Failing>()
  const guard =
    <A extends unknown[], R>(name: Failing, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (failing.has(name)) throw new StorageError('full', 'there is no room on the disk: make some')
      return call(...args)
    }
  const wrap = (inner: Storage): Storage => {
    const { registrations: r, outbox: o, claims: c, cursors, topicKeys } = inner
    return {
      ...inner,
      registrations: {
        ...r,
        put: guard('registrations.put', r.put),
        unregister: guard('registrations.unregister', r.unregister),
        retire: guard('registrations.retire', r.retire),
        get: guard('registrations.get', r.get),
        listByOwners: guard('registrations.listByOwners', r.listByOwners),
        ownersByTopic: guard('registrations.ownersByTopic', r.ownersByTopic),
      },
      outbox: { ...o, accept: guard('outbox.accept', o.accept), counts: guard('outbox.counts', o.counts) },
      claims: { ...c, take: guard('claims.take', c.take) },
      cursors: { ...cursors, set: guard('cursors.set', cursors.set) },
      topicKeys: { ...topicKeys, set: guard('topicKeys.set', topicKeys.set) },
      health: async () => (failing.has('health') ? down('there is no room on the disk: make some') : healthy),
    }
  }
  return {
    failing,
    plugin: definePlugin({
      kind: 'storage',
      name: 'scripted',
      prefix: 'SCRIPTED_',
      settings: {},
      create: ({ identity, now }) => wrap(createMemoryStorage({ identity, now })),
    }),
  }
}
