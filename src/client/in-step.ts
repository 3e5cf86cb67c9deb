import { hex } from '../protocol/index.ts'
import { createBell, orAborted, within } from './bell.ts'
import type { GatewayEntry, OpenBook } from './book.ts'
import { type GatewayState, isGone, isOn, raisedVersion, restOf } from './gateway-state.ts'
import { growingPauseMs } from './pause.ts'
import type { Telling } from './telling.ts'

/** Brings every gateway of a book to what the book wants of it, each at its own pace. */
export interface InStep {
  states(): GatewayState[]
  onState(listener: (state: GatewayState) => void): () => void
  /** Resolves once every gateway is at rest. Rejects on abort. */
  settled(stop?: AbortSignal): Promise<GatewayState[]>
  /** The book wants something else, under a higher version: to be called at once. */
  changed(): void
  /** Gateways that wait, pause or are new are told: to be called when the book is durable. */
  proceed(): void
  /** Resolves when nobody works any more, after the abort. */
  ended(): Promise<void>
}

export interface InStepOptions extends OpenBook {
  readonly tell: Telling['tell']
  /** A gateway confirmed a registration. */
  readonly onRegistered: () => void
  /** The pause after the first silence, in milliseconds; it doubles with each, up to `mostPauseMs`. */
  readonly pauseMs: number
  readonly mostPauseMs: number
  readonly now: () => number
  /** Ends it all. */
  readonly signal: AbortSignal
}

/** How the work with one gateway went since it was last at rest. */
interface Effort {
  failures: number
  mismatches: number
  /** When the first of the questions was sent that nobody answered, Unix milliseconds. */
  since?: number
}

const isSameState = (a: GatewayState | undefined, b: GatewayState): boolean => JSON.stringify(a) === JSON.stringify(b)

export const createInStep = (options: InStepOptions): InStep => {
  const { book, save, tell, onRegistered, pauseMs, mostPauseMs, now, signal } = options
  const listeners = new Set<(state: GatewayState) => void>()
  const states = new Map<string, GatewayState>()
  const running = new Map<string, Promise<void>>()
  const changes = createBell()
  const news = createBell()
  /** Counts the changes of what is wanted; `version` grows without one, too. */
  let wishes = 0

  /** For what the gateways would tell us again: what fails here is written with the next change. */
  const tryToSave = (): Promise<boolean> =>
    save().then(
      () => true,
      () => false,
    )

  const entryOf = (name: string): GatewayEntry | undefined => book.gateways.find(({ key }) => hex(key) === name)

  const setState = (state: GatewayState): void => {
    const name = hex(state.gateway)
    if (isSameState(states.get(name), state)) return
    states.set(name, state)
    for (const listener of [...listeners]) {
      try {
        listener(state)
      } catch (error) {
        // A listener's fault must not end the work.
        queueMicrotask(() => {
          throw error
        })
      }
    }
    news.ring()
  }

  const stateOf = (entry: GatewayEntry): GatewayState =>
    states.get(hex(entry.key)) ?? restOf(book, entry) ?? { gateway: entry.key, kind: 'registering' }

  const rest = async (effort: Effort): Promise<void> => {
    if (signal.aborted) return
    const longest = Math.min(mostPauseMs, pauseMs * 2 ** effort.failures++)
    await within(growingPauseMs(longest, 0), changes.next())
  }

  /** Somebody registered this installation under a higher version: with a state that was lost, for example. */
  const raise = (entry: GatewayEntry, version: bigint, effort: Effort): void => {
    if (book.version !== version) return
    const raised = raisedVersion(version, effort.mismatches++, now())
    if (raised === undefined) {
      entry.refused = { version, reason: 'versionMismatch' }
      return
    }
    // What a gateway refused is the same under another version.
    for (const { refused } of book.gateways) if (refused?.version === version) refused.version = raised
    book.version = raised
    changes.ring()
  }

  /** One word to a gateway, and what follows from its answer. */
  const step = async (entry: GatewayEntry, effort: Effort): Promise<void> => {
    const { version } = book
    const wish = wishes
    const { key: gateway } = entry
    const asked = isOn(book, entry)
    if (effort.since === undefined) setState({ gateway, kind: 'registering' })
    if (asked) entry.mayKnow = true
    // What is told is written before: after a crash nobody knows more of us than we do.
    const isWritten = await tryToSave()
    if (signal.aborted || book.version !== version) return
    if (!isWritten) return rest(effort)
    const at = now()
    const result = await tell(entry, signal)
    if (result.kind === 'unreachable') {
      effort.since ??= at
      if (book.version === version) setState({ gateway, kind: 'unreachable', since: effort.since })
      return book.version === version ? rest(effort) : undefined
    }
    if (result.kind === 'registered') {
      delete entry.refused
      delete entry.done
      if (asked) entry.done = version
      else entry.mayKnow = false
    } else if (result.error === 'versionMismatch') raise(entry, version, effort)
    else entry.refused = { version: wish === wishes ? book.version : version, reason: result.error }
    await tryToSave()
    if (result.kind === 'registered' && asked) onRegistered()
  }

  const drop = async (entry: GatewayEntry): Promise<void> => {
    book.gateways = book.gateways.filter((other) => other !== entry)
    states.delete(hex(entry.key))
    await tryToSave()
    news.ring()
  }

  /** Brings one gateway to what the book wants of it, and rests whenever it is there. */
  const work = async (name: string): Promise<void> => {
    let effort: Effort = { failures: 0, mismatches: 0 }
    for (;;) {
      const next = changes.next()
      const entry = entryOf(name)
      if (signal.aborted || entry === undefined) break
      const state = restOf(book, entry)
      if (state === undefined) await step(entry, effort)
      else {
        effort = { failures: 0, mismatches: 0 }
        setState(state)
        await (isGone(book, entry) ? drop(entry) : next)
      }
    }
    running.delete(name)
  }

  const workAll = (): void => {
    for (const name of book.gateways.map(({ key }) => hex(key))) {
      if (running.has(name) || signal.aborted) continue
      const worker = Promise.resolve().then(() => work(name))
      running.set(
        name,
        worker.catch((error: unknown) => {
          running.delete(name)
          if (!signal.aborted) throw error
        }),
      )
    }
  }

  const isSettled = (): boolean =>
    book.gateways.every((entry) => {
      const state = restOf(book, entry)
      return state !== undefined && !isGone(book, entry) && isSameState(states.get(hex(entry.key)), state)
    })

  return {
    states: () => book.gateways.map(stateOf),
    onState: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    settled: async (stop) => {
      const end = stop === undefined ? signal : AbortSignal.any([signal, stop])
      for (;;) {
        end.throwIfAborted()
        const next = news.next()
        if (isSettled()) return book.gateways.map(stateOf)
        await orAborted(next, end)
      }
    },
    changed: () => {
      wishes++
      for (const entry of book.gateways)
        if (restOf(book, entry) === undefined && states.get(hex(entry.key))?.kind !== 'unreachable')
          setState({ gateway: entry.key, kind: 'registering' })
    },
    proceed: () => {
      workAll()
      changes.ring()
    },
    ended: async () => {
      changes.ring()
      await Promise.allSettled(running.values())
    },
  }
}
