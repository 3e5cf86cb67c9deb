import { down, type Health, healthy, StorageError } from '../../../src/ports/index.ts'

export interface Condition {
  /** A write failed for a reason that lies in the disk or the file. */
  broke(fault: StorageError): void
  /** A write became durable. */
  worked(): void
  health(): Health
  close(): void
}

const probePauseMs = 1000
/** Without a write for so long, asking for the health makes one. */
const staleAfterMs = 10_000

/**
 * Keeps in mind whether writes can be made durable. After a fault only a test write clears it, made every second and
 * whenever somebody asks: small writes may still fit where others do not.
 */
export const createCondition = (probe: () => void): Condition => {
  let fault: StorageError | undefined
  let lastWorked = performance.now()
  let timer: NodeJS.Timeout | undefined

  const test = (): void => {
    try {
      probe()
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

  const broke = (found: StorageError): void => {
    fault = found
    timer ??= setInterval(test, probePauseMs).unref()
  }

  return {
    broke,
    worked() {
      lastWorked = performance.now()
    },
    health() {
      if (fault !== undefined || performance.now() - lastWorked > staleAfterMs) test()
      return fault === undefined ? healthy : down(fault.message)
    },
    close: () => clearInterval(timer),
  }
}
