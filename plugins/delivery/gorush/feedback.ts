import type { Notification, Outcome } from '../../../src/ports/index.ts'
import type { GorushNotification } from './notification.ts'
import { verdictOf } from './verdicts.ts'

/** A failure may come so long after its push was taken for delivered, and still be heard. */
const rememberedMs = 600_000
const mostRemembered = 100_000

export type LateListener = (notification: Notification, outcome: Outcome) => void

/** What gorush posted to its feedback hook was: about a push of ours, about one that nobody knows, or nothing readable. */
export type Heard = 'heard' | 'unknown' | 'unreadable'

/** Failures that an asynchronous gorush tells after its answer; success is silence. */
export interface Feedback {
  /** From now on a failure of this push is listened for; a later call for the same id takes its place. */
  expect(push: GorushNotification, notification: Notification): void
  /** Nothing can come any more: it was not sent. */
  forget(push: GorushNotification): void
  /** Resolves with the failure that comes within `ms`, with `delivered` if none does, with `unknown` on abort. */
  wait(push: GorushNotification, ms: number, signal: AbortSignal): Promise<Outcome>
  hear(body: unknown): Heard
  onLate(listener: LateListener): void
  /** Pushes whose failure would be heard. */
  readonly remembered: number
  readonly counts: Readonly<Record<'failures' | 'late' | 'unknown', number>>
}

interface Expected {
  readonly push: GorushNotification
  readonly notification: Notification
  readonly since: number
  /** What came before anybody waited for it. */
  early: Outcome | undefined
  /** Whoever waits for it. */
  tell: ((outcome: Outcome) => void) | undefined
  /** Whether it was taken for delivered: what comes now is late. */
  isSettled: boolean
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

export const createFeedback = (): Feedback => {
  const expected = new Map<string, Expected>()
  const counts = { failures: 0, late: 0, unknown: 0 }
  let late: LateListener = () => undefined

  const dropOld = (): void => {
    const now = performance.now()
    for (const [id, { since, tell }] of expected) {
      const isOld = now - since > rememberedMs || expected.size > mostRemembered
      if (!isOld || tell !== undefined) break
      expected.delete(id)
    }
  }

  return {
    expect: (push, notification) => {
      dropOld()
      expected.delete(push.notif_id)
      const since = performance.now()
      expected.set(push.notif_id, { push, notification, since, early: undefined, tell: undefined, isSettled: false })
    },
    forget: ({ notif_id }) => void expected.delete(notif_id),
    wait: ({ notif_id }, ms, signal) =>
      new Promise((resolve) => {
        const one = expected.get(notif_id)
        if (one === undefined || one.early !== undefined) {
          expected.delete(notif_id)
          return resolve(one?.early ?? { kind: 'delivered' })
        }
        const end = (outcome: Outcome): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', onAbort)
          one.tell = undefined
          one.isSettled = true
          resolve(outcome)
        }
        const onAbort = (): void => end({ kind: 'unknown', reason: 'stopped before gorush could tell of a failure' })
        const timer = setTimeout(end, ms, { kind: 'delivered' } satisfies Outcome)
        one.tell = (outcome) => {
          expected.delete(notif_id)
          end(outcome)
        }
        if (signal.aborted) onAbort()
        else signal.addEventListener('abort', onAbort, { once: true })
      }),
    hear: (body) => {
      if (!isRecord(body) || typeof body['error'] !== 'string' || body['type'] !== 'failed-push') return 'unreadable'
      const id = body['notif_id']
      const one = typeof id === 'string' ? expected.get(id) : undefined
      if (one === undefined) {
        counts.unknown++
        return 'unknown'
      }
      counts.failures++
      const outcome = verdictOf(one.push.platform, body['error'], one.push.tokens)
      if (one.tell !== undefined) one.tell(outcome)
      else if (!one.isSettled) one.early = outcome
      else {
        expected.delete(one.push.notif_id)
        counts.late++
        late(one.notification, outcome)
      }
      return 'heard'
    },
    onLate: (listener) => {
      late = listener
    },
    get remembered() {
      return expected.size
    },
    counts,
  }
}
