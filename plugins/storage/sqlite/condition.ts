import { down, type Health, healthy, StorageError } from '../../../src/ports/index.ts'

export interface Condition {
  /** A write failed for a reason that lies in the disk or the file. */
  broke(fault: StorageError): void
  /** A write became durable. */
  worked(): void
  health(): Promise<Health>
  close(): void
}

const probePauseMs = 1000
/** Without a write for so long, asking for the health makes one. */
const staleAfterMs = 10_000

/**
 * Keeps in mind whether writes can be made durable. After a fault only a test write clears it, made every second and
 * whenever somebody asks: small writes may still fit where others do not.
 */
export const createCondition = (probe: () => Promise<void>): Condition => {
  let fault: StorageError | undefined
  let lastWorked = performance.now()
  let timer: NodeJS.Timeout | undefined
  let closed = false

  let testing: Promise<void> | undefined

  const testOnce = async (): Promise<void> => {
    try {
      await probe()
      fault = undefined
      lastWorked = performance.now()
      clearInterval(timer)
      timer = undefined
    } catch (error) {
      broke(
        error instanceof StorageError
          ? error
          : new StorageError('unavailable', 'The database fails a test write: look at its file and disk.', {
              cause: error,
            }),
      )
    }
  }

  const test = (): Promise<void> => {
    testing ??= testOnce().finally(() => {
      testing = undefined
    })
    return testing
  }

  const broke = (found: StorageError): void => {
    fault = found
    if (closed) return
    timer ??= setInterval(test, probePauseMs).unref()
  }

  return {
    broke,
    worked() {
      lastWorked = performance.now()
    },
    async health() {
      if (fault !== undefined || performance.now() - lastWorked > staleAfterMs) await test()
      return fault === undefined ? healthy : down(fault.message)
    },
    close: () => {
      closed = true
      clearInterval(timer)
    },
  }
}
