import { setTimeout as sleep } from 'node:timers/promises'
import type { Log, Storage, Transport, WakuMessage } from '../ports/index.ts'
import type { Inbox } from './inbox.ts'
import type { EnvelopeOutcome } from './ledger.ts'

/** What is in hand of the past at once: the present has to get its turns between. */
const inHand = 200
const fullMs = 50
/** What fails for so long, while the storage is well, is passed by: a message that no release of ours can handle. */
const passByMs = 3_600_000

/** A window whose messages could not be handled, for a reason of ours. */
export class Unhandled extends Error {
  override readonly name = 'Unhandled'
}

/** How many messages a window gave, and whether all of them are handled. */
export interface Settled {
  readonly given: number
  readonly isSettled: boolean
}

/** Reads windows of the past into the intake. */
export interface Windows {
  /**
   * Reads a range (Unix milliseconds) until nothing new comes of it: who registers in it may have been asked about in it, on a topic that
   * was not listened to yet. Rejects with `Unhandled` where the storage takes nothing.
   */
  settle(from: number, to: number): Promise<Settled>
  /** A new look begins. */
  begin(): void
  /** Store nodes that answered every range of this look whole. */
  sound(): string[]
  /** Messages of the past are handled again. */
  recovered(): void
}

export const createWindows = (parts: {
  transport: Transport
  storage: Storage
  inbox: Pick<Inbox, 'offer' | 'isKnown'>
  log: Log
  now: () => number
  signal: AbortSignal
  /** Hears of each message that nobody had brought; `to`: the end of its range. */
  onMessage: (message: WakuMessage, to: number) => void
}): Windows => {
  const { transport, storage, inbox, log, now, signal, onMessage } = parts
  /** Of the look of now: how many ranges were read, and how many of them which store node answered whole. */
  let reads = 0
  const answered = new Map<string, number>()
  /** Since when messages of the past fail, on the clock of `performance`. */
  let failingSince: number | undefined

  /** Resolves with the outcome, however long there is no room. */
  const handle = async (message: WakuMessage, at: number): Promise<EnvelopeOutcome> => {
    for (let hasWaited = false; ; hasWaited = true) {
      signal.throwIfAborted()
      const outcome = inbox.offer(message, at, hasWaited)
      if (outcome !== undefined) return outcome
      await sleep(fullMs, undefined, { signal })
    }
  }

  /** Reads one range once; answers how its messages ended. */
  const read = async (from: number, to: number): Promise<Map<EnvelopeOutcome, number>> => {
    const outcomes = new Map<EnvelopeOutcome, number>()
    const pending = new Set<Promise<void>>()
    const onAnswered = (store: string): void => void answered.set(store, (answered.get(store) ?? 0) + 1)
    const range = { from: new Date(from), to: new Date(to), isKnown: inbox.isKnown, onAnswered, signal }
    reads++
    try {
      for await (const message of transport.history(range)) {
        // A message may wait for another's turn: what it was known by then is asked again.
        if (inbox.isKnown(message.hash)) continue
        while (pending.size >= inHand) await Promise.race(pending)
        const handled = handle(message, Math.min(to, now())).then((outcome) => {
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        })
        const settled = handled.catch(() => undefined).finally(() => pending.delete(settled))
        pending.add(settled)
        onMessage(message, to)
      }
    } finally {
      await Promise.all(pending)
    }
    return outcomes
  }

  const total = (outcomes: ReadonlyMap<EnvelopeOutcome, number>): number =>
    [...outcomes.values()].reduce((sum, count) => sum + count, 0)

  /** Whether to go on although messages failed; rejects where nothing could be handled now. */
  const passesBy = async (): Promise<boolean> => {
    failingSince ??= performance.now()
    if ((await storage.health()).status === 'down') throw new Unhandled('the storage takes no messages of the past')
    if (performance.now() - failingSince < passByMs) return false
    log.error({ event: 'catch-up-passes-by' }, 'messages of the past fail again and again and are passed by')
    return true
  }

  return {
    settle: async (from, to) => {
      for (let given = 0; ; ) {
        const outcomes = await read(from, to)
        signal.throwIfAborted()
        given += total(outcomes)
        if ((outcomes.has('failed') || outcomes.has('overflow')) && !(await passesBy()))
          return { given, isSettled: false }
        if (!outcomes.has('registered')) return { given, isSettled: true }
      }
    },
    begin: () => {
      reads = 0
      answered.clear()
    },
    sound: () => [...answered].filter(([, times]) => times === reads).map(([store]) => store),
    recovered: () => {
      failingSince = undefined
    },
  }
}
