import { down, type Health, healthy, type Log } from '../../../src/ports/index.ts'
import type { Exchange, GorushClient } from './client.ts'
import type { Mode } from './settings.ts'

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

interface Misfit {
  readonly setting: string
  readonly message: string
}

/** What of gorush's configuration (YAML) would hide failures from us. */
const misfitOf = (config: string, mode: Mode): Misfit | undefined => {
  const isAsync = /^\s+sync:\s*false\s*$/m.test(config)
  const isSync = /^\s+sync:\s*true\s*$/m.test(config)
  const hasNoHook = /^\s+feedback_hook_url:\s*(""|'')?\s*$/m.test(config)
  if (mode === 'sync' && isAsync)
    return {
      setting: 'core.sync',
      message: 'gorush runs with core.sync false: failed pushes and dead tokens go unseen; set it to true',
    }
  if (mode === 'async' && isSync)
    return {
      setting: 'core.sync',
      message: 'gorush runs with core.sync true: its failures do not come to the hook; set GORUSH_MODE to sync',
    }
  if (mode === 'async' && hasNoHook)
    return {
      setting: 'core.feedback_hook_url',
      message:
        'gorush has no core.feedback_hook_url: failed pushes and dead tokens go unseen; set it to /gorush/feedback/ and GORUSH_HOOK_SECRET at this gateway',
    }
  return undefined
}

/**
 * Health of one gorush: its /healthz (at most 2 s, remembered for 5 s) and how the latest pushes went. Also looks whether its
 * configuration fits the mode, without which every push looks delivered, and says so in the log.
 */
export const createHealth = (client: GorushClient, mode: Mode, log: Log, now: () => number): GorushHealth => {
  let cached: { readonly at: number; readonly result: Promise<Health> } | undefined
  let failures = 0
  let lastFailure = { at: 0, reason: '' }
  let toldMisfit: string | undefined

  const lookAtMode = async (signal: AbortSignal): Promise<void> => {
    const config = await client.get('/api/config', signal)
    if (config.kind !== 'answer' || config.status !== 200) return
    const misfit = misfitOf(config.body, mode)
    if (misfit !== undefined && misfit.message !== toldMisfit) log.error({ setting: misfit.setting }, misfit.message)
    toldMisfit = misfit?.message
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
