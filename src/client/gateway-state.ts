/** What one gateway has of us, and what it is to have: decided from the book alone. */
import { type Book, type GatewayEntry, highestVersion } from './book.ts'

/** How one gateway is: its public key (65 bytes), and whether it has what we want it to have. */
export type GatewayState = { readonly gateway: Uint8Array } & (
  | { readonly kind: 'registering' }
  | { readonly kind: 'registered' }
  /** It will not be asked again before something changes. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It is asked again and again. Unix milliseconds. */
  | { readonly kind: 'unreachable'; readonly since: number }
  /** Pushes are switched off there, and it knows it. */
  | { readonly kind: 'unregistered' }
)

/** Whether the gateway is to have a registration. */
export const isOn = (book: Book, entry: GatewayEntry): boolean => book.device !== undefined && !entry.isLeaving

/** One that never had anything of us needs not be told to forget it. */
const isDone = (book: Book, entry: GatewayEntry): boolean =>
  isOn(book, entry) ? entry.done === book.version : !entry.mayKnow

/** The state in which there is nothing to do; `undefined` where the gateway has to be told something. */
export const restOf = (book: Book, entry: GatewayEntry): GatewayState | undefined => {
  const { key: gateway, refused } = entry
  if (isDone(book, entry)) return { gateway, kind: isOn(book, entry) ? 'registered' : 'unregistered' }
  if (refused?.version === book.version) return { gateway, kind: 'refused', reason: refused.reason }
  return undefined
}

/** Whether the gateway can be forgotten. */
export const isGone = (book: Book, entry: GatewayEntry): boolean => entry.isLeaving && isDone(book, entry)

/** Somebody may have counted in small steps, or have jumped as we do, by a clock that is ahead of ours: 50 days, 2 years, 35 years. */
const steps = [1n, 2n, 4n, 2n ** 32n, 2n ** 36n, 2n ** 40n]
const jumpsAt = 3

/**
 * The version to try after VERSION_MISMATCH, for the `n`th time in a row, counted from 0, at `now` (Unix milliseconds). It ends: a gateway that
 * says nothing else must not drive the version to its highest value.
 */
export const raisedVersion = (version: bigint, n: number, now: number): bigint | undefined => {
  const step = steps[n]
  if (step === undefined) return undefined
  const next = n === jumpsAt && BigInt(now) > version ? BigInt(now) : version + step
  return next > highestVersion ? undefined : next
}
