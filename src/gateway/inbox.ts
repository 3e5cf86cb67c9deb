import { setImmediate as nextTurn } from 'node:timers/promises'
import type { IgnoredReason, Log, Storage, TransportEvents, WakuMessage } from '../ports/index.ts'
import { hex, messageTypes } from '../protocol/index.ts'
import type { Handler, Received } from './handlers/received.ts'
import type { EnvelopeOutcome, Ledger } from './ledger.ts'
import type { Opened } from './opening.ts'
import { createRecent } from './recent.ts'

const batchSize = 64

/** Decoded, a message of tiny entries takes a hundred times its bytes: no more than so many are decoded at once. */
const decodedBytes = 256 * 1024
const leaseMs = 30_000

/** So many messages are known by their hashes, so that what a store node gives again costs nothing. */
const knownMessages = 100_000

/** How far the clocks of the network's nodes may differ; a message from later than that is from the future. */
const clockSkewMs = 20_000

export interface InboxLimits {
  readonly messages: number
  readonly bytes: number
}

export interface Inbox extends TransportEvents {
  /** Takes a message in like one that just came; resolves with its outcome. `undefined` while there is no room for it. */
  offer(message: WakuMessage): Promise<EnvelopeOutcome> | undefined
  /** Says of a message's hash that it was taken in and did not fail. */
  isKnown(hash: Uint8Array): boolean
  /** Resolves when every message that came in has its outcome. */
  idle(): Promise<void>
  /** Takes nothing more in and resolves when what is there is handled, or dropped and counted once `signal` is aborted. */
  stop(signal: AbortSignal): Promise<void>
  readonly waiting: { readonly messages: number; readonly bytes: number }
}

interface Waiting {
  readonly message: WakuMessage
  readonly resolve: (outcome: EnvelopeOutcome) => void
}

interface Claimed {
  readonly waiting: Waiting
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
  limits: InboxLimits
  open: (message: WakuMessage) => Promise<Opened>
  handlers: Readonly<Record<number, Handler>>
  now: () => number
}): Inbox => {
  const { storage, ledger, log, limits, open, handlers, now } = parts
  const queue: Waiting[] = []
  const known = createRecent(knownMessages)
  let queuedBytes = 0
  let running: Promise<void> | undefined
  let stopped = false

  /** Without a timestamp nothing says that a message is late. */
  const timeOf = ({ timestamp }: WakuMessage): number => {
    const time = Number(timestamp / 1_000_000n)
    if (timestamp === 0n) ledger.note('timestamps-missing')
    if (time > now() + clockSkewMs) ledger.note('timestamps-from-the-future')
    return timestamp === 0n ? now() : time
  }

  const end = ({ message, resolve }: Waiting, outcome: EnvelopeOutcome): void => {
    ledger.envelope(outcome)
    if (outcome === 'failed' || outcome === 'overflow') known.remove(message.hash)
    resolve(outcome)
  }

  /** Counts an outcome; what failed for a reason of ours may be handled when it comes again. */
  const settle = async (waiting: Waiting, outcome: EnvelopeOutcome): Promise<void> => {
    const { hash } = waiting.message
    await (outcome === 'failed' ? storage.claims.release(hash) : storage.claims.finish(hash)).catch(() => undefined)
    end(waiting, outcome)
  }

  /** Claims and opens one message; everything that ends here is counted here. */
  const receive = async (waiting: Waiting): Promise<Claimed | undefined> => {
    const { message } = waiting
    if ((await storage.claims.take(message.hash, leaseMs)) !== 'mine') {
      end(waiting, 'duplicate')
      return undefined
    }
    let outcome: EnvelopeOutcome = 'failed'
    try {
      const opened = await open(message)
      if (opened.kind === 'opened' && handlers[opened.envelope.type] !== undefined)
        return { waiting, received: { envelope: opened.envelope, timestamp: timeOf(message) } }
      outcome = opened.kind === 'opened' ? 'ignored-type' : opened.kind
    } catch (error) {
      log.error({ event: 'opening-failed', reason: (error as Error).message }, 'a message could not be opened')
    }
    await settle(waiting, outcome)
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
        await Promise.all(group.map(({ waiting }, i) => settle(waiting, outcomes[i] ?? 'failed')))
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
    while (queue.length > 0) {
      const batch = queue.splice(0, batchSize)
      queuedBytes -= batch.reduce((sum, { message }) => sum + message.payload.length, 0)
      await handleBatch(batch).catch((error: Error) =>
        log.error({ event: 'batch-failed', reason: error.message }, 'a batch failed'),
      )
    }
    running = undefined
  }

  const offer = (message: WakuMessage): Promise<EnvelopeOutcome> | undefined => {
    if (stopped || queue.length >= limits.messages || queuedBytes + message.payload.length > limits.bytes)
      return undefined
    const { promise, resolve } = Promise.withResolvers<EnvelopeOutcome>()
    ledger.received()
    known.add(message.hash)
    queue.push({ message, resolve })
    queuedBytes += message.payload.length
    running ??= nextTurn().then(run)
    return promise
  }

  return {
    offer,
    isKnown: known.has,
    onMessage: (message) => {
      if (offer(message) !== undefined) return
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
        for (const waiting of queue.splice(0)) end(waiting, 'overflow')
        queuedBytes = 0
      })
      while (running !== undefined) await running
    },
    get waiting() {
      return { messages: queue.length, bytes: queuedBytes }
    },
  }
}
