import type { Detour } from '../canary/detour.ts'
import type {
  Delivery,
  Log,
  Notification,
  OutboxCounts,
  Outcome,
  QueuedPush,
  Settlement,
  Storage,
  Worker,
} from '../ports/index.ts'
import { isTokenType } from '../ports/index.ts'
import { hex } from '../protocol/index.ts'
import type { Deliveries } from './deliveries.ts'
import { createDispatcher } from './dispatcher.ts'
import type { Ledger, PushOutcome } from './ledger.ts'
import { decodePushBody } from './push-body.ts'
import { readRecord } from './stored-registration.ts'
import type { Subscriptions } from './subscriptions.ts'

const leaseMs = 120_000
/** More than all backends hold whose settings are at their most: a bound for what plugins of others ask. */
const mostInHand = 64_000
/** For the canary's pushes, and for those that are put off or withdrawn. */
const ownRoom = 100

export interface RetryLimits {
  readonly baseMs: number
  readonly maxMs: number
}

/** Exponential backoff with jitter: between half and the whole of `baseMs · 2^attempts`, at most `maxMs`. */
export const backoffMs = (attempts: number, { baseMs, maxMs }: RetryLimits, random = Math.random): number =>
  Math.min(maxMs, baseMs * 2 ** Math.min(attempts, 30)) * (0.5 + random() / 2)

export interface Outbox {
  start(): void
  counts(): Promise<OutboxCounts>
  /** Hands out nothing more and waits for what is in hand; once `signal` is aborted, deliveries are cut short. */
  stop(signal: AbortSignal): Promise<void>
}

const done: Settlement = { kind: 'done' }
const parkedMs = 15 * 60_000
/** A push to a token that was dead before the device registered it again. */
const revivedMs = 15 * 60_000

/** A device as it is registered now. */
interface Device {
  readonly notification: Notification
  readonly version: bigint
  /** Unix milliseconds of its registration, where that is known. */
  readonly storedAt: number | undefined
}

/** Accepted pushes to their backends, outcomes to settlements. */
export const createOutbox = (parts: {
  storage: Storage
  deliveries: Deliveries
  backends: ReadonlyMap<string, Delivery>
  detour: Detour
  subscriptions: Subscriptions
  ledger: Ledger
  log: Log
  retry: RetryLimits
  now: () => number
}): Outbox => {
  const { storage, deliveries, backends, detour, subscriptions, ledger, log, retry, now } = parts
  const own = createDispatcher(detour.backend)
  let worker: Worker | undefined

  /** Of the canary's pushes it does not matter how they end, and one that is taken back meanwhile is counted there. */
  const count = ({ owner }: QueuedPush, outcome: PushOutcome): void => {
    if (!detour.tally.has(owner)) ledger.push(outcome)
    else if (detour.tally.ended(owner)) ledger.push('canary')
  }

  /** The device as it is registered now, not as it was when the push was accepted; `undefined` where it must not be woken any more. */
  const deviceOf = async (push: QueuedPush): Promise<Device | undefined> => {
    const [stored] = await storage.registrations.get([push])
    const record = stored === undefined ? undefined : readRecord(stored.record)
    const registration = record?.message
    const body = decodePushBody(push.body)
    if (stored === undefined || registration === undefined || body === undefined || !registration.enabled)
      return undefined
    if (detour.isOwn(push.owner, registration.deviceToken) && !detour.isExpected(push.owner)) {
      // Of a run before a crash, perhaps.
      detour.tally.remember(push.owner)
      return undefined
    }
    const { tokenType, deviceToken, apnTopic } = registration
    if (!isTokenType(tokenType)) return undefined
    const { owner: receiver, installation, acceptedAt, expiresAt } = push
    const notification = {
      ...body,
      id: hex(push.id),
      tokenType,
      deviceToken,
      apnTopic,
      receiver,
      installation,
      acceptedAt,
      expiresAt,
    }
    return { notification, version: stored.version, storedAt: record?.storedAt }
  }

  const later = (push: QueuedPush, reason: string, afterMs?: number): Settlement => {
    const pause = Math.max(backoffMs(push.attempts, retry), afterMs ?? 0)
    const at = Math.min(now() + pause, push.expiresAt)
    ledger.note('push-retries')
    log.debug({ event: 'push-retry', push: hex(push.id), attempts: push.attempts, reason, at }, 'a push is tried again')
    return { kind: 'retry', at }
  }

  /** Whether the provider speaks of a time before the device registered (again) with this token. */
  const isRevived = ({ since }: Extract<Outcome, { kind: 'dead-token' }>, { storedAt }: Device): boolean =>
    since !== undefined && storedAt !== undefined && storedAt > since

  const settle = async (push: QueuedPush, device: Device, outcome: Outcome): Promise<Settlement> => {
    switch (outcome.kind) {
      case 'delivered':
        count(push, 'delivered')
        return done
      case 'rejected':
        count(push, 'rejected')
        log.warn({ event: 'push-rejected', push: hex(push.id), reason: outcome.reason }, 'a push was refused for good')
        return done
      case 'dead-token':
        if (isRevived(outcome, device)) return later(push, outcome.reason, revivedMs)
        if (await storage.registrations.retire(push, device.version)) await subscriptions.forget(push.owner)
        count(push, 'dead-token')
        return done
      case 'parked':
        ledger.note('pushes-parked')
        return later(push, outcome.reason, parkedMs)
      case 'unknown':
        ledger.note('push-unknown-outcomes')
        return later(push, outcome.reason)
      case 'retry':
        return later(push, outcome.reason, outcome.afterMs)
    }
  }

  /** What a backend heard of after the push was settled: of use only where it says that the token is dead. */
  const hearLate = async (notification: Notification, outcome: Outcome): Promise<void> => {
    ledger.note('late-failures')
    log.warn({ event: 'push-failed-late', push: notification.id, kind: outcome.kind }, 'a push failed after all')
    if (outcome.kind !== 'dead-token') return
    const key = { owner: notification.receiver, installation: notification.installation }
    const [stored] = await storage.registrations.get([key])
    const record = stored && readRecord(stored.record)
    if (stored === undefined || record?.message.deviceToken !== notification.deviceToken) return
    if (await storage.registrations.retire(key, stored.version)) await subscriptions.forget(key.owner)
  }
  for (const backend of backends.values())
    backend.onLateOutcome?.((notification, outcome) => {
      hearLate(notification, outcome).catch((error: unknown) =>
        log.error({ reason: (error as Error).message }, 'a dead token could not be retired'),
      )
    })

  /** Its lane had no room: that is no failure of the push, which comes back at its turn. */
  const putOff = (push: QueuedPush, afterMs: number): Settlement => {
    ledger.note('pushes-put-off')
    return { kind: 'retry', at: Math.min(now() + afterMs, push.expiresAt) }
  }

  const handle = async (push: QueuedPush): Promise<Settlement> => {
    if (now() >= push.expiresAt) {
      deliveries.forget(hex(push.id))
      count(push, 'expired')
      return done
    }
    const device = await deviceOf(push)
    if (device === undefined) {
      deliveries.forget(hex(push.id))
      count(push, 'withdrawn')
      return done
    }
    const { notification } = device
    // No provider hears of the gateway's own pushes, whenever they were made.
    if (detour.isOwn(notification.receiver, notification.deviceToken)) {
      await own.deliver(notification)
      count(push, 'canary')
      return done
    }
    const result = await deliveries.deliver(notification)
    return result.kind === 'full' ? putOff(push, result.afterMs) : settle(push, device, result)
  }

  const handleSafely = (push: QueuedPush): Promise<Settlement> =>
    handle(push).catch((error: unknown) => {
      log.error(
        { event: 'push-failed', push: hex(push.id), reason: (error as Error).message },
        'a push could not be handled',
      )
      return later(push, 'the gateway failed')
    })

  return {
    start: () => {
      const concurrency = Math.min(mostInHand, deliveries.room + ownRoom)
      worker = storage.outbox.work(handleSafely, { concurrency, leaseMs })
    },
    counts: () => storage.outbox.counts(),
    stop: async (signal) => {
      signal.addEventListener('abort', () => {
        deliveries.abort()
        own.abort()
      })
      await worker?.stop()
    },
  }
}
