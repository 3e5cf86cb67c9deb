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
import { hex, registrationCodec } from '../protocol/index.ts'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import type { Ledger, PushOutcome } from './ledger.ts'
import { decodePushBody } from './push-body.ts'
import type { Router } from './router.ts'
import type { Subscriptions } from './subscriptions.ts'

const leaseMs = 120_000
const mostInHand = 2_000

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

/** Accepted pushes to their backends, outcomes to settlements. */
export const createOutbox = (parts: {
  storage: Storage
  backends: ReadonlyMap<string, Delivery>
  router: Router
  detour: Detour
  subscriptions: Subscriptions
  ledger: Ledger
  log: Log
  retry: RetryLimits
  now: () => number
}): Outbox => {
  const { storage, backends, router, detour, subscriptions, ledger, log, retry, now } = parts
  // A lane for each token type, so that Google's bad hour does not hold up Apple's devices.
  const dispatchers = new Map(
    [...backends].flatMap(([name, backend]) =>
      backend.supports.map((tokenType): [string, Dispatcher] => [`${name}/${tokenType}`, createDispatcher(backend)]),
    ),
  )
  const own = createDispatcher(detour.backend)
  const capacity = [...backends.values(), detour.backend].reduce(
    (sum, { maxBatch, concurrency, supports }) => sum + maxBatch * concurrency * supports.length,
    0,
  )
  let worker: Worker | undefined

  /** Of the canary's pushes it does not matter how they end, and one that is taken back meanwhile is counted there. */
  const count = ({ owner }: QueuedPush, outcome: PushOutcome): void => {
    if (!detour.tally.has(owner)) ledger.push(outcome)
    else if (detour.tally.ended(owner)) ledger.push('canary')
  }

  /** The device as it is registered now, not as it was when the push was accepted; `undefined` where it must not be woken any more. */
  const notificationOf = async (
    push: QueuedPush,
  ): Promise<{ notification: Notification; version: bigint } | undefined> => {
    const [stored] = await storage.registrations.get([push])
    const registration = stored === undefined ? undefined : registrationCodec.decode(stored.record)
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
    return { notification, version: stored.version }
  }

  const later = (push: QueuedPush, reason: string, afterMs?: number): Settlement => {
    const pause = Math.max(backoffMs(push.attempts, retry), afterMs ?? 0)
    const at = Math.min(now() + pause, push.expiresAt)
    ledger.note('push-retries')
    log.debug({ event: 'push-retry', push: hex(push.id), attempts: push.attempts, reason, at }, 'a push is tried again')
    return { kind: 'retry', at }
  }

  const settle = async (push: QueuedPush, version: bigint, outcome: Outcome): Promise<Settlement> => {
    switch (outcome.kind) {
      case 'delivered':
        count(push, 'delivered')
        return done
      case 'rejected':
        count(push, 'rejected')
        log.warn({ event: 'push-rejected', push: hex(push.id), reason: outcome.reason }, 'a push was refused for good')
        return done
      case 'dead-token':
        if (await storage.registrations.retire(push, version)) await subscriptions.forget(push.owner)
        count(push, 'dead-token')
        return done
      case 'parked':
        return later(push, outcome.reason)
      case 'unknown':
        ledger.note('push-unknown-outcomes')
        return later(push, outcome.reason)
      case 'retry':
        return later(push, outcome.reason, outcome.afterMs)
    }
  }

  /** No provider hears of the gateway's own pushes, whenever they were made. */
  const dispatcherFor = ({ receiver, deviceToken, tokenType }: Notification): Dispatcher | undefined =>
    detour.isOwn(receiver, deviceToken) ? own : dispatchers.get(`${router.backendOf(tokenType)}/${tokenType}`)

  const handle = async (push: QueuedPush): Promise<Settlement> => {
    if (now() >= push.expiresAt) {
      count(push, 'expired')
      return done
    }
    const found = await notificationOf(push)
    if (found === undefined) {
      count(push, 'withdrawn')
      return done
    }
    const dispatcher = dispatcherFor(found.notification)
    if (dispatcher === undefined) return later(push, 'no backend serves this token type')
    const outcome = await dispatcher.deliver(found.notification)
    if (dispatcher !== own) return settle(push, found.version, outcome)
    count(push, 'canary')
    return done
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
      worker = storage.outbox.work(handleSafely, { concurrency: Math.max(1, Math.min(capacity, mostInHand)), leaseMs })
    },
    counts: () => storage.outbox.counts(),
    stop: async (signal) => {
      signal.addEventListener('abort', () => {
        for (const dispatcher of [...dispatchers.values(), own]) dispatcher.abort()
      })
      await worker?.stop()
    },
  }
}
