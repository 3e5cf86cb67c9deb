/** The thread that owns the database: a sync of the disk holds up nobody but it. */
import { parentPort, workerData } from 'node:worker_threads'
import { createStore, type Store, type StoreOptions } from './store.ts'
import { packError, packOutcome, type Reply, type Request } from './wire.ts'

const answer = (store: Store, request: Request): Reply => {
  switch (request.kind) {
    case 'write':
      return { outcomes: store.write(request.commands).map(packOutcome) }
    case 'probe':
      store.probe()
      return { outcomes: [] }
    default:
      store.close()
      return { outcomes: [] }
  }
}

const attempt = (work: () => Reply): Reply => {
  try {
    return work()
  } catch (error) {
    return { failed: packError(error) }
  }
}

let store: Store | undefined

const first = attempt(() => {
  store = createStore(workerData as StoreOptions)
  return { outcomes: [] }
})

parentPort?.postMessage(first)
parentPort?.on('message', (request: Request) => {
  const opened = store
  if (opened === undefined) return
  parentPort?.postMessage(attempt(() => answer(opened, request)))
  if (request.kind === 'close') parentPort?.close()
})
if (store === undefined) parentPort?.close()
