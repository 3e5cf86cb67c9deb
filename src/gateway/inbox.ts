import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { IgnoredReason, Log, Storage, TransportEvents, WakuMessage } from '../ports/index.ts'
import { messageTypes } from '../protocol/index.ts'
import { inGroups, inRounds } from './batches.ts'
import { createClaims } from './claims.ts'
import { createFairQueue, type FairQueue, type QueueLimits } from './fair-queue.ts'
import type { Handler, Received } from './handlers/received.ts'
import type { EnvelopeOutcome, Ledger } from './ledger.ts'
import { createLeftToOthers } from './left-to-others.ts'
import type { Opening, Origin } from './opening.ts'
import { createParking } from './parking.ts'
import { createRecent } from './recent.ts'
import { isOurs } from './sharing.ts'

const batchSize = 64

const idleLookMs = 10

/** So many messages are known by their hashes, so that what a store node gives again costs nothing. */
const knownMessages = 100_000

/** How far the clocks of the network's nodes may differ; a message from later than that is from the future. */
const clockSkewMs = 20_000

/** What store nodes kept has a line of its own, and up to half of each batch: it must not push out what comes now, nor starve. */
const pastMessages = 256
const pastShare = 0.25

export interface Inbox extends TransportEvents {
  /**
   * Takes a message of the past in; resolves with its outcome. `undefined` while there is no room for it, or, unless it has
   * waited, while there is none for what comes now. `at`: when it was published at the latest, Unix milliseconds, for one
   * that does not say it.
   */
  offer(message: WakuMessage, at: number, hasWaited: boolean): Promise<EnvelopeOutcome> | undefined
  /** Says of a message's hash that it was taken in and did not fail. */
  isKnown(hash: Uint8Array): boolean
  /** Unix milliseconds of the oldest segment whose whole is not there yet: a restart would need it again. */
  keptSince(): number | undefined
  /** Unix milliseconds of the oldest segment that was given up since the last call: it may be read again. */
  missedSince(): number | undefined
  /** Resolves when every message that came in has its outcome. */
  idle(): Promise<void>
  /** Takes nothing more in and resolves when what is there is handled, or dropped and counted once `signal` is aborted. */
  stop(signal: AbortSignal): Promise<void>
  readonly waiting: { readonly messages: number; readonly bytes: number }
}

interface Waiting {
  readonly hash: Uint8Array
  readonly bytes: number
  readonly message: WakuMessage
  /** Unix milliseconds: when it was published at the latest. */
  readonly at: number
  readonly resolve: (outcome: EnvelopeOutcome) => void
}

interface Claimed {
  readonly waiting: Waiting
  readonly origin: Origin
  readonly received: Received
}

const whole: Origin = { segments: [] }

/** Registrations first: whoever registers and is asked about in one batch is known to the question. */
const order = [messageTypes.registration, messageTypes.query, messageTypes.request]

/** Bounded intake: one batch in hand, whatever came meanwhile is the next one. */
export const createInbox = (parts: {
  storage: Storage
  ledger: Ledger
  log: Log
  limits: QueueLimits
  opening: Opening
  handlers: Readonly<Record<number, Handler>>
  now: () => number
}): Inbox => {
  const { storage, ledger, log, limits, opening, handlers, now } = parts
  const present = createFairQueue<Waiting>(limits)
  const past = createFairQueue<Waiting>({ messages: pastMessages, bytes: Math.ceil(limits.bytes * pastShare) })
  const parking = createParking(now)
  const known = createRecent(knownMessages)
  let running: Promise<void> | undefined
  let stopped = false
  let cutShort: AbortSignal | undefined
  const claims = createClaims({
    storage,
    isStopped: () => stopped,
    isCutShort: () => cutShort?.aborted === true,
  })

  /** Without a timestamp nothing says when it was published, but for where it was found. */
  const timeOf = ({ message: { timestamp }, at }: Waiting): number => {
    const time = Number(timestamp / 1_000_000n)
    if (timestamp === 0n) ledger.note('timestamps-missing')
    if (time > now() + clockSkewMs) ledger.note('timestamps-from-the-future')
    return timestamp === 0n ? at : time
  }

  const tell = ({ message, resolve }: Waiting, outcome: EnvelopeOutcome): void => {
    if (outcome === 'failed' || outcome === 'overflow') known.remove(message.hash)
    resolve(outcome)
  }

  const end = (waiting: Waiting, outcome: EnvelopeOutcome): void => {
    ledger.envelope(outcome)
    tell(waiting, outcome)
  }

  /** What other replicas are to open, where there are any. */
  const others =
    storage.replicas === undefined
      ? undefined
      : createLeftToOthers<Waiting>({
          replicas: storage.replicas,
          limits,
          isOurs: (hash) => storage.replicas !== undefined && isOurs(hash, storage.replicas),
          onRepeated: (waiting) => end(waiting, 'duplicate'),
          onDone: (waiting) => end(waiting, 'elsewhere'),
          onFree: (waiting) => queue(present, waiting),
          onDropped: (waiting) => end(waiting, 'overflow'),
        })
  storage.replicas?.onChange(() => others?.judgeAgain())

  /** Lets the same messages be handled when they come again. */
  const release = async (hashes: readonly Uint8Array[]): Promise<void> => {
    for (const hash of hashes) known.remove(hash)
    await claims.release(hashes)
  }

  /** Counts an outcome; what failed for a reason of ours may be handled when it comes again. */
  const settle = async (
    waiting: Waiting,
    outcome: EnvelopeOutcome,
    { segments, shared }: Origin = whole,
  ): Promise<void> => {
    const hashes = [waiting.message.hash, ...segments]
    ledger.envelope(outcome)
    if (outcome === 'failed') parking.giveUp(segments)
    else parking.leave(segments)
    await (outcome === 'failed' ? release(hashes) : claims.finish(hashes))
    if (shared !== undefined && outcome !== 'failed')
      await storage.replicas?.parts.remove(shared).catch(() => undefined)
    tell(waiting, outcome)
  }

  /** Opens a message that is claimed; everything that ends here is counted here. */
  const receive = async (waiting: Waiting): Promise<Claimed | undefined> => {
    const { message } = waiting
    try {
      const opened = await opening.open(message)
      const time = timeOf(waiting)
      if (opened.kind === 'segment-kept' && !opened.isLate) {
        // Its claim ends with the whole: a restart loses what was kept, and has to be given it again.
        parking.enter(message.hash, time)
        end(waiting, 'segment-kept')
      } else if (opened.kind === 'opened') {
        const { envelope, kind, ...origin } = opened
        if (handlers[envelope.type] !== undefined) return { waiting, origin, received: { envelope, timestamp: time } }
        await settle(waiting, 'ignored-type', origin)
      } else await settle(waiting, opened.kind, opened.kind === 'malformed' ? opened : whole)
    } catch (error) {
      log.error({ event: 'opening-failed', reason: (error as Error).message }, 'a message could not be opened')
      await settle(waiting, 'failed')
    }
    return undefined
  }

  /** Claims a batch at once; what others have or have done ends or waits elsewhere. */
  const claimAll = async (batch: readonly Waiting[]): Promise<Waiting[]> => {
    const results = await Promise.all(batch.map(({ message }) => claims.take(message.hash)))
    return batch.filter((waiting, i) => {
      const result = results[i]
      if (result === 'mine') return true
      if (result === undefined) end(waiting, 'failed')
      else if (result === 'taken' && others !== undefined) others.leave(waiting)
      else end(waiting, 'duplicate')
      return false
    })
  }

  const handle = async (type: number, batch: readonly Claimed[]): Promise<EnvelopeOutcome[]> => {
    try {
      return (await handlers[type]?.(batch.map(({ received }) => received))) ?? []
    } catch (error) {
      log.error({ event: 'handler-failed', type, reason: (error as Error).message }, 'a batch could not be handled')
      return []
    }
  }

  const handleRound = async (round: readonly Claimed[]): Promise<void> => {
    for (const type of order) {
      const batch = round.filter(({ received }) => received.envelope.type === type)
      for (const group of inGroups(batch)) {
        const outcomes = await handle(type, group)
        await Promise.all(group.map(({ waiting, origin }, i) => settle(waiting, outcomes[i] ?? 'failed', origin)))
        await nextTurn()
      }
    }
  }

  const handleBatch = async (batch: readonly Waiting[]): Promise<void> => {
    const opened: (Claimed | undefined)[] = []
    await claims.finishTheRest()
    for (const waiting of await claimAll(batch)) {
      opened.push(
        await receive(waiting).catch(() => {
          end(waiting, 'failed')
          return undefined
        }),
      )
      // Opening takes milliseconds of computation: let timers, sockets and health checks have their turn in between.
      await nextTurn()
    }
    for (const round of inRounds(opened.filter((claimed) => claimed !== undefined))) await handleRound(round)
  }

  const run = async (): Promise<void> => {
    while (present.messages + past.messages > 0) {
      const old = past.take(batchSize / 2)
      await handleBatch([...old, ...present.take(batchSize - old.length)]).catch((error: Error) =>
        log.error({ event: 'batch-failed', reason: error.message }, 'a batch failed'),
      )
      const lost = opening.givenUp()
      parking.giveUp(lost)
      await release(lost)
    }
    running = undefined
  }

  const start = (): void => {
    running ??= nextTurn().then(run)
  }

  /** A message that is known already, back from those that others had. */
  const queue = (line: FairQueue<Waiting>, waiting: Waiting): void => {
    const { added, evicted } = line.add(waiting.message.via ?? '', waiting, waiting.bytes)
    for (const one of added ? evicted : [waiting, ...evicted]) end(one, 'overflow')
    start()
  }

  const take = (line: FairQueue<Waiting>, message: WakuMessage, at: number): Promise<EnvelopeOutcome> | undefined => {
    if (stopped) return undefined
    const { promise, resolve } = Promise.withResolvers<EnvelopeOutcome>()
    const bytes = message.payload.length
    const waiting = { hash: message.hash, bytes, message, at, resolve }
    if (line === present && storage.replicas !== undefined && !isOurs(message.hash, storage.replicas))
      others?.leave(waiting)
    else {
      const { added, evicted } = line.add(message.via ?? '', waiting, bytes)
      for (const one of evicted) end(one, 'overflow')
      if (!added) return undefined
      start()
    }
    ledger.received()
    known.add(message.hash)
    return promise
  }

  return {
    offer: (message, at, hasWaited) =>
      hasWaited || present.hasRoom(message.payload.length) ? take(past, message, at) : undefined,
    isKnown: known.has,
    keptSince: parking.keptSince,
    missedSince: parking.missedSince,
    onMessage: (message) => {
      if (take(present, message, now()) !== undefined) return
      ledger.received()
      ledger.envelope('overflow')
    },
    onIgnored: (reason: IgnoredReason) => {
      ledger.received()
      ledger.envelope(`ignored-${reason}`)
    },
    idle: async () => {
      while (running !== undefined || (others?.messages ?? 0) > 0) await (running ?? pause(idleLookMs))
    },
    stop: async (signal) => {
      stopped = true
      cutShort = signal
      // The other replicas have these as well; the last one has to do them itself.
      const isLast = (storage.replicas?.living().length ?? 0) < 2
      for (const waiting of others?.clear() ?? []) isLast ? queue(present, waiting) : end(waiting, 'elsewhere')
      signal.addEventListener('abort', () => {
        for (const waiting of [...present.clear(), ...past.clear()]) end(waiting, 'overflow')
      })
      while (running !== undefined) await running
    },
    get waiting() {
      return {
        messages: present.messages + past.messages + (others?.messages ?? 0),
        bytes: present.bytes + past.bytes + (others?.bytes ?? 0),
      }
    },
  }
}
