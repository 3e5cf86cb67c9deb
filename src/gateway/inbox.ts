import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Crypto, IgnoredReason, Log, Storage, TransportEvents, WakuMessage } from '../ports/index.ts'
import { hex, messageTypes } from '../protocol/index.ts'
import type { Handler, Received } from './handlers/received.ts'
import type { EnvelopeOutcome, Ledger } from './ledger.ts'
import type { Opened } from './opening.ts'

const batchSize = 64

/** Decoded, a message of tiny entries takes a hundred times its bytes: no more than so many are decoded at once. */
const decodedBytes = 256 * 1024
const leaseMs = 30_000

export interface InboxLimits {
  readonly messages: number
  readonly bytes: number
}

export interface Inbox extends TransportEvents {
  /** Resolves when every message that came in has its outcome. */
  idle(): Promise<void>
  /** Takes nothing more in and resolves when what is there is handled, or dropped and counted once `signal` is aborted. */
  stop(signal: AbortSignal): Promise<void>
  readonly waiting: { readonly messages: number; readonly bytes: number }
}

interface Claimed {
  readonly id: Uint8Array
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
  crypto: Crypto
  storage: Storage
  ledger: Ledger
  log: Log
  limits: InboxLimits
  open: (message: WakuMessage) => Promise<Opened>
  handlers: Readonly<Record<number, Handler>>
  now: () => number
}): Inbox => {
  const { crypto, storage, ledger, log, limits, open, handlers, now } = parts
  const queue: WakuMessage[] = []
  let queuedBytes = 0
  let running: Promise<void> | undefined
  let stopped = false

  const idOf = (message: WakuMessage): Uint8Array => {
    const head = new TextEncoder().encode(`${message.contentTopic}\n${message.timestamp}\n`)
    return crypto.sha256(Buffer.concat([head, message.payload]))
  }

  /** Without a timestamp nothing says that a message is late. */
  const timeOf = ({ timestamp }: WakuMessage): number => (timestamp === 0n ? now() : Number(timestamp / 1_000_000n))

  /** Claims and opens one message; everything that ends here is counted here. */
  const receive = async (message: WakuMessage): Promise<Claimed | undefined> => {
    const id = idOf(message)
    if ((await storage.claims.take(id, leaseMs)) !== 'mine') {
      ledger.envelope('duplicate')
      return undefined
    }
    let outcome: EnvelopeOutcome = 'failed'
    try {
      const opened = await open(message)
      if (opened.kind === 'opened' && handlers[opened.envelope.type] !== undefined)
        return { id, received: { envelope: opened.envelope, timestamp: timeOf(message) } }
      outcome = opened.kind === 'opened' ? 'ignored-type' : opened.kind
    } catch (error) {
      log.error({ event: 'opening-failed', reason: (error as Error).message }, 'a message could not be opened')
    }
    await settle(id, outcome)
    return undefined
  }

  /** Counts an outcome; what failed for a reason of ours may be handled when it comes again. */
  const settle = async (id: Uint8Array, outcome: EnvelopeOutcome): Promise<void> => {
    ledger.envelope(outcome)
    await (outcome === 'failed' ? storage.claims.release(id) : storage.claims.finish(id)).catch(() => undefined)
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
        await Promise.all(group.map(({ id }, i) => settle(id, outcomes[i] ?? 'failed')))
        await nextTurn()
      }
    }
  }

  const handleBatch = async (messages: readonly WakuMessage[]): Promise<void> => {
    const opened: (Claimed | undefined)[] = []
    for (const message of messages) {
      opened.push(
        await receive(message).catch(() => {
          ledger.envelope('failed')
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
      queuedBytes -= batch.reduce((sum, { payload }) => sum + payload.length, 0)
      await handleBatch(batch).catch((error: Error) =>
        log.error({ event: 'batch-failed', reason: error.message }, 'a batch failed'),
      )
    }
    running = undefined
  }

  return {
    onMessage: (message) => {
      ledger.received()
      if (stopped || queue.length >= limits.messages || queuedBytes + message.payload.length > limits.bytes) {
        ledger.envelope('overflow')
        return
      }
      queue.push(message)
      queuedBytes += message.payload.length
      running ??= nextTurn().then(run)
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
        for (const _ of queue.splice(0)) ledger.envelope('overflow')
        queuedBytes = 0
      })
      while (running !== undefined) await running
    },
    get waiting() {
      return { messages: queue.length, bytes: queuedBytes }
    },
  }
}
