import type { Crypto, DeliveryBackends, Log, OutboxCounts, Storage, Transport } from '../ports/index.ts'
import { messageTypes } from '../protocol/index.ts'
import { createAnswers } from './answers.ts'
import { createQueryHandler } from './handlers/query.ts'
import { createRegistrationHandler } from './handlers/registration.ts'
import { createRequestHandler } from './handlers/request.ts'
import { createHealthMonitor, type HealthMonitor } from './health-monitor.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createOpening } from './opening.ts'
import { createOutbox } from './outbox.ts'
import type { Router } from './router.ts'
import { createSubscriptions } from './subscriptions.ts'

/** How long what was cut short may take to be stored. */
const cutShortMs = 1_000

export interface EngineSettings {
  readonly intakeMessages: number
  readonly intakeBytes: number
  readonly pushTtlMs: number
  readonly pushRememberMs: number
  readonly retryBaseMs: number
  readonly retryMaxMs: number
  readonly segmentBytes: number
}

export interface EngineParts {
  readonly transport: Transport
  readonly crypto: Crypto
  readonly storage: Storage
  readonly delivery: DeliveryBackends
  readonly router: Router
  readonly settings: EngineSettings
  readonly log: Log
  readonly now: () => number
}

export interface Engine {
  readonly ledger: Ledger
  readonly health: HealthMonitor
  readonly intake: Inbox['waiting']
  counts(): Promise<OutboxCounts>
  /** Restores the subscriptions, then lets messages in and pushes out. */
  start(): Promise<void>
  /** Resolves when every message that came in is handled and its answer handed over. Pushes may still wait. */
  idle(): Promise<void>
  /** Intake stops, what is in hand is finished within `graceMs`, then cut short and left safely stored. Idempotent. */
  stop(graceMs: number): Promise<void>
}

/** Joins the rooms of the engine: transport ─▶ inbox ─▶ handlers ─▶ store, outbox ─▶ delivery. */
export const createEngine = (parts: EngineParts): Engine => {
  const { transport, crypto, storage, delivery, router, settings, log, now } = parts
  const ledger = createLedger()
  const subscriptions = createSubscriptions({ crypto, storage, transport, ledger })
  const answers = createAnswers({ crypto, transport, ledger, log, segmentBytes: settings.segmentBytes })
  const { pushTtlMs, pushRememberMs } = settings
  const handlerParts = { crypto, storage, subscriptions, answers, router, ledger, log, now, pushTtlMs, pushRememberMs }
  const inbox = createInbox({
    crypto,
    storage,
    ledger,
    log,
    limits: { messages: settings.intakeMessages, bytes: settings.intakeBytes },
    open: createOpening({ crypto, subscriptions, now }),
    now,
    handlers: {
      [messageTypes.registration]: createRegistrationHandler(handlerParts),
      [messageTypes.query]: createQueryHandler(handlerParts),
      [messageTypes.request]: createRequestHandler(handlerParts),
    },
  })
  const retry = { baseMs: settings.retryBaseMs, maxMs: settings.retryMaxMs }
  const outbox = createOutbox({ storage, backends: delivery.all, router, subscriptions, ledger, log, retry, now })
  const health = createHealthMonitor(
    {
      transport: () => transport.health(),
      storage: () => storage.health(),
      ...Object.fromEntries([...delivery.all].map(([name, backend]) => [`delivery/${name}`, () => backend.health()])),
    },
    now,
  )
  let stopping: Promise<void> | undefined

  const idle = async (): Promise<void> => {
    await inbox.idle()
    await answers.idle()
  }

  const stop = async (graceMs: number): Promise<void> => {
    health.stop()
    const grace = new AbortController()
    const { promise: tooLate, resolve: giveUp } = Promise.withResolvers<void>()
    const timer = setTimeout(() => grace.abort(), graceMs)
    const lastTimer = setTimeout(giveUp, graceMs + cutShortMs)
    const inOrder = async (): Promise<void> => {
      const outboxStopped = outbox.stop(grace.signal)
      await inbox.stop(grace.signal)
      await Promise.all([answers.idle(), outboxStopped])
    }
    await Promise.race([inOrder(), tooLate])
    clearTimeout(timer)
    clearTimeout(lastTimer)
  }

  return {
    ledger,
    health,
    get intake() {
      return inbox.waiting
    },
    counts: () => outbox.counts(),
    start: async () => {
      await subscriptions.restore()
      outbox.start()
      await transport.start(inbox)
      await health.check()
      health.start()
    },
    idle,
    stop: (graceMs) => {
      stopping ??= stop(graceMs)
      return stopping
    },
  }
}
