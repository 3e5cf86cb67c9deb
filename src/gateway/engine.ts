import { createDetour, type Detour } from '../canary/detour.ts'
import type { Crypto, DeliveryBackends, Log, OutboxCounts, Replicas, Storage, Transport } from '../ports/index.ts'
import { messageTypes, queryTopics } from '../protocol/index.ts'
import { createAnswers } from './answers.ts'
import { createBulletin } from './bulletin.ts'
import { type CatchUpSettings, type CatchUpStats, createCatchUp } from './catch-up.ts'
import { type BackendStats, createDeliveries } from './deliveries.ts'
import { createQueryHandler } from './handlers/query.ts'
import { createRegistrationHandler } from './handlers/registration.ts'
import { createRequestHandler } from './handlers/request.ts'
import { createHealthMonitor, type HealthMonitor } from './health-monitor.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { createJoining } from './joining.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createOpening } from './opening.ts'
import { createOutbox } from './outbox.ts'
import type { Router } from './router.ts'
import { createSubscriptions } from './subscriptions.ts'

/** How long what was cut short may take to be stored. */
const cutShortMs = 1_000
const reportEveryMs = 500

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
  /** How each backend does. */
  deliveries(): Readonly<Record<string, BackendStats>>
  /** Those who share the storage with this gateway, where there can be any. */
  readonly replicas: Replicas | undefined
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

/** Lets the other replicas know what this one counted. */
const startReporting = (replicas: Replicas, ledger: Ledger): NodeJS.Timeout =>
  setInterval(() => replicas.report(JSON.stringify(ledger.snapshot())), reportEveryMs).unref()

/** Joins the rooms of the engine: transport ─▶ inbox ─▶ handlers ─▶ store, outbox ─▶ delivery. */
export const createEngine = (parts: EngineParts): Engine => {
  const { transport, crypto, storage, delivery, router, settings, log, now } = parts
  const ledger = createLedger()
  const { replicas } = storage
  const bulletin = createBulletin(replicas, log)
  const detour = createDetour(crypto, bulletin)
  const subscriptions = createSubscriptions({ crypto, storage, transport, bulletin, ledger, log })
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
    opening: createOpening({ crypto, subscriptions, joining: createJoining({ crypto, storage, now }) }),
    now,
    handlers: {
      [messageTypes.registration]: createRegistrationHandler(handlerParts),
      [messageTypes.query]: createQueryHandler(handlerParts),
      [messageTypes.request]: createRequestHandler(handlerParts),
    },
  })
  const catchUp = createCatchUp({ transport, storage, inbox, settings: settings.catchUp, log, now })
  const retry = { baseMs: settings.retryBaseMs, maxMs: settings.retryMaxMs }
  const deliveries = createDeliveries({ backends: delivery.all, router, log, now })
  const outbox = createOutbox({
    storage,
    deliveries,
    backends: delivery.all,
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
  let reporting: NodeJS.Timeout | undefined

  const idle = async (): Promise<void> => {
    await inbox.idle()
    await answers.idle()
  }

  const stop = async (graceMs: number): Promise<void> => {
    health.stop()
    clearInterval(reporting)
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
    deliveries: () => deliveries.stats(),
    replicas,
    start: async () => {
      if (replicas !== undefined && replicas.living().length > 1) await detour.join()
      await subscriptions.restore()
      outbox.start()
      await transport.start(inbox)
      await health.check()
      health.start()
      catchUp.start()
      if (replicas !== undefined) reporting = startReporting(replicas, ledger)
    },
    idle,
    stop: (graceMs) => {
      stopping ??= stop(graceMs)
      return stopping
    },
  }
}
