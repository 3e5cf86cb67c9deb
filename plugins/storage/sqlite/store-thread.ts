import { Worker } from 'node:worker_threads'
import { StorageError } from '../../../src/ports/index.ts'
import type { StoreOptions, WriteCommand, WriteOutcome } from './store.ts'
import { type Reply, type Request, unpackError, unpackOutcome } from './wire.ts'

/** The store in a thread of its own. Requests are answered in their order. */
export interface StoreThread {
  /** As `write` of the store. */
  write(commands: readonly WriteCommand[]): Promise<WriteOutcome[]>
  /** Rejects with a StorageError unless a few pages can be written durably now. */
  probe(): Promise<void>
  /** Resolves when the database is closed and the thread is gone. */
  close(): Promise<void>
}

type Waiting = PromiseWithResolvers<Reply>

const ended = (): StorageError =>
  new StorageError('unavailable', 'The thread that writes the database has ended: restart the gateway.')

/** Starts the thread and opens or creates the database there. Rejects with a StartError for what an operator can mend. */
export const startStoreThread = async (options: StoreOptions): Promise<StoreThread> => {
  const thread = new Worker(new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url), {
    workerData: options,
    execArgv: [],
  })
  const waiting: Waiting[] = []
  let isGone = false

  const expect = (): Promise<Reply> => {
    const reply = Promise.withResolvers<Reply>()
    waiting.push(reply)
    thread.ref()
    return reply.promise
  }

  const gone = Promise.withResolvers<void>()
  const end = (): void => {
    isGone = true
    for (const { reject } of waiting.splice(0)) reject(ended())
    gone.resolve()
  }
  thread.on('message', (reply: Reply) => {
    waiting.shift()?.resolve(reply)
    // A process that has nothing else to do may end: whatever was asked is answered.
    if (waiting.length === 0) thread.unref()
  })
  thread.on('error', end)
  thread.on('exit', end)

  const ask = async (request: Request): Promise<readonly WriteOutcome[]> => {
    if (isGone) throw ended()
    const answered = expect()
    thread.postMessage(request)
    const reply = await answered
    if ('failed' in reply) throw unpackError(reply.failed)
    return reply.outcomes.map(unpackOutcome)
  }

  const first = await expect()
  if ('failed' in first) {
    thread.ref()
    await gone.promise
    throw unpackError(first.failed)
  }

  return {
    write: async (commands) => [...(await ask({ kind: 'write', commands }))],
    probe: async () => void (await ask({ kind: 'probe' })),
    close: async () => {
      if (isGone) return
      await ask({ kind: 'close' }).catch(() => undefined)
      thread.ref()
      await gone.promise
    },
  }
}
