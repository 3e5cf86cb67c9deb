import type { KeyPair } from '../ports/index.ts'
import {
  hex,
  messageTypes,
  partitionedTopic,
  type Report,
  reportErrors,
  requestCodec,
  responseCodec,
  sealAsymmetric,
  sealEnvelope,
  topicNumber,
} from '../protocol/index.ts'
import type { Find, FindOptions } from './finding.ts'
import type { ClientNode } from './node.ts'
import { growingPauseMs, pauseFor } from './pause.ts'
import type { Standing } from './standing.ts'
import { deviceOf, type Target, type Wake } from './targets.ts'

/** A key is known to so many requests of one wake; they are linked by its message id anyway. */
const usesOfKey = 3

export interface WakeLimits {
  /** How long a gateway may take to answer, in milliseconds; then it is the next one's turn. */
  readonly timeoutMs: number
  /** How often INTERNAL_ERROR is borne from one gateway. */
  readonly retries: number
  /** The pause after the first INTERNAL_ERROR, in milliseconds; it doubles with each. */
  readonly retryBaseMs: number
}

/** A device on its way through the gateways that know it. Without candidates it is at its end. */
interface Errand extends WakeEnd {
  readonly place: number
  readonly candidates: readonly Target[]
  readonly askedAgain: boolean
  readonly failures: number
}

/** What all the requests of one wake share. */
interface Trip {
  readonly wake: Wake
  readonly options: FindOptions
  key(): KeyPair
  /** Asks the network for this person again, once. */
  renew(receiver: Uint8Array): Promise<Target[]>
}

/** What became of one device. */
export interface WakeEnd {
  readonly installationId: string
  /** What was said of it last; a gateway may answer and leave it out. */
  readonly report?: Report
  /** Whether any gateway spoke. */
  readonly answered: boolean
}

/** An end for each device, in the order in which they were first named. */
export type WakeDevices = (targets: readonly Target[], wake: Wake, options?: FindOptions) => Promise<WakeEnd[]>

/** Wakes each device through one gateway, and through the next one where that fails (protocol section 7). */
export const createWaking = (node: ClientNode, find: Find, standing: Standing, limits: WakeLimits): WakeDevices => {
  const { crypto } = node.party

  const startTrip = (wake: Wake, options: FindOptions): Trip => {
    let signer = crypto.generateKeyPair()
    let uses = 0
    const renewed = new Map<string, Promise<Target[]>>()
    return {
      wake,
      options,
      key: () => {
        if (uses++ >= usesOfKey) [signer, uses] = [crypto.generateKeyPair(), 1]
        return signer
      },
      renew: (receiver) => {
        const search = renewed.get(hex(receiver)) ?? find(receiver, options)
        renewed.set(hex(receiver), search)
        return search
      },
    }
  }

  /** One request to one gateway; its reports, or `undefined` where it is silent. */
  const ask = async (targets: readonly Target[], gateway: Uint8Array, trip: Trip): Promise<Report[] | undefined> => {
    const { messageId, ...notification } = trip.wake
    const { signal } = trip.options
    const signer = trip.key()
    const requests = targets.map(({ accessToken, publicKey, installationId }) => ({
      accessToken,
      publicKey,
      installationId,
      ...notification,
    }))
    const body = requestCodec.encode({ requests, messageId })
    const data = sealEnvelope(crypto, { signer, type: messageTypes.request, body })
    return node.exchange({
      keyPair: signer,
      message: {
        topic: topicNumber(crypto, partitionedTopic(gateway)),
        payload: sealAsymmetric(crypto, { to: gateway, data, signer }),
      },
      timeoutMs: limits.timeoutMs,
      ...(signal === undefined ? {} : { signal }),
      read: (envelope) => {
        if (envelope.type !== messageTypes.response || hex(envelope.sender) !== hex(gateway)) return undefined
        const response = responseCodec.decode(envelope.body)
        return response !== undefined && hex(response.messageId) === hex(messageId) ? response.reports : undefined
      },
    })
  }

  /** An access token that is wrong may have been replaced: whoever knows the new one is asked next. */
  const renew = async (errand: Errand, target: Target, trip: Trip): Promise<readonly Target[]> => {
    const rest = errand.candidates.slice(1)
    if (errand.askedAgain || target.receiver === undefined) return rest
    const found = (await trip.renew(target.receiver)).filter((other) => deviceOf(other) === deviceOf(target))
    const answered = new Set(found.map(({ gateway }) => hex(gateway)))
    return standing.ranked([...found, ...rest.filter(({ gateway }) => !answered.has(hex(gateway)))])
  }

  /** Where a device goes after a gateway's word about it, or its silence. */
  const advance = async (errand: Errand, reports: readonly Report[] | undefined, trip: Trip): Promise<Errand> => {
    const [target, ...rest] = errand.candidates
    if (target === undefined || reports === undefined) return { ...errand, candidates: rest, failures: 0 }
    const report = reports.find((one) => deviceOf(one) === deviceOf(target))
    // Left out of the reports is an answer, too: the push means nothing to the gateway.
    if (report === undefined) return { ...errand, candidates: [], answered: true }
    const told = { ...errand, report, answered: true }
    if (report.success) return { ...told, candidates: [] }
    if (report.error === reportErrors.wrongToken)
      return { ...told, candidates: await renew(errand, target, trip), askedAgain: true, failures: 0 }
    if (report.error === reportErrors.internalError && errand.failures < limits.retries) {
      await pauseFor(growingPauseMs(limits.retryBaseMs, errand.failures), trip.options.signal)
      return { ...told, failures: errand.failures + 1 }
    }
    if (report.error === reportErrors.notRegistered) standing.forget(target)
    return { ...told, candidates: rest, failures: 0 }
  }

  const travel = async (group: readonly Errand[], trip: Trip): Promise<Errand[]> => {
    const targets = group.flatMap(({ candidates }) => candidates[0] ?? [])
    const [first] = targets
    if (first === undefined) return [...group]
    const reports = await ask(targets, first.gateway, trip)
    if (reports === undefined) standing.silent(first.gateway)
    else standing.answered(first.gateway)
    return settle(await Promise.all(group.map((errand) => advance(errand, reports, trip))), trip)
  }

  /** A request for each gateway, all at once; whoever is not served there goes on by itself. */
  const settle = async (errands: readonly Errand[], trip: Trip): Promise<Errand[]> => {
    const groups = Map.groupBy(errands, ({ candidates: [next] }) => (next === undefined ? '' : hex(next.gateway)))
    const settled = await Promise.all(
      [...groups].map(([gateway, group]) => (gateway === '' ? [...group] : travel(group, trip))),
    )
    return settled.flat()
  }

  /** A device that every gateway has forgotten is not asked for; that is what they would say. */
  const errandOf = (targets: readonly [Target, ...Target[]], place: number): Errand => {
    const candidates = standing.ranked(targets)
    const { publicKey, installationId } = targets[0]
    const errand = { installationId, place, candidates, answered: false, askedAgain: false, failures: 0 }
    if (candidates.length > 0) return errand
    const report = { success: false, error: reportErrors.notRegistered, publicKey, installationId }
    return { ...errand, report, answered: true }
  }

  return async (targets, wake, options = {}) => {
    const errands = [...Map.groupBy(targets, deviceOf).values()].flatMap(([first, ...rest], place) =>
      first === undefined ? [] : errandOf([first, ...rest], place),
    )
    const ended = await settle(errands, startTrip(wake, options))
    return ended
      .sort((a, b) => a.place - b.place)
      .map(({ installationId, report, answered }) => ({
        installationId,
        answered,
        ...(report === undefined ? {} : { report }),
      }))
  }
}
