/** How much one peer may send. What an honest peer passes on of a whole busy network has to fit. */
export interface ConductLimits {
  /** Messages a second, averaged over `burstSeconds`. */
  readonly messagesPerSecond: number
  /** Bytes a second, averaged over an eighth of `burstSeconds` as they are held in memory for a while; bursts of 16 MiB at least. */
  readonly bytesPerSecond: number
  readonly burstSeconds: number
  /**
   * Messages on topics that are listened to, a second, averaged over `burstSeconds`: each costs far more than one that is for
   * others. Who is configured may pass on ten times as many, as the whole network's come through it.
   */
  readonly listenedPerSecond: number
  /** Messages that are none, a minute. Who is configured may pass on ten times as many: they are hardly its own. */
  readonly malformedPerMinute: number
  /** For how long a peer is refused afterwards, milliseconds. */
  readonly refusedMs: number
  /** The same for a configured peer. */
  readonly refusedConfiguredMs: number
}

/** The least that a peer may send for us, whatever the limit for everything is. */
const minListenedPerSecond = 100

/** 1,000 messages of 20 KB a second, bursts of 20,000 messages or 50 MB; a tenth of it, but 100 messages a second at least, for us. */
export const conductLimits = (messagesPerSecond = 1_000): ConductLimits => ({
  messagesPerSecond,
  bytesPerSecond: messagesPerSecond * 20_000,
  burstSeconds: 20,
  listenedPerSecond: Math.max(minListenedPerSecond, messagesPerSecond / 10),
  malformedPerMinute: 100,
  refusedMs: 5 * 60_000,
  refusedConfiguredMs: 30_000,
})

/** `over`: this much is not to be looked at. `end`: neither, and the peer is refused from now on. */
export type Verdict = 'fine' | 'over' | 'end'

/** Judges peers, by their id, by what they send. Knows no network. */
export interface Conduct {
  /** A message of so many bytes, or another piece of work that costs as much. */
  take(peer: string, bytes: number): Verdict
  /** That a message which was taken is on a topic that is listened to. */
  takeListened(peer: string): Verdict
  /** A message that is none. */
  spoil(peer: string): Verdict
  refuses(peer: string): boolean
  /** Unix milliseconds until which this peer is refused, `undefined` where it is not. */
  refusedUntil(peer: string): number | undefined
  /** 0 or less; -100 is the end. */
  penalty(peer: string): number
  /** Peers that are refused now. */
  readonly refused: number
}

/** What a peer has left, and what it has taken beyond that; all of it renews with time. */
interface Account {
  messages: number
  bytes: number
  excess: number
  malformed: number
  /** As `messages` and `excess`, of those on topics that are listened to. */
  listened: number
  listenedExcess: number
  /** On the monotonic clock. */
  at: number
}

const maxAccounts = 2_000
const maxRefused = 10_000
/** A few of the largest messages pass whatever the limits are. */
const minBurstBytes = 16 * 1024 * 1024
/** Who sends too much for us for so long is hung up on: it may be no more than the bearer. */
const listenedPatienceSeconds = 60
/** So many malformed messages a minute are nothing. */
const tolerated = 5

const trim = (map: Map<string, unknown>, size: number): void => {
  for (const key of map.keys()) {
    if (map.size <= size) return
    map.delete(key)
  }
}

export interface ConductOptions {
  readonly limits?: ConductLimits
  readonly isConfigured?: (peer: string) => boolean
  /** Milliseconds that only grow, whatever is done to the system's time. */
  readonly clock?: () => number
  /** Unix milliseconds, for what is told. */
  readonly now?: () => number
}

export const createConduct = (options: ConductOptions = {}): Conduct => {
  const { limits = conductLimits(), isConfigured = () => false, now = Date.now } = options
  const { clock = () => performance.now() } = options
  const { messagesPerSecond, bytesPerSecond, burstSeconds } = limits
  const burstMessages = messagesPerSecond * burstSeconds
  const burstBytes = Math.max(minBurstBytes, (bytesPerSecond * burstSeconds) / 8)
  const bytesPerMessage = bytesPerSecond / messagesPerSecond
  const accounts = new Map<string, Account>()
  /** Until when, on the monotonic clock. */
  const refused = new Map<string, number>()

  const shareOf = (peer: string) => (isConfigured(peer) ? 10 : 1)
  const malformedLimit = (peer: string) => limits.malformedPerMinute * shareOf(peer)
  const listenedRate = (peer: string) => limits.listenedPerSecond * shareOf(peer)
  const listenedLimit = (peer: string) => listenedRate(peer) * listenedPatienceSeconds

  const renew = (peer: string, account: Account): void => {
    const time = clock()
    const seconds = Math.max(0, (time - account.at) / 1_000)
    account.at = time
    if (seconds === 0) return
    account.messages = Math.min(burstMessages, account.messages + seconds * messagesPerSecond)
    account.bytes = Math.min(burstBytes, account.bytes + seconds * bytesPerSecond)
    // Half as much again as is allowed is dropped without consequence.
    account.excess = Math.max(0, account.excess - (seconds * messagesPerSecond) / 2)
    account.malformed = Math.max(0, account.malformed - (seconds * limits.malformedPerMinute) / 60)
    const listened = seconds * listenedRate(peer)
    account.listened = Math.min(listenedRate(peer) * burstSeconds, account.listened + listened)
    account.listenedExcess = Math.max(0, account.listenedExcess - listened / 2)
  }

  const fresh = (peer: string): Account => ({
    messages: burstMessages,
    bytes: burstBytes,
    excess: 0,
    malformed: 0,
    listened: listenedRate(peer) * burstSeconds,
    listenedExcess: 0,
    at: clock(),
  })

  const accountOf = (peer: string): Account => {
    const found = accounts.get(peer)
    const account = found ?? fresh(peer)
    if (found === undefined) {
      accounts.set(peer, account)
      trim(accounts, maxAccounts)
    }
    renew(peer, account)
    return account
  }

  const end = (peer: string): Verdict => {
    accounts.delete(peer)
    refused.delete(peer)
    refused.set(peer, clock() + (isConfigured(peer) ? limits.refusedConfiguredMs : limits.refusedMs))
    trim(refused, maxRefused)
    return 'end'
  }

  /** Milliseconds. */
  const restOf = (peer: string): number => Math.max(0, (refused.get(peer) ?? 0) - clock())

  const refuses = (peer: string): boolean => {
    if (!refused.has(peer)) return false
    if (restOf(peer) > 0) return true
    refused.delete(peer)
    return false
  }

  return {
    take: (peer, bytes) => {
      if (refuses(peer)) return 'over'
      const account = accountOf(peer)
      if (account.messages >= 1 && account.bytes >= bytes) {
        account.messages -= 1
        account.bytes -= bytes
        return 'fine'
      }
      account.excess += Math.max(1, bytes / bytesPerMessage)
      return account.excess > messagesPerSecond ? end(peer) : 'over'
    },
    takeListened: (peer) => {
      if (refuses(peer)) return 'over'
      const account = accountOf(peer)
      if (account.listened >= 1) {
        account.listened -= 1
        return 'fine'
      }
      account.listenedExcess += 1
      return account.listenedExcess > listenedLimit(peer) ? end(peer) : 'over'
    },
    spoil: (peer) => {
      if (refuses(peer)) return 'over'
      const account = accountOf(peer)
      account.malformed += 1
      return account.malformed > malformedLimit(peer) ? end(peer) : 'fine'
    },
    refuses,
    refusedUntil: (peer) => (refuses(peer) ? now() + restOf(peer) : undefined),
    penalty: (peer) => {
      if (refuses(peer)) return -1_000
      const account = accounts.get(peer)
      if (account === undefined) return 0
      renew(peer, account)
      const malformed = Math.max(0, account.malformed - tolerated) / malformedLimit(peer)
      const excess = account.excess / messagesPerSecond + account.listenedExcess / listenedLimit(peer)
      return -Math.min(100, 100 * (malformed + excess))
    },
    get refused() {
      for (const peer of refused.keys()) refuses(peer)
      return refused.size
    },
  }
}
