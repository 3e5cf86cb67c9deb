import { StorageError } from '../../../src/ports/index.ts'
import type { WriteCommand, WriteOutcome } from './store.ts'

export interface GroupCommitOptions {
  /** Commits a group, or rejects with nothing done. One group at a time is under way. */
  readonly commit: (commands: readonly WriteCommand[]) => WriteOutcome[] | Promise<WriteOutcome[]>
  /** Called after each attempt with the first fault in it, if any. */
  readonly onCommit?: (commands: number, fault: StorageError | undefined) => void
}

export interface GroupCommit {
  /** Resolves when the command is durable. `rows` is about how much it writes. */
  submit(command: WriteCommand, rows: number): Promise<unknown>
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>
}

interface Waiting {
  readonly command: WriteCommand
  readonly rows: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** A commit of so many rows takes a few milliseconds: more would hold the event loop up. */
const rowsPerCommit = 256
const mostWaiting = 100_000

const faultIn = (outcomes: readonly WriteOutcome[]): StorageError | undefined => {
  for (const outcome of outcomes) if ('error' in outcome && outcome.error instanceof StorageError) return outcome.error
  return undefined
}

/** Lets all writes of one turn of the event loop, and those that come while a commit is under way, share one transaction. */
export const createGroupCommit = ({ commit, onCommit }: GroupCommitOptions): GroupCommit => {
  let waiting: Waiting[] = []
  let draining: Promise<void> | undefined

  const nextGroup = (): Waiting[] => {
    let rows = 0
    let size = 0
    for (const { rows: more } of waiting) {
      if (size > 0 && rows + more > rowsPerCommit) break
      rows += more
      size++
    }
    const group = waiting.slice(0, size)
    waiting = waiting.slice(size)
    return group
  }

  const settle = (group: readonly Waiting[], outcomes: readonly WriteOutcome[]): void => {
    for (const [i, { resolve, reject }] of group.entries()) {
      const outcome = outcomes[i]
      if (outcome !== undefined && 'value' in outcome) resolve(outcome.value)
      else
        reject(outcome?.error ?? new StorageError('unavailable', 'The database gave no answer to a write: try again.'))
    }
  }

  const run = async (group: readonly Waiting[]): Promise<void> => {
    try {
      const outcomes = await commit(group.map(({ command }) => command))
      onCommit?.(group.length, faultIn(outcomes))
      settle(group, outcomes)
    } catch (error) {
      onCommit?.(group.length, error instanceof StorageError ? error : undefined)
      for (const { reject } of group) reject(error as Error)
    }
  }

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      await new Promise(setImmediate)
      await run(nextGroup())
    }
    draining = undefined
  }

  return {
    submit(command, rows) {
      if (waiting.length >= mostWaiting)
        return Promise.reject(
          new StorageError(
            'unavailable',
            'The disk is too slow for what is asked of it: use a faster one. The call may be repeated.',
          ),
        )
      return new Promise((resolve, reject) => {
        waiting.push({ command, rows, resolve, reject })
        draining ??= drain()
      })
    },
    drained: async () => draining,
  }
}
