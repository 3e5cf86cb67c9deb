import {
  type ClientNode,
  createRegisteringClient,
  createSendingClient,
  type Exchange,
  type Target,
} from '../client/index.ts'
import { type Crypto, type KeyPair, notificationTypes, type Outcome, tokenTypes } from '../ports/index.ts'
import { hashOfKeyHex, type Report, reportErrors } from '../protocol/index.ts'
import type { CanaryArrival, Detour } from './detour.ts'
import type { Durations, Failure, Stage } from './record.ts'

/** The parts of one run, made fresh for it. */
export interface RunParts {
  readonly crypto: Crypto
  readonly detour: Detour
  /** A client's node on another peer than the gateway. */
  readonly node: ClientNode
  readonly keyPair: KeyPair
  /** hashedPublicKey of the key pair, 64 bytes. */
  readonly owner: Uint8Array
  readonly installation: string
  readonly messageId: Uint8Array
  /** How long a stage may take, in milliseconds. */
  readonly timeoutMs: number
  readonly now: () => number
  readonly signal: AbortSignal
}

export interface RunOutcome {
  readonly ms: Durations
  readonly failure?: Failure
}

interface Arrival {
  /** Of `performance.now`. */
  readonly at: number
  /** Unix milliseconds. */
  readonly acceptedAt: number
  readonly intact: boolean
}

class StageFailed extends Error {
  readonly stage: Stage

  constructor(stage: Stage, reason: string) {
    super(reason)
    this.stage = stage
  }
}

/** The same node, with an ear for whether the network takes what it sends. */
const watched = (node: ClientNode) => {
  let refusal: Error | undefined
  const hear = <A, E extends Exchange<A>>(exchange: E): E => ({
    ...exchange,
    onSent: (error?: Error) => {
      refusal = error
    },
  })
  const ears: ClientNode = {
    ...node,
    exchange: (exchange) => node.exchange(hear(exchange)),
    gather: (inquiry) => node.gather(hear(inquiry)),
  }
  return { node: ears, refusal: () => refusal }
}

const errorName = (error: number): string =>
  Object.entries(reportErrors).find(([, number]) => number === error)?.[0] ?? 'unknown'

/**
 * Registers with the gateway, finds the registration, and asks to be woken, as strangers do (protocol section 7). Never
 * rejects but on abort.
 */
export const runOnce = async (parts: RunParts): Promise<RunOutcome> => {
  const { crypto, detour, keyPair, owner, installation, messageId, timeoutMs, now, signal } = parts
  const { node, refusal } = watched(parts.node)
  const ms: Partial<Record<Stage, number>> = {}
  const message = crypto.randomBytes(64)
  const arrived = Promise.withResolvers<Arrival | undefined>()
  const deliver = (arrival: CanaryArrival): Outcome => {
    const intact = crypto.equal(arrival.message, message)
    arrived.resolve({ at: performance.now(), acceptedAt: arrival.acceptedAt, intact })
    return { kind: 'delivered' }
  }

  const silence = (): string => {
    const error = refusal()
    return error === undefined
      ? `no answer within ${timeoutMs} ms`
      : `the network did not take it: ${error.message.slice(0, 200)}`
  }

  const register = async (): Promise<void> => {
    const from = performance.now()
    const gateway = crypto.identity.publicKey
    const client = createRegisteringClient(node, keyPair, gateway, { attempts: 1, timeoutMs })
    const device = {
      tokenType: tokenTypes.firebase,
      deviceToken: detour.tokenOf(owner),
      installationId: installation,
      accessToken: globalThis.crypto.randomUUID(),
    }
    const result = await client.register(device, 1n, signal)
    if (result.kind === 'unreachable') throw new StageFailed('registration', silence())
    if (result.kind === 'refused') throw new StageFailed('registration', `the gateway answered ${result.error}`)
    ms.registration = performance.now() - from
  }

  const sending = createSendingClient(node, { timeoutMs, lingerMs: 0, retries: 0 })

  const find = async (): Promise<Target[]> => {
    const from = performance.now()
    const targets = await sending.query(keyPair.publicKey, { signal })
    if (targets.length === 0) throw new StageFailed('query', silence())
    ms.query = performance.now() - from
    return targets
  }

  const reportOf = async (request: Promise<Report[] | undefined>, from: number): Promise<Report | undefined> => {
    const report = (await request)?.[0]
    if (report !== undefined) ms.report = performance.now() - from
    return report
  }

  /** Delivery and answer are two ways of their own: neither waits for the other. */
  const wake = async (targets: readonly Target[]): Promise<void> => {
    const timer = setTimeout(arrived.resolve, timeoutMs, undefined)
    const [from, sentAt] = [performance.now(), now()]
    const chatId = hashOfKeyHex(crypto, keyPair.publicKey)
    const content = { type: notificationTypes.message, messageId, message, chatId, author: chatId } as const
    const answer = reportOf(sending.request(targets, content, { signal }), from)
    answer.then(
      // Nothing is to come where the gateway refused, or the network took nothing.
      (report) => (report?.success === false || refusal() !== undefined) && arrived.resolve(undefined),
      () => arrived.resolve(undefined),
    )
    const [report, arrival] = await Promise.all([answer, arrived.promise]).finally(() => clearTimeout(timer))
    if (arrival !== undefined) {
      ms.delivery = arrival.at - from
      ms.request = Math.min(Math.max(0, arrival.acceptedAt - sentAt), ms.delivery)
    }
    judge(report, arrival)
  }

  const judge = (report: Report | undefined, arrival: Arrival | undefined): void => {
    if (report === undefined && arrival === undefined)
      throw new StageFailed('request', refusal() === undefined ? 'neither a delivery nor an answer came' : silence())
    if (report?.success === false) throw new StageFailed('report', `the gateway answered ${errorName(report.error)}`)
    if (arrival === undefined) throw new StageFailed('delivery', `nothing was delivered within ${timeoutMs} ms`)
    if (!arrival.intact) throw new StageFailed('delivery', 'another message was delivered than the one that was sent')
    if (report === undefined) throw new StageFailed('report', silence())
  }

  const end = await detour.expect(owner, deliver)
  try {
    await register()
    await wake(await find())
    return { ms }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof StageFailed) return { ms, failure: { stage: error.stage, reason: error.message } }
    throw error
  } finally {
    end()
  }
}
