import { down, type Health, healthy, type Log } from '../../../src/ports/index.ts'
import type { Exchange, GorushClient } from './client.ts'

const probeTimeoutMs = 2_000
const cacheMs = 5_000
const failuresToBeDown = 3
// A failure says less the older it is; and whoever waits for health before sending must be able to try again.
const failureMemoryMs = 30_000

export interface GorushHealth {
  check(): Promise<Health>
  noteSuccess(): void
  noteFailure(reason: string): void
}

const reasonOf = (exchange: Exchange): string | undefined => {
  if (exchange.kind !== 'answer') return exchange.reason
  return exchange.status === 200 ? undefined : `it answered ${exchange.status}`
}

/**
 * Health of one gorush: its /healthz (at most 2 s, remembered for 5 s) and how the latest pushes went. Also looks whether it
 * runs with core.sync, without which every push looks delivered, and says so in the log.
 */
export const createHealth = (client: GorushClient, log: Log, now: () => number): GorushHealth => {
  let cached: { readonly at: number; readonly result: Promise<Health> } | undefined
  let failures = 0
  let lastFailure = { at: 0, reason: '' }
  let toldAsync = false

  const lookAtMode = async (signal: AbortSignal): Promise<void> => {
    const config = await client.get('/api/config', signal)
    if (config.kind !== 'answer' || config.status !== 200) return
    const asynchronous = /^\s+sync:\s*false\s*$/m.test(config.body)
    if (asynchronous && !toldAsync) {
      log.error(
        { setting: 'core.sync' },
        'gorush runs with core.sync false: failed pushes and dead tokens go unseen; set it to true',
      )
    }
    toldAsync = asynchronous
  }

  const probe = async (): Promise<Health> => {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort('timeout'), probeTimeoutMs)
    try {
      const wrong = reasonOf(await client.get('/healthz', deadline.signal))
      if (wrong) return down(`gorush is not well: ${wrong}.`)
      await lookAtMode(deadline.signal)
      return healthy
    } finally {
      clearTimeout(timer)
    }
  }

  const failing = (): boolean => failures >= failuresToBeDown && now() - lastFailure.at < failureMemoryMs

  return {
    check: async () => {
      if (failing()) return down(`gorush failed the last ${failures} requests: ${lastFailure.reason}.`)
      if (!cached || now() - cached.at >= cacheMs) cached = { at: now(), result: probe() }
      return cached.result
    },
    noteSuccess: () => {
      failures = 0
    },
    noteFailure: (reason) => {
      failures += 1
      lastFailure = { at: now(), reason }
    },
  }
}
