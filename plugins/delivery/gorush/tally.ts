import type { Outcome } from '../../../src/ports/index.ts'
import type { GorushNotification } from './notification.ts'

/** What we took gorush's answers for. */
export interface PlatformCounts {
  /** Pushes that were in a request to gorush. */
  readonly sent: number
  readonly delivered: number
  /** Pushes that a provider refused, for now or for good, as gorush said. */
  readonly failed: number
  readonly unknown: number
}

export interface Tally {
  count(push: GorushNotification, outcome: Outcome): void
  counts(): { readonly ios: PlatformCounts; readonly android: PlatformCounts }
}

export const createTally = (): Tally => {
  const fresh = () => ({ sent: 0, delivered: 0, failed: 0, unknown: 0 })
  const platforms = { 1: fresh(), 2: fresh() }
  return {
    count: ({ platform }, { kind }) => {
      const counts = platforms[platform]
      counts.sent++
      if (kind === 'delivered') counts.delivered++
      else if (kind === 'unknown') counts.unknown++
      else counts.failed++
    },
    counts: () => ({ ios: { ...platforms[1] }, android: { ...platforms[2] } }),
  }
}
