import type { Log, Outcome } from '../../../src/ports/index.ts'
import { readOutcomes } from './answer.ts'
import { type Instance, type Instances, troubleOf } from './instances.ts'
import type { GorushNotification } from './notification.ts'
import { failureOf, isOfGorush, isRefusal, namedLimit } from './status.ts'
import type { Platform } from './verdicts.ts'

export interface Sender {
  /** Most notifications in one request: as configured, or less when gorush named a smaller limit. */
  readonly limit: number
  /** Sends pushes of one platform in as many requests as it takes; one outcome each, in their order. */
  send(pushes: readonly GorushNotification[], signal: AbortSignal): Promise<Outcome[]>
}

export interface SenderParts {
  readonly instances: Pick<Instances, 'post'>
  readonly maxNotifications: number
  readonly log: Log
  readonly now: () => number
}

const platformNames: Record<Platform, string> = { 1: 'ios', 2: 'android' }
const sayAgainMs = 60_000

const createOffNotice = (log: Log, now: () => number) => {
  const told = new Map<Platform, number>()
  return (platform: Platform): void => {
    const last = told.get(platform)
    if (last !== undefined && now() - last < sayAgainMs) return
    told.set(platform, now())
    log.error(
      { platform: platformNames[platform] },
      'gorush has this platform switched off: its pushes wait; switch it on there, or leave it out of GORUSH_TOKEN_TYPES',
    )
  }
}

export const createSender = ({ instances, maxNotifications, log, now }: SenderParts): Sender => {
  const noticeOff = createOffNotice(log, now)
  let limit = maxNotifications

  const inChunks = async (
    pushes: readonly GorushNotification[],
    size: () => number,
    signal: AbortSignal,
  ): Promise<Outcome[]> => {
    const outcomes: Outcome[] = []
    while (outcomes.length < pushes.length) {
      const start = outcomes.length
      outcomes.push(...(await post(pushes.slice(start, start + size()), signal)))
    }
    return outcomes
  }

  // gorush refuses a request whole: the one push at fault is found by halving, so that the others go out.
  const refused = async (
    pushes: readonly GorushNotification[],
    body: string,
    signal: AbortSignal,
  ): Promise<Outcome[]> => {
    const named = namedLimit(body)
    if (named !== undefined && named < pushes.length) {
      limit = Math.min(limit, named)
      log.warn({ limit }, 'gorush takes fewer notifications than GORUSH_MAX_NOTIFICATIONS')
      return inChunks(pushes, () => limit, signal)
    }
    if (pushes.length > 1) {
      const half = Math.ceil(pushes.length / 2)
      return inChunks(pushes, () => half, signal)
    }
    // A refusal that is not in gorush's words comes from a proxy or a wrong address, which an operator can mend.
    if (!isOfGorush(body))
      return pushes.map(() => ({ kind: 'retry', reason: 'something before gorush refused the push' }))
    log.warn({ id: pushes[0]?.notif_id }, 'gorush refused a push')
    return pushes.map(() => ({ kind: 'rejected', reason: 'gorush refused the push' }))
  }

  const read = (pushes: readonly GorushNotification[], body: string, { health, rest }: Instance): Outcome[] => {
    const { outcomes, readable, platformOff } = readOutcomes(pushes, body)
    if (readable) health.noteSuccess()
    else {
      health.noteFailure('unreadable answer')
      rest()
    }
    if (platformOff && pushes[0]) noticeOff(pushes[0].platform)
    return outcomes
  }

  const post = async (pushes: readonly GorushNotification[], signal: AbortSignal): Promise<Outcome[]> => {
    const body = JSON.stringify({ notifications: pushes })
    const { exchange, instance } = await instances.post('/api/push', body, pushes.length, signal)
    const { health } = instance
    if (exchange.kind === 'answer' && exchange.status === 200) return read(pushes, exchange.body, instance)
    if (exchange.kind === 'answer' && isRefusal(exchange.status)) return refused(pushes, exchange.body, signal)
    const ownStop = exchange.kind !== 'answer' && exchange.reason === 'stopped'
    if (!ownStop) health.noteFailure(troubleOf(exchange))
    const outcome = failureOf(exchange, pushes.length, now())
    return pushes.map(() => outcome)
  }

  return {
    get limit() {
      return limit
    },
    send: (pushes, signal) => inChunks(pushes, () => limit, signal),
  }
}
