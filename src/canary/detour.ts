import type { Bulletin } from '../gateway/bulletin.ts'
import { type Crypto, type Delivery, healthy, type Notification, type Outcome, tokenTypes } from '../ports/index.ts'
import { hex, unhex } from '../protocol/index.ts'
import { createTally, type Tally } from './tally.ts'

const prefix = 'canary:'
const purpose = 'reveille canary: device tokens of the gateway itself'
/** Runs of other replicas that are remembered at most: one that died leaves its own. */
const runsKept = 16
/** Whoever has a run under way says so within this time. */
const hearWithinMs = 300
const over: Outcome = { kind: 'rejected', reason: 'this run of the canary is over' }

/** What a canary wants to know of its push; it may have come out at another replica. */
export type CanaryArrival = Pick<Notification, 'message' | 'acceptedAt'>

/**
 * Keeps the gateway's pushes to itself away from every provider. Such a registration is told by its device token, which only
 * the holder of the gateway's private key can make for its owner: so also one that comes again long after its run, from a
 * store node or after a restart.
 */
export interface Detour {
  /** The device token that marks a registration of this owner (64 bytes) as the gateway's own. */
  tokenOf(owner: Uint8Array): string
  /** Whether the gateway itself made the registration, now or ever. */
  isOwn(owner: Uint8Array, deviceToken: string): boolean
  /** Whether the owner's run is under way. */
  isExpected(owner: Uint8Array): boolean
  /** Begins a run, here and at every other replica: the owner's pushes go to `deliver` until the function that it answers is called. */
  expect(owner: Uint8Array, deliver: (arrival: CanaryArrival) => Outcome): Promise<() => void>
  /** Hears of the run that another replica may have under way; to be called before anything is handled. */
  join(): Promise<void>
  /** What is counted as the gateway's own. */
  readonly tally: Tally
  /** Takes what is the gateway's own, in place of the token type's backend. */
  readonly backend: Delivery
}

export const createDetour = (crypto: Crypto, bulletin?: Pick<Bulletin, 'tell' | 'on'>): Detour => {
  const text = new TextEncoder()
  // Signatures of this digest are deterministic and made nowhere else, so theirs is a secret that survives restarts.
  const secret = crypto.sha256(crypto.identity.sign(crypto.sha256(text.encode(purpose))))
  let expected: { readonly owner: string; readonly deliver: (arrival: CanaryArrival) => Outcome } | undefined
  const elsewhere = new Set<string>()
  const tally = createTally()
  let heard: () => void = () => undefined

  bulletin?.on({
    'canary-begins': ({ owner }) => {
      heard()
      elsewhere.add(owner)
      tally.remember(unhex(owner))
      const [oldest] = elsewhere
      if (elsewhere.size > runsKept && oldest !== undefined) elsewhere.delete(oldest)
    },
    'canary-asks': () => {
      if (expected !== undefined)
        void bulletin.tell({ kind: 'canary-begins', owner: expected.owner }).catch(() => undefined)
    },
    'canary-ends': ({ owner }) => void elsewhere.delete(owner),
    'canary-arrived': ({ owner, message, acceptedAt }) => {
      if (expected?.owner !== owner) return
      // Its end is counted where it came out.
      tally.ended(unhex(owner))
      expected.deliver({ message: unhex(message), acceptedAt })
    },
  })

  const deliver = async ({ receiver, message, acceptedAt }: Notification): Promise<Outcome> => {
    const owner = hex(receiver)
    if (expected?.owner === owner) return expected.deliver({ message, acceptedAt })
    if (!elsewhere.has(owner)) return over
    await bulletin?.tell({ kind: 'canary-arrived', owner, message: hex(message), acceptedAt })
    return { kind: 'delivered' }
  }

  const tokenOf = (owner: Uint8Array): string => `${prefix}${hex(crypto.hmacSha256(secret, owner))}`

  return {
    tokenOf,
    isOwn: (owner, deviceToken) =>
      deviceToken.startsWith(prefix) && crypto.equal(text.encode(deviceToken), text.encode(tokenOf(owner))),
    isExpected: (owner) =>
      (expected !== undefined && expected.owner === hex(owner)) || (elsewhere.size > 0 && elsewhere.has(hex(owner))),
    expect: async (owner, deliver) => {
      const run = { owner: hex(owner), deliver }
      expected = run
      tally.remember(owner)
      const end = (): void => {
        if (expected === run) expected = undefined
        void bulletin?.tell({ kind: 'canary-ends', owner: run.owner }).catch(() => undefined)
      }
      await bulletin?.tell({ kind: 'canary-begins', owner: run.owner }).catch((error: unknown) => {
        end()
        throw error
      })
      return end
    },
    join: async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      heard = resolve
      await bulletin?.tell({ kind: 'canary-asks' })
      const timer = setTimeout(resolve, hearWithinMs)
      await promise
      clearTimeout(timer)
    },
    tally,
    backend: {
      supports: [tokenTypes.firebase],
      maxBatch: 1,
      concurrency: 1,
      deliver: (batch) => Promise.all(batch.map(deliver)),
      health: async () => healthy,
      close: async () => undefined,
    },
  }
}
