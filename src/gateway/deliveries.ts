import type { Delivery, Log, Notification, Outcome, TokenTypeName } from '../ports/index.ts'
import { tokenTypes } from '../ports/index.ts'
import { createLane, type Full, type Lane, type LaneStats } from './lane.ts'
import { createParked, type Parked } from './parked.ts'
import type { Router } from './router.ts'

export interface BackendStats {
  /** By token type. */
  readonly lanes: Readonly<Record<string, LaneStats>>
  /** How many pushes are parked, by reason. */
  readonly parked: Readonly<Record<string, number>>
  /** What the backend says of itself. */
  readonly own?: Readonly<Record<string, unknown>>
}

/** The backends with a queue for each, and the way of a push through them. */
export interface Deliveries {
  /** Pushes that all queues together hold in memory. */
  readonly room: number
  /** Asks the backends of a device, one after another, until one takes the push or says what is wrong with it. */
  deliver(notification: Notification): Promise<Outcome | Full>
  /** The push of this id is not waited for any more. */
  forget(id: string): void
  stats(): Readonly<Record<string, BackendStats>>
  abort(): void
}

const keyOf = (backend: string, tokenType: TokenTypeName): string => `${backend}/${tokenType}`
const tokenNames = Object.keys(tokenTypes) as TokenTypeName[]
/** So many pushes whose outcome is not known are remembered. */
const mostUnsure = 100_000

const nobody = ({ apnTopic }: Notification): Outcome => {
  const app = apnTopic === '' ? 'devices without an app' : `the app ${JSON.stringify(apnTopic.slice(0, 155))}`
  return {
    kind: 'rejected',
    reason: `no backend serves ${app}: name it in APNS_TOPICS, APNS_APPS_FILE or FCM_SERVICE_ACCOUNT_FILES, or give it a rule in DELIVERY_ROUTES`,
  }
}

export const createDeliveries = (parts: {
  backends: ReadonlyMap<string, Delivery>
  router: Router
  log: Log
  now: () => number
}): Deliveries => {
  const { backends, router, log, now } = parts
  const lanes = new Map<string, Lane>()
  for (const [name, backend] of backends)
    for (const tokenType of tokenNames.filter((type) => backend.supports.includes(tokenTypes[type])))
      lanes.set(keyOf(name, tokenType), createLane(name, tokenType, backend, now))
  const parked: Parked = createParked(log)

  const lanesOf = ({ tokenType, apnTopic }: Notification): Lane[] => {
    const name = tokenNames.find((type) => tokenTypes[type] === tokenType)
    if (name === undefined) return []
    return router.chainOf(tokenType, apnTopic).flatMap((backend) => lanes.get(keyOf(backend, name)) ?? [])
  }

  /** Which backend may have delivered a push already, under an id that only itself folds. */
  const unsure = new Map<string, string>()
  const noteUnsure = (id: string, backend: string): void => {
    const [oldest] = unsure.size >= mostUnsure ? unsure.keys() : []
    if (oldest !== undefined) unsure.delete(oldest)
    unsure.set(id, backend)
  }
  const forget = (id: string): void => {
    parked.leave(id)
    unsure.delete(id)
  }

  const tryLane = async (lane: Lane, notification: Notification): Promise<Outcome | Full> => {
    const admission = lane.admit()
    if (admission.kind === 'admitted') return lane.deliver(notification)
    if (admission.kind === 'full') return admission
    return { kind: 'retry', reason: `${lane.backend} fails and is left alone for a while`, afterMs: admission.afterMs }
  }

  /** What the last backend leaves to be said, where none of them took it. */
  const offer = async (notification: Notification): Promise<Outcome | Full> => {
    let last: Outcome | Full | undefined
    const sole = unsure.get(notification.id)
    for (const lane of lanesOf(notification)) {
      if (sole !== undefined && lane.backend !== sole) continue
      const result = await tryLane(lane, notification)
      if (result.kind === 'unknown') noteUnsure(notification.id, lane.backend)
      if (result.kind === 'parked') parked.enter(notification.id, lane.backend, result.reason)
      else if (result.kind !== 'retry' && result.kind !== 'full') return result
      // Whoever has something to say of the push itself knows more than one that had no room for it.
      if (last === undefined || result.kind !== 'full') last = result
    }
    return last ?? nobody(notification)
  }

  return {
    room: [...lanes.values()].reduce((sum, { room }) => sum + room, 0),
    deliver: async (notification) => {
      const result = await offer(notification)
      if (result.kind !== 'parked' && result.kind !== 'full') parked.leave(notification.id)
      if (['delivered', 'dead-token', 'rejected'].includes(result.kind)) unsure.delete(notification.id)
      return result
    },
    forget,
    stats: () =>
      Object.fromEntries(
        [...backends].map(([name, backend]) => {
          const own = [...lanes.values()].filter((lane) => lane.backend === name)
          const stats: BackendStats = {
            lanes: Object.fromEntries(own.map((lane) => [lane.tokenType, lane.stats()])),
            parked: parked.of(name),
            ...(backend.stats === undefined ? {} : { own: backend.stats() }),
          }
          return [name, stats]
        }),
      ),
    abort: () => {
      for (const lane of lanes.values()) lane.abort()
    },
  }
}
