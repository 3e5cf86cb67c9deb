import type { KeyPair } from '../ports/index.ts'
import { hex, type Report, reportErrors } from '../protocol/index.ts'
import { createFind, type FindOptions } from './finding.ts'
import { followAdvertisements } from './following.ts'
import { createKnownTargets } from './known-targets.ts'
import type { ClientNode } from './node.ts'
import { createStanding } from './standing.ts'
import type { Target, Wake } from './targets.ts'
import { createWaking, type WakeEnd } from './waking.ts'

/** What became of one device. */
export interface SendResult {
  readonly installationId: string
  /**
   * - `accepted`: a gateway will push, or the receiver does not want this push: nobody learns which.
   * - `notRegistered`, `wrongToken`: no gateway that we know of may wake it.
   * - `failed`: a gateway could not do it.
   * - `unreachable`: none of its gateways answered.
   */
  readonly kind: 'accepted' | 'notRegistered' | 'wrongToken' | 'failed' | 'unreachable'
}

export interface SendingClient {
  /**
   * Asks the network who can wake a person (public key, 33 or 65 bytes): a target for each device and each of its gateways
   * that answers in time. `contact` opens lists meant for that contact only.
   */
  query(receiver: Uint8Array, options?: { contact?: KeyPair; signal?: AbortSignal }): Promise<Target[]>
  /**
   * Wakes each device once, through one of its gateways, and through another one where that is silent or does not know it:
   * one report for each device that a gateway spoke of, `undefined` where none answered. After WRONG_TOKEN the network is asked again once;
   * `contact` is needed there as in `query`.
   */
  request(
    targets: readonly Target[],
    wake: Wake,
    options?: { contact?: KeyPair; signal?: AbortSignal },
  ): Promise<Report[] | undefined>
  /**
   * Listens to a person's advertisements, so that `send` need not ask for what they tell; answers how to stop that. `contact` as in `query`.
   * Where no store node tells what was missed, `send` asks all the same, once.
   */
  follow(receiver: Uint8Array, options?: { contact?: KeyPair }): () => void
  /**
   * Wakes all devices of a person: with what is known of them where that is young enough, else, or where none of that is of use, it asks first.
   * One result for each device; none where nobody knows any.
   */
  send(receiver: Uint8Array, wake: Wake, options?: { contact?: KeyPair; signal?: AbortSignal }): Promise<SendResult[]>
}

export interface SendingOptions {
  /** How long a query and one gateway's answer may take, in milliseconds. Default 3,000. */
  readonly timeoutMs?: number
  /** How long a query hears other gateways after the first answer, in milliseconds. Default 500. */
  readonly lingerMs?: number
  /** How often INTERNAL_ERROR is borne from one gateway. Default 3. */
  readonly retries?: number
  /** The pause after the first INTERNAL_ERROR, in milliseconds; it doubles with each. Default 1,000. */
  readonly retryBaseMs?: number
  /** How long `send` uses what it knows of a person without asking again, in milliseconds. Default 24 hours. */
  readonly rememberMs?: number
  readonly now?: () => number
}

const day = 24 * 3_600_000
const defaults = { timeoutMs: 3_000, lingerMs: 500, retries: 3, retryBaseMs: 1_000, rememberMs: day, now: Date.now }
const mostPeople = 1_000

const kindOf = ({ report, answered }: WakeEnd): SendResult['kind'] => {
  if (!answered) return 'unreachable'
  if (report?.success) return 'accepted'
  if (report?.error === reportErrors.notRegistered) return 'notRegistered'
  return report?.error === reportErrors.wrongToken ? 'wrongToken' : 'failed'
}

/**
 * Sends as nobody: fresh keys for every query and every wake sign frame and envelope alike (protocol section 7). It remembers which gateways
 * answered, so that the next request goes there first. A number stands for `timeoutMs`.
 */
export const createSendingClient = (node: ClientNode, options: SendingOptions | number = {}): SendingClient => {
  const limits = { ...defaults, ...(typeof options === 'number' ? { timeoutMs: options } : options) }
  const { rememberMs, now } = limits
  const { crypto } = node.party
  const standing = createStanding()
  const known = createKnownTargets({ rememberMs, now, most: mostPeople })
  const ask = createFind(node, limits)

  /** The same for both forms of a key. */
  const nameOf = (receiver: Uint8Array): string => hex(crypto.compress(receiver) ?? receiver)

  const find: typeof ask = async (receiver, how) => {
    const targets = await ask(receiver, how)
    standing.found(targets)
    if (targets.length > 0) known.replace(nameOf(receiver), targets)
    return targets
  }
  const wakeDevices = createWaking(node, find, standing, limits)

  const request: SendingClient['request'] = async (targets, wake, how) => {
    const ends = await wakeDevices(targets, wake, how)
    if (ends.length > 0 && !ends.some(({ answered }) => answered)) return undefined
    return ends.flatMap(({ report }) => report ?? [])
  }

  const follow: SendingClient['follow'] = (receiver, { contact } = {}) => {
    const name = nameOf(receiver)
    return followAdvertisements(node, receiver, {
      contact,
      pastMs: Math.min(rememberMs, day),
      onTargets: (targets) => {
        standing.found(targets)
        known.learn(name, targets)
      },
      onCaughtUp: () => known.complete(name),
    })
  }

  const wakeAll = async (targets: readonly Target[], wake: Wake, how: FindOptions): Promise<SendResult[]> =>
    (await wakeDevices(targets, wake, how)).map((end) => ({ installationId: end.installationId, kind: kindOf(end) }))

  const send = async (receiver: Uint8Array, wake: Wake, how: FindOptions = {}): Promise<SendResult[]> => {
    const name = nameOf(receiver)
    const targets = known.fresh(name)
    const first = targets === undefined ? [] : await wakeAll(targets, wake, how)
    const accepted = first.filter(({ kind }) => kind === 'accepted').length
    // What was known was nothing, or is out of date: at least the next message asks.
    if (accepted === 0 || accepted < first.length) known.forget(name)
    if (accepted > 0) return first
    const found = await find(receiver, how)
    return found.length === 0 ? first : wakeAll(found, wake, how)
  }

  return { query: find, request, follow, send }
}
