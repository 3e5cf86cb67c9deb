import { setTimeout as pause } from 'node:timers/promises'
import { type ClientNode, createClientNode } from '../client/index.ts'
import type { Crypto, Health, Log, Transport } from '../ports/index.ts'
import { hashedPublicKey, pushIdOf } from '../protocol/index.ts'
import type { Detour } from './detour.ts'
import type { Note, Trace } from './note.ts'
import { createRunRecord, type Durations, type Failure, type Windows } from './record.ts'
import { type RunOutcome, runOnce } from './run.ts'

const dayMs = 86_400_000
const lookAgainMs = 50
const cleanWithinMs = 1_000

export interface CanaryStats extends Windows {
  readonly enabled: boolean
  /** Since the start of the process. */
  readonly runs: number
  readonly ok: number
  /** `at` in ISO form, durations in milliseconds. */
  readonly last: ({ readonly at: string; readonly ok: boolean; readonly ms: Durations } & Partial<Failure>) | null
}

export interface CanaryParts {
  readonly enabled: boolean
  readonly intervalMs: number
  /** How long a stage may take, in milliseconds. */
  readonly stageMs: number
  readonly crypto: Crypto
  readonly transport: Transport
  readonly detour: Detour
  readonly note: Note
  /** Removes what a run left in the gateway and its storage; `waiting` where its push was accepted and never handed over. */
  readonly erase: (trace: Trace, waiting: boolean) => Promise<void>
  /** Whether the canary is this gateway's to run: of several replicas one does. */
  readonly isOurs?: () => Promise<boolean>
  readonly log: Log
  readonly now: () => number
}

/**
 * The gateway as its own client, over the network and another peer, again and again: whether a stranger's push would arrive
 * now, and how long it takes. A failing canary leaves the gateway ready: a restart would mend nothing, and what fails may be
 * the canary's own way onto the network.
 */
export interface Canary {
  /** Learns from the note what a crash left, so that it is counted as the gateway's own; to be called before anything is handled. Idempotent. */
  recall(): Promise<void>
  /** Erases what a crash left, and begins with the runs where they are switched on. Does not wait for them. */
  start(): void
  stats(): CanaryStats
  /** Ends the run under way and leaves the network. Idempotent. */
  stop(): Promise<void>
  /** Erases what is left, within a second; what cannot be erased stays noted for the next start. To be called once nothing comes in any more. */
  clean(): Promise<void>
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200)

export const createCanary = (parts: CanaryParts): Canary => {
  const { enabled, intervalMs, stageMs, crypto, transport, detour, note, erase, isOurs, log, now } = parts
  const record = createRunRecord({ now, capacity: Math.ceil(dayMs / intervalMs) + 1 })
  const stopping = new AbortController()
  const { signal } = stopping
  let node: ClientNode | undefined
  let running: Promise<void> = Promise.resolve()
  let recalled: Promise<void> | undefined
  let told: 'ok' | 'failed' | undefined
  /** What may be in the storage. The last run's traces are erased twice: a message of it may have been in hand at the first time. */
  let left: readonly Trace[] = []

  /** A push that will never be handed over is counted all the same, whether the canary heard of its acceptance or not. */
  const eraseOne = async (trace: Trace): Promise<void> => {
    const waiting = detour.tally.withdraw(trace.owner)
    try {
      await erase(trace, waiting)
    } catch (error) {
      if (waiting) detour.tally.restore(trace.owner)
      throw error
    }
  }

  const eraseLeft = async (): Promise<void> => {
    for (const trace of left) await eraseOne(trace)
    await note.write([])
    left = []
  }

  const leave = async (): Promise<void> => {
    const gone = node
    node = undefined
    await gone?.close().catch(() => undefined)
  }

  /** The stranger, once both it and the gateway are on the network. */
  const join = async (): Promise<ClientNode | Failure> => {
    const deadline = performance.now() + stageMs
    const isUp = async (health: () => Health): Promise<Health> => {
      for (;;) {
        const known = health()
        if (known.status === 'ok' || performance.now() > deadline) return known
        await pause(lookAgainMs, undefined, { signal })
      }
    }
    const own = await isUp(() => transport.health())
    if (own.status === 'down')
      return { stage: 'registration', reason: `the gateway is not on the network: ${own.reason}` }
    if (node === undefined) {
      const stranger = transport.stranger()
      node = createClientNode({ crypto, transport: stranger, close: () => stranger.close() })
      await node.start()
    }
    const joined = node
    const theirs = await isUp(() => joined.party.transport.health())
    signal.throwIfAborted()
    if (theirs.status === 'ok') return joined
    await leave()
    return { stage: 'registration', reason: `the canary’s own node is not on the network: ${theirs.reason}` }
  }

  const play = async (): Promise<RunOutcome> => {
    const failed = (failure: Failure): RunOutcome => ({ ms: {}, failure })
    const joined = await join()
    if ('stage' in joined) return failed(joined)
    const keyPair = crypto.generateKeyPair()
    const owner = hashedPublicKey(crypto, keyPair.publicKey) ?? new Uint8Array()
    const installation = globalThis.crypto.randomUUID()
    const messageId = crypto.randomBytes(32)
    const trace = { owner, push: pushIdOf(crypto, { messageId, receiver: owner, installation }) }
    await note.write([trace])
    left = [trace]
    let outcome: RunOutcome | undefined
    try {
      const run = {
        crypto,
        detour,
        node: joined,
        keyPair,
        owner,
        installation,
        messageId,
        timeoutMs: stageMs,
        now,
        signal,
      }
      outcome = await runOnce(run)
      return outcome
    } finally {
      await eraseAfter(trace, outcome)
    }
  }

  /** At once, and again before the next run. The note goes as soon as nothing of the run can be under way any more. */
  const eraseAfter = async (trace: Trace, outcome: RunOutcome | undefined): Promise<void> => {
    try {
      await eraseOne(trace)
      if (outcome !== undefined && outcome.failure === undefined) await note.write([])
    } catch (error) {
      tellOfErasing(error)
    }
  }

  const tellOfErasing = (error: unknown): void =>
    log.warn({ event: 'canary-erase', reason: messageOf(error) }, 'what a canary left cannot be erased yet')

  const tell = (failure: Failure | undefined): void => {
    const state = failure === undefined ? 'ok' : 'failed'
    if (failure !== undefined && told !== state)
      log.warn({ event: 'canary-failed', ...failure }, 'the canary failed: a push to this gateway would not arrive now')
    if (failure === undefined && told === 'failed') log.info({ event: 'canary-recovered' }, 'the canary works again')
    told = state
  }

  const runAndRecord = async (): Promise<void> => {
    const at = now()
    let outcome: RunOutcome
    try {
      await eraseLeft()
      outcome = await play()
    } catch (error) {
      if (signal.aborted) return
      outcome = { ms: {}, failure: { stage: 'registration', reason: `the canary itself failed: ${messageOf(error)}` } }
    }
    const { ms, failure } = outcome
    record.add({ at, ms, ...(failure === undefined ? {} : { failure }) })
    tell(failure)
    // A node that may be broken is not kept; the next run begins with another one.
    if (failure !== undefined) await leave()
  }

  const readNote = async (): Promise<void> => {
    left = await note.read().catch((error: unknown) => {
      log.warn({ event: 'canary-note', reason: messageOf(error) }, 'the note of an earlier canary cannot be read')
      return []
    })
    for (const { owner } of left) detour.tally.remember(owner)
  }

  const recall = (): Promise<void> => {
    recalled ??= readNote()
    return recalled
  }

  const loop = async (): Promise<void> => {
    await recall()
    if (left.length > 0) await eraseLeft().catch(tellOfErasing)
    while (enabled && !signal.aborted) {
      const from = performance.now()
      if ((await isOurs?.()) ?? true) await runAndRecord()
      const restMs = Math.max(0, intervalMs - (performance.now() - from))
      await pause(restMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  return {
    recall,
    start: () => {
      running = loop()
    },
    stats: () => {
      const { last } = record
      return {
        enabled,
        ...record.totals,
        last:
          last === undefined
            ? null
            : { at: new Date(last.at).toISOString(), ok: last.failure === undefined, ms: last.ms, ...last.failure },
        ...record.windows(),
      }
    },
    stop: async () => {
      stopping.abort(new Error('the gateway is stopping'))
      await Promise.all([running, leave()])
      await leave()
    },
    clean: async () => {
      if (left.length === 0) return
      const limit = new AbortController()
      const tooLate = pause(cleanWithinMs, undefined, { signal: limit.signal })
      await Promise.race([eraseLeft(), tooLate]).catch(() => undefined)
      limit.abort()
    },
  }
}
