import type { KeyPair } from '../ports/index.ts'
import { hex, isUuid, type QueryInfo } from '../protocol/index.ts'
import { createAdvertiser } from './advertising.ts'
import { type Book, type GatewayEntry, noPreferences, openBook, type Preferences, type PushDevice } from './book.ts'
import type { GatewayState } from './gateway-state.ts'
import { createInStep } from './in-step.ts'
import type { ClientNode } from './node.ts'
import { isSameDevice, isSamePreference, needsNewToken, ownDevice, ownPreferences } from './preferences.ts'
import type { StateStore } from './state.ts'
import { createTelling } from './telling.ts'

export interface RegistrationOptions {
  /** Whose devices are woken: the chat key, or another one for anonymous mode (protocol section 7). */
  readonly keyPair: KeyPair
  readonly store: StateStore
  /** Named at the first start alone: those of a state that is there already are changed by `useGateways`. */
  readonly gateways?: readonly Uint8Array[]
  /** A UUID that messages address this device by, at the first start alone. Default a random one. */
  readonly installationId?: string
  /** How long an answer may take, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number
  /** The pause after the first silence, in milliseconds; it doubles with each, up to `mostPauseMs`, and up to half of it is left off by chance. Default 15,000. */
  readonly pauseMs?: number
  /** Default one hour. */
  readonly mostPauseMs?: number
  /** How often the advertisement is repeated, in milliseconds; 0: there is none. Default six hours. */
  readonly advertiseEveryMs?: number
  readonly now?: () => number
}

/**
 * One person's device at several gateways, kept in step: each change is written down, then told to all of them for as long as it takes, over
 * restarts as well (protocol section 7).
 */
export interface Registration {
  readonly installationId: string
  /** The version that all gateways are to have. */
  readonly version: bigint
  /** What is kept; pushes are off while there is no device. */
  readonly device: PushDevice | undefined
  readonly preferences: Preferences
  /**
   * Pushes on, or another token. Resolves when it is written down, as all changes do. Where the store fails it rejects; the change holds all the
   * same, and is told as soon as it can be written.
   */
  switchOn(device: PushDevice): Promise<void>
  switchOff(): Promise<void>
  prefer(changes: Partial<Preferences>): Promise<void>
  /** Public keys, 33 or 65 bytes: new ones get everything, others are told to forget us. */
  useGateways(gateways: readonly Uint8Array[]): Promise<void>
  states(): GatewayState[]
  /** Hears of every change of a gateway's state; answers how to stop that. */
  onState(listener: (state: GatewayState) => void): () => void
  /** Resolves once no gateway is `registering` or `unreachable`. Rejects on abort, and on `close`. */
  settled(signal?: AbortSignal): Promise<GatewayState[]>
  /** What gateways that have our data tell of us, as advertisements hold it. */
  infos(): QueryInfo[]
  /** Publishes the advertisement now; whether the network took it. */
  advertise(): Promise<boolean>
  /** What is not done is done after the next start. */
  close(): Promise<void>
}

const hour = 3_600_000
const defaults = { timeoutMs: 5_000, pauseMs: 15_000, mostPauseMs: hour, advertiseEveryMs: 6 * hour }

/** Resumes what the store holds, or begins anew. Rejects with a StateError where the state cannot be read or is another person's. */
export const createRegistration = async (node: ClientNode, options: RegistrationOptions): Promise<Registration> => {
  const { keyPair, store, now = Date.now } = options
  const limits = { ...defaults, ...options }
  const { crypto } = node.party
  const closing = new AbortController()
  const { signal } = closing

  /** By name; a key that is given twice, in both forms, is one. */
  const keysByName = (keys: readonly Uint8Array[]): Map<string, Uint8Array> =>
    new Map(
      keys.map((given) => {
        const key = crypto.uncompress(given)
        if (key === undefined) throw new RangeError('the gateway’s public key is no point of the curve')
        return [hex(key), key]
      }),
    )
  const newEntry = (key: Uint8Array): GatewayEntry => ({ key, mayKnow: false, isLeaving: false })

  const begin = (): Book => {
    const { gateways = [], installationId = globalThis.crypto.randomUUID() } = options
    if (!isUuid(installationId)) throw new RangeError('the installation id is no UUID')
    return {
      owner: keyPair.compressed,
      installationId,
      accessToken: globalThis.crypto.randomUUID(),
      version: 0n,
      preferences: noPreferences,
      gateways: [...keysByName(gateways).values()].map(newEntry),
    }
  }
  const { book, save } = await openBook(crypto, store, keyPair.compressed, begin)
  const telling = createTelling(node, keyPair, book, limits.timeoutMs)

  /** Changes the book under a new version, and tells the gateways once that is durable. */
  const change = async (act: () => boolean): Promise<void> => {
    signal.throwIfAborted()
    const isOther = act()
    if (isOther) {
      book.version++
      inStep.changed()
    }
    try {
      await save()
    } finally {
      if (isOther) inStep.proceed()
    }
  }

  const prefer = (given: Partial<Preferences>): boolean => {
    const before = book.preferences
    const after = ownPreferences({ ...before, ...given })
    if (isSamePreference(crypto, before, after)) return false
    if (needsNewToken(crypto, before, after)) book.accessToken = globalThis.crypto.randomUUID()
    book.preferences = after
    return true
  }

  const useGateways = (keys: readonly Uint8Array[]): boolean => {
    const wanted = keysByName(keys)
    let isOther = false
    for (const entry of book.gateways) {
      const isLeaving = !wanted.delete(hex(entry.key))
      isOther ||= isLeaving !== entry.isLeaving
      entry.isLeaving = isLeaving
    }
    book.gateways.push(...[...wanted.values()].map(newEntry))
    return isOther || wanted.size > 0
  }

  const advertiser = createAdvertiser(node, {
    keyPair,
    infos: telling.infos,
    everyMs: limits.advertiseEveryMs,
    pauseMs: limits.pauseMs,
    last: book.advertised,
    onTaken: (at) => {
      book.advertised = at
      void save().catch(() => undefined)
    },
    now,
  })
  const inStep = createInStep({
    book,
    save,
    tell: telling.tell,
    onRegistered: () => void advertiser.advertise(),
    pauseMs: limits.pauseMs,
    mostPauseMs: limits.mostPauseMs,
    now,
    signal,
  })
  inStep.proceed()

  return {
    installationId: book.installationId,
    get version() {
      return book.version
    },
    get device() {
      return book.device
    },
    get preferences() {
      return book.preferences
    },
    switchOn: (device) =>
      change(() => {
        if (isSameDevice(book.device, device)) return false
        book.device = ownDevice(device)
        return true
      }),
    switchOff: () =>
      change(() => {
        if (book.device === undefined) return false
        book.device = undefined
        return true
      }),
    prefer: (given) => change(() => prefer(given)),
    useGateways: (keys) => change(() => useGateways(keys)),
    states: inStep.states,
    onState: inStep.onState,
    settled: inStep.settled,
    infos: telling.infos,
    advertise: advertiser.advertise,
    close: async () => {
      closing.abort(new Error('the registration is closed'))
      await Promise.all([advertiser.close(), inStep.ended()])
      await save().catch(() => undefined)
    },
  }
}
