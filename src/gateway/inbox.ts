import { setImmediate as nextTurn } from 'node:timers/promises'
import type { IgnoredReason, Log, Storage, TransportEvents, WakuMessage } from '../ports/index.ts'
import { hex, messageTypes } from '../protocol/index.ts'
import { createFairQueue, type FairQueue, type QueueLimits } from './fair-queue.ts'
import type { Handler, Received } from './handlers/received.ts'
import type { EnvelopeOutcome, Ledger } from './ledger.ts'
import type { Opening } from './opening.ts'
import { createParking } from './parking.ts'
import { createRecent } from './recent.ts'

const batchSize = 64

/** Decoded, a message of tiny entries takes a hundred times its bytes: no more than so many are decoded at once. */
const decodedBytes = 256 * 1024
const leaseMs = 30_000

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
  readonly message: WakuMessage
  /** Unix milliseconds: when it was published at the latest. */
  readonly at: number
  readonly resolve: (outcome: EnvelopeOutcome) => void
}

interface Claimed {
  readonly waiting: Waiting
  /** Hashes of all messages that it was joined from; none for a whole one. */
  readonly segments: readonly Uint8Array[]
  readonly received: Received
}

/** Registrations first: whoever registers and is asked about in one batch is known to the question. */
const order = [messageTypes.registration, messageTypes.query, messageTypes.request]

/** Messages of one batch in rounds, so that no sender has two in one round: theirs are handled one after the other. */
const inRounds = (batch: readonly Claimed[]): Claimed[][] => {
  const rounds: Claimed[][] = []
  const seen = new Map<string, number>()
  for (const claimed of batch) {
    const sender = hex(claimed.received.envelope.sender)
    const round = seen.get(sender) ?? 0
    seen.set(sender, round + 1)
    rounds[round] ??= []
    rounds[round].push(claimed)
  }
  return rounds
}

/** Messages in their order, in groups of so few bytes that all of a group may be decoded at once; a large one goes alone. */
const inGroups = (batch: readonly Claimed[]): Claimed[][] => {
  const groups: Claimed[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const claimed of batch) {
    const size = claimed.received.envelope.body.length
    if (bytes + size > decodedBytes) {
      groups.push([])
      bytes = 0
    }
    groups.at(-1)?.push(claimed)
    bytes += size
  }
  return groups
}

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

  const finish = (hashes: readonly Uint8Array[]): Promise<unknown> =>
    Promise.all(hashes.map((hash) => storage.claims.finish(hash).catch(() => undefined)))

  /** Lets the same messages be handled when they come again. */
  const release = async (hashes: readonly Uint8Array[]): Promise<void> => {
    for (const hash of hashes) known.remove(hash)
    await Promise.all(hashes.map((hash) => storage.claims.release(hash).catch(() => undefined)))
  }

  /** Counts an outcome; what failed for a reason of ours may be handled when it comes again. */
  const settle = async (
    waiting: Waiting,
    outcome: EnvelopeOutcome,
    segments: readonly Uint8Array[] = [],
  ): Promise<void> => {
    const hashes = [waiting.message.hash, ...segments]
    ledger.envelope(outcome)
    if (outcome === 'failed') parking.giveUp(segments)
    else parking.leave(segments)
    await (outcome === 'failed' ? release(hashes) : finish(hashes))
    tell(waiting, outcome)
  }

  /** Claims and opens one message; everything that ends here is counted here. */
  const receive = async (waiting: Waiting): Promise<Claimed | undefined> => {
    const { message } = waiting
    if ((await storage.claims.take(message.hash, leaseMs)) !== 'mine') {
      end(waiting, 'duplicate')
      return undefined
    }
    try {
      const opened = await opening.open(message)
      const time = timeOf(waiting)
      if (opened.kind === 'segment-kept' && !opened.isLate) {
        // Its claim ends with the whole: a restart loses what was kept, and has to be given it again.
        parking.enter(message.hash, time)
        end(waiting, 'segment-kept')
      } else if (opened.kind !== 'opened')
        await settle(waiting, opened.kind, 'segments' in opened ? opened.segments : [])
      else if (handlers[opened.envelope.type] === undefined) await settle(waiting, 'ignored-type', opened.segments)
      else return { waiting, segments: opened.segments, received: { envelope: opened.envelope, timestamp: time } }
    } catch (error) {
      log.error({ event: 'opening-failed', reason: (error as Error).message }, 'a message could not be opened')
      await settle(waiting, 'failed')
    }
    return undefined
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
        await Promise.all(group.map(({ waiting, segments }, i) => settle(waiting, outcomes[i] ?? 'failed', segments)))
        await nextTurn()
      }
    }
  }

  const handleBatch = async (batch: readonly Waiting[]): Promise<void> => {
    const opened: (Claimed | undefined)[] = []
    for (const waiting of batch) {
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

  const take = (queue: FairQueue<Waiting>, message: WakuMessage, at: number): Promise<EnvelopeOutcome> | undefined => {
    if (stopped) return undefined
    const { promise, resolve } = Promise.withResolvers<EnvelopeOutcome>()
    const { added, evicted } = queue.add(message.via ?? '', { message, at, resolve }, message.payload.length)
    for (const waiting of evicted) end(waiting, 'overflow')
    if (!added) return undefined
    ledger.received()
    known.add(message.hash)
    running ??= nextTurn().then(run)
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
      while (running !== undefined) await running
    },
    stop: async (signal) => {
      stopped = true
      signal.addEventListener('abort', () => {
        for (const waiting of [...present.clear(), ...past.clear()]) end(waiting, 'overflow')
      })
      while (running !== undefined) await running
    },
    get waiting() {
      return { messages: present.messages + past.messages, bytes: present.bytes + past.bytes }
    },
  }
}
