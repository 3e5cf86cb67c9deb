import { type Crypto, type Delivery, healthy, type Notification, type Outcome, tokenTypes } from '../ports/index.ts'
import { hex } from '../protocol/index.ts'
import { createTally, type Tally } from './tally.ts'

const prefix = 'canary:'
const purpose = 'reveille canary: device tokens of the gateway itself'
const over: Outcome = { kind: 'rejected', reason: 'this run of the canary is over' }

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
  /** Begins a run: the owner's pushes go to `deliver` until the function that it answers is called. */
  expect(owner: Uint8Array, deliver: (notification: Notification) => Outcome): () => void
  /** What is counted as the gateway's own. */
  readonly tally: Tally
  /** Takes what is the gateway's own, in place of the token type's backend. */
  readonly backend: Delivery
}

export const createDetour = (crypto: Crypto): Detour => {
  const text = new TextEncoder()
  // Signatures of this digest are deterministic and made nowhere else, so theirs is a secret that survives restarts.
  const secret = crypto.sha256(crypto.identity.sign(crypto.sha256(text.encode(purpose))))
  let expected: { readonly owner: string; readonly deliver: (notification: Notification) => Outcome } | undefined

  const tally = createTally()

  const tokenOf = (owner: Uint8Array): string => `${prefix}${hex(crypto.hmacSha256(secret, owner))}`

  return {
    tokenOf,
    isOwn: (owner, deviceToken) =>
      deviceToken.startsWith(prefix) && crypto.equal(text.encode(deviceToken), text.encode(tokenOf(owner))),
    isExpected: (owner) => expected !== undefined && expected.owner === hex(owner),
    expect: (owner, deliver) => {
      const run = { owner: hex(owner), deliver }
      expected = run
      tally.remember(owner)
      return () => {
        if (expected === run) expected = undefined
      }
    },
    tally,
    backend: {
      supports: [tokenTypes.firebase],
      maxBatch: 1,
      concurrency: 1,
      deliver: async (batch) =>
        batch.map((one) =>
          expected !== undefined && expected.owner === hex(one.receiver) ? expected.deliver(one) : over,
        ),
      health: async () => healthy,
      close: async () => undefined,
    },
  }
}
