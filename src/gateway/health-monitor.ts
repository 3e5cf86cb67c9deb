import { down, type Health } from '../ports/index.ts'

const intervalMs = 1_000
const timeoutMs = 1_900

export interface PartHealth {
  readonly health: Health
  /** Unix milliseconds of the last change between ok and down. */
  readonly since: number
}

export interface HealthMonitor {
  readonly parts: Readonly<Record<string, PartHealth>>
  /** Asks every part now. */
  check(): Promise<void>
  start(): void
  stop(): void
}

/**
 * Asks the parts in the background, so that a health route answers at once from what is known. `onRecovery` hears of a part
 * that was down and works again.
 */
export const createHealthMonitor = (
  checks: Readonly<Record<string, () => Health | Promise<Health>>>,
  now: () => number,
  onRecovery: (name: string) => void = () => undefined,
): HealthMonitor => {
  const parts: Record<string, PartHealth> = {}
  let timer: NodeJS.Timeout | undefined

  const ask = async (check: () => Health | Promise<Health>): Promise<Health> => {
    const { promise, resolve } = Promise.withResolvers<Health>()
    const limit = setTimeout(() => resolve(down(`no answer within ${timeoutMs} ms`)), timeoutMs)
    try {
      return await Promise.race([check(), promise])
    } catch (error) {
      return down(error instanceof Error ? error.message : 'the check failed')
    } finally {
      clearTimeout(limit)
    }
  }

  const check = async (): Promise<void> => {
    await Promise.all(
      Object.entries(checks).map(async ([name, one]) => {
        const health = await ask(one)
        const before = parts[name]
        if (before?.health.status === 'down' && health.status === 'ok') onRecovery(name)
        parts[name] = { health, since: before?.health.status === health.status ? before.since : now() }
      }),
    )
  }

  const loop = (): void => {
    timer = setTimeout(() => check().finally(() => timer && loop()), intervalMs)
    timer.unref()
  }

  return {
    parts,
    check,
    start: loop,
    stop: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
