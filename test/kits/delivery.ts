import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  type Delivery,
  type Log,
  type Notification,
  notificationTypes,
  type Outcome,
  tokenTypes,
} from '../../src/ports/index.ts'

/** Kinds of failure that a backend can be made to answer with. */
export type Failure = 'dead-token' | 'retry' | 'rejected'

/** Hold of the server behind a backend. */
export interface RemoteHold {
  /** From now on it hears and does not answer. */
  silence(): void
  /** Resolves when it has heard `count` requests. */
  heard(count: number): Promise<void>
  /** From now on nobody is there. */
  takeAway(): Promise<void>
}

/** A backend for one test, with hold of what is behind it. */
export interface DeliveryWorld {
  readonly delivery: Delivery
  /** Everything that the backend wrote to its log. */
  readonly lines: readonly string[]
  /** Makes pushes to a notification's device fail with a kind that the kit's options name. */
  fail?(notification: Notification, kind: Failure): void
  /** A device token that this backend's provider knows; absent: any is good. The same index gives the same one. */
  tokenOf?(index: number): string
  /** Device tokens that reached the provider, in order. */
  readonly reached?: () => readonly string[]
  /** For a backend that the options call remote. */
  readonly remote?: RemoteHold
  /** Everything else the world holds; the kit closes the delivery. */
  close?(): Promise<void>
}

export interface DeliveryKitOptions {
  /** Failures that this backend can tell apart. */
  readonly failures: readonly Failure[]
  /** Whether a server stands behind it, which can fall silent or be gone: with the backend's own limit for a call, in milliseconds. */
  readonly remote?: {
    readonly timeoutMs: number
    /** Whether health can tell that nobody is there; not where each push has a server of its own. */
    readonly tellsHealth?: boolean
  }
}

/** A log that keeps its lines as text. */
export const createLogTrap = (): { readonly log: Log; readonly lines: string[] } => {
  const lines: string[] = []
  const keep = (level: string) => (details: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(details)}`)
  }
  return { lines, log: { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') } }
}

const digest = (text: string): Buffer => createHash('sha512').update(text).digest()

/** A notification like any other; the same index makes the same one. */
export const makeNotification = (index: number, changes: Partial<Notification> = {}): Notification => {
  const tokenType = changes.tokenType ?? tokenTypes.apn
  const hex = digest(`token ${index}`).toString('hex')
  return {
    id: digest(`id ${index}`).toString('hex').slice(0, 64),
    tokenType,
    deviceToken: tokenType === tokenTypes.apn ? hex.slice(0, 64) : `d${hex.slice(0, 21)}:APA91b${hex}`,
    apnTopic: tokenType === tokenTypes.apn ? 'im.example.app' : '',
    type: notificationTypes.message,
    message: digest(`message ${index}`),
    chatId: digest(`chat ${index}`),
    receiver: digest(`receiver ${index}`),
    installation: 'ccf93a07-dc25-466b-9cec-082c9b25a8f2',
    acceptedAt: 1_790_000_000_000,
    expiresAt: 1_790_086_400_000,
    ...changes,
  }
}

const never = (): AbortSignal => new AbortController().signal
const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ kind }) => kind)
const notDelivered = (outcome: Outcome) => outcome.kind === 'unknown' || outcome.kind === 'retry'

/** The promises of the delivery port, for every backend. `setup` makes a fresh world for each test. */
export const deliveryKit = (
  name: string,
  setup: () => DeliveryWorld | Promise<DeliveryWorld>,
  { failures, remote }: DeliveryKitOptions,
): void => {
  const promise = (what: string, check: (world: DeliveryWorld) => Promise<void>) =>
    test(what, async () => {
      const world = await setup()
      try {
        await check(world)
      } finally {
        await world.delivery.close()
        await world.close?.()
      }
    })

  const make = (world: DeliveryWorld, index: number, changes: Partial<Notification>): Notification => {
    const deviceToken = world.tokenOf?.(index)
    return makeNotification(index, deviceToken === undefined ? changes : { ...changes, deviceToken })
  }

  const own = (world: DeliveryWorld, count: number): Notification[] =>
    Array.from({ length: count }, (_, index) => {
      const tokenType = world.delivery.supports[index % world.delivery.supports.length]
      return make(world, index, tokenType === undefined ? {} : { tokenType })
    })

  const fail = (world: DeliveryWorld, notification: Notification | undefined, kind: Failure): void => {
    assert.ok(world.fail && notification, 'a world of this backend must be able to fail')
    world.fail(notification, kind)
  }

  const holdOf = (world: DeliveryWorld): RemoteHold => {
    assert.ok(world.remote, 'a world of this backend must have hold of its server')
    return world.remote
  }

  const remotePromises = ({ timeoutMs, tellsHealth = true }: NonNullable<DeliveryKitOptions['remote']>): void => {
    promise('a call does not outlive its own timeout, and what had no answer is unknown', async (world) => {
      holdOf(world).silence()
      const started = performance.now()
      const outcomes = await world.delivery.deliver(own(world, 3), never())
      assert.ok(performance.now() - started < timeoutMs + 2_000)
      assert.deepEqual(kinds(outcomes), ['unknown', 'unknown', 'unknown'])
    })

    promise('an abort settles a call at once', async (world) => {
      holdOf(world).silence()
      const abort = new AbortController()
      const call = world.delivery.deliver(own(world, 3), abort.signal)
      await holdOf(world).heard(1)
      const started = performance.now()
      abort.abort()
      const outcomes = await call
      assert.ok(performance.now() - started < timeoutMs / 2)
      assert.equal(outcomes.length, 3)
      assert.ok(outcomes.every(notDelivered))
    })

    promise(
      `with nobody there, pushes are to be tried again${tellsHealth ? ' and health is down' : ''}`,
      async (world) => {
        await holdOf(world).takeAway()
        assert.deepEqual(kinds(await world.delivery.deliver(own(world, 3), never())), ['retry', 'retry', 'retry'])
        if (tellsHealth) assert.equal((await world.delivery.health()).status, 'down')
      },
    )
  }

  describe(`${name} keeps the promises of delivery`, () => {
    promise('it serves at least one token type, in batches of at least one', async ({ delivery }) => {
      assert.ok(delivery.supports.length > 0)
      assert.ok(delivery.maxBatch >= 1)
      assert.ok(delivery.concurrency >= 1)
    })

    promise('a push of every token type and notification type is delivered', async (world) => {
      const batch = world.delivery.supports.flatMap((tokenType, row) =>
        Object.values(notificationTypes).map((type) => make(world, row * 10 + type, { tokenType, type })),
      )
      assert.deepEqual(
        await world.delivery.deliver(batch, never()),
        batch.map(() => ({ kind: 'delivered' })),
      )
    })

    promise('an empty batch has no outcomes', async ({ delivery }) => {
      assert.deepEqual(await delivery.deliver([], never()), [])
    })

    promise('a whole batch is delivered, each push once', async (world) => {
      const batch = own(world, world.delivery.maxBatch)
      const outcomes = await world.delivery.deliver(batch, never())
      assert.ok(outcomes.every(({ kind }) => kind === 'delivered'))
      assert.equal(outcomes.length, batch.length)
      const tokens = batch.map(({ deviceToken }) => deviceToken)
      if (world.reached) assert.deepEqual([...world.reached()].sort(), tokens.sort())
    })

    promise('as many calls as it allows run at once', async (world) => {
      const calls = Array.from({ length: world.delivery.concurrency }, (_, index) =>
        world.delivery.deliver(own(world, 2 + (index % 3)), never()),
      )
      const outcomes = await Promise.all(calls)
      assert.deepEqual(
        outcomes.map(({ length }) => length),
        calls.map((_, index) => 2 + (index % 3)),
      )
      assert.ok(outcomes.flat().every(({ kind }) => kind === 'delivered'))
    })

    for (const kind of failures) {
      promise(`a failure that is ${kind} comes out as such`, async (world) => {
        const [notification] = own(world, 1)
        fail(world, notification, kind)
        const outcomes = await world.delivery.deliver(notification ? [notification] : [], never())
        assert.deepEqual(kinds(outcomes), [kind])
      })
    }

    promise('outcomes come in the order of the batch, and a bad token harms no other', async (world) => {
      const batch = own(world, 3 * failures.length + 2)
      const expected = batch.map((): Outcome['kind'] => 'delivered')
      for (const [index, kind] of failures.entries()) {
        const at = 3 * index + 1
        fail(world, batch[at], kind)
        expected[at] = kind
      }
      assert.deepEqual(kinds(await world.delivery.deliver(batch, never())), expected)
    })

    promise('a call that is aborted before it begins sends nothing', async (world) => {
      const outcomes = await world.delivery.deliver(own(world, 3), AbortSignal.abort())
      assert.equal(outcomes.length, 3)
      assert.ok(outcomes.every(notDelivered))
      assert.deepEqual(world.reached?.() ?? [], [])
    })

    promise('no line of the log and no reason holds a device token', async (world) => {
      const batch = own(world, 8)
      const reasons: string[] = []
      const send = async () => {
        const outcomes = await world.delivery.deliver(batch, never())
        reasons.push(...outcomes.flatMap((outcome) => ('reason' in outcome ? [outcome.reason] : [])))
      }
      for (const [index, kind] of failures.entries()) fail(world, batch[index], kind)
      await send()
      if (remote) await holdOf(world).takeAway()
      await send()
      const text = [...world.lines, ...reasons].join('\n')
      for (const { deviceToken } of batch) assert.ok(!text.includes(deviceToken), 'a token was told')
    })

    promise('it is well when nothing is wrong', async ({ delivery }) => {
      assert.deepEqual(await delivery.health(), { status: 'ok' })
    })

    promise('it can be closed twice', async ({ delivery }) => {
      await delivery.close()
      await delivery.close()
    })

    if (remote) remotePromises(remote)
  })
}
