import { createDetour, type Detour } from '../canary/detour.ts'
import type { Crypto, DeliveryBackends, Log, OutboxCounts, Storage, Transport } from '../ports/index.ts'
import { messageTypes, queryTopics } from '../protocol/index.ts'
import { createAnswers } from './answers.ts'
import { type CatchUpSettings, type CatchUpStats, createCatchUp } from './catch-up.ts'
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
  readonly catchUp: CatchUpSettings
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
  /** How far the gateway is with what the network kept while it was away. */
  readonly catchUp: CatchUpStats
  /** Where the gateway's pushes to itself go. */
  readonly detour: Detour
  counts(): Promise<OutboxCounts>
  /**
   * Forgets an owner (64 bytes) and the pushes of these ids (32 bytes), durably on resolve. `waiting`: how many of them were
   * accepted and will now never be handed over.
   */
  erase(owner: Uint8Array, pushes: readonly Uint8Array[], waiting: number): Promise<void>
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
  const detour = createDetour(crypto)
  const subscriptions = createSubscriptions({ crypto, storage, transport, ledger })
  const answers = createAnswers({ crypto, transport, ledger, log, segmentBytes: settings.segmentBytes })
  const { pushTtlMs, pushRememberMs } = settings
  const handlerParts = {
    crypto,
    storage,
    subscriptions,
    answers,
    router,
    detour,
    ledger,
    log,
    now,
    pushTtlMs,
    pushRememberMs,
  }
  const inbox = createInbox({
    storage,
    ledger,
    log,
    limits: { messages: settings.intakeMessages, bytes: settings.intakeBytes },
    opening: createOpening({ crypto, subscriptions, now }),
    now,
    handlers: {
      [messageTypes.registration]: createRegistrationHandler(handlerParts),
      [messageTypes.query]: createQueryHandler(handlerParts),
      [messageTypes.request]: createRequestHandler(handlerParts),
    },
  })
  const catchUp = createCatchUp({ transport, storage, inbox, settings: settings.catchUp, log, now })
  const retry = { baseMs: settings.retryBaseMs, maxMs: settings.retryMaxMs }
  const outbox = createOutbox({
    storage,
    backends: delivery.all,
    router,
    detour,
    subscriptions,
    ledger,
    log,
    retry,
    now,
  })
  const health = createHealthMonitor(
    {
      transport: () => transport.health(),
      storage: () => storage.health(),
      ...Object.fromEntries([...delivery.all].map(([name, backend]) => [`delivery/${name}`, () => backend.health()])),
    },
    now,
    (part) => {
      if (part === 'transport') catchUp.wake()
    },
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
      await Promise.all([catchUp.stop(), inbox.stop(grace.signal)])
      await Promise.all([answers.idle(), outboxStopped])
    }
    await Promise.race([inOrder(), tooLate])
    clearTimeout(timer)
    clearTimeout(lastTimer)
  }

  const erase = async (owner: Uint8Array, pushes: readonly Uint8Array[], waiting: number): Promise<void> => {
    await subscriptions.forgetKeys(owner)
    await storage.erase({ owner, pushes, topics: queryTopics(owner) })
    for (let count = 0; count < waiting; count++) ledger.push('canary')
    await subscriptions.forget(owner)
  }

  return {
    ledger,
    health,
    detour,
    erase,
    get intake() {
      return inbox.waiting
    },
    get catchUp() {
      return catchUp.stats()
    },
    counts: () => outbox.counts(),
    start: async () => {
      await subscriptions.restore()
      outbox.start()
      await transport.start(inbox)
      await health.check()
      health.start()
      catchUp.start()
    },
    idle,
    stop: (graceMs) => {
      stopping ??= stop(graceMs)
      return stopping
    },
  }
}
