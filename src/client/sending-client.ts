import type { KeyPair } from '../ports/index.ts'
import type { Report } from '../protocol/index.ts'
import { createFind } from './finding.ts'
import type { ClientNode } from './node.ts'
import { createStanding } from './standing.ts'
import type { Target, Wake } from './targets.ts'
import { createWaking } from './waking.ts'

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
}

const defaults = { timeoutMs: 3_000, lingerMs: 500, retries: 3, retryBaseMs: 1_000 }

/**
 * Sends as nobody: fresh keys for every query and every wake sign frame and envelope alike (protocol section 7). It remembers which gateways
 * answered, so that the next request goes there first. A number stands for `timeoutMs`.
 */
export const createSendingClient = (node: ClientNode, options: SendingOptions | number = {}): SendingClient => {
  const limits = { ...defaults, ...(typeof options === 'number' ? { timeoutMs: options } : options) }
  const standing = createStanding()
  const ask = createFind(node, limits)
  const find: typeof ask = async (receiver, how) => {
    const targets = await ask(receiver, how)
    standing.found(targets)
    return targets
  }
  return { query: find, request: createWaking(node, find, standing, limits) }
}
