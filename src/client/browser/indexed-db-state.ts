import type { StateStore } from '../state.ts'

/** As much of IndexedDB as this needs; Node's types do not know it. */
interface Request<T> {
  readonly result: T
  readonly error: Error | null
  onsuccess: (() => void) | null
  onerror: (() => void) | null
}
interface Transaction {
  objectStore(name: string): {
    get(key: string): Request<unknown>
    put(value: string, key: string): Request<unknown>
  }
  readonly error: Error | null
  oncomplete: (() => void) | null
  onabort: (() => void) | null
}
interface Database {
  createObjectStore(name: string): unknown
  transaction(name: string, mode: 'readonly' | 'readwrite', options?: { readonly durability: 'strict' }): Transaction
  close(): void
}
interface OpenRequest extends Request<Database> {
  onupgradeneeded: (() => void) | null
}
interface Factory {
  open(name: string, version: number): OpenRequest
}

const table = 'state'
const key = 'registration'
const failed = (error: Error | null): Error => error ?? new Error('IndexedDB failed')

const settled = <T>(request: Request<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(failed(request.error))
  })

const openDatabase = (name: string): Promise<Database> => {
  const { indexedDB } = globalThis as unknown as { readonly indexedDB?: Factory }
  if (indexedDB === undefined) return Promise.reject(new Error('there is no IndexedDB here'))
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => void request.result.createObjectStore(table)
  return settled(request)
}

/** A database of the page's origin, for a client in a browser. Rejects where the browser keeps none, in some private windows for example. */
export const indexedDbState = (name = 'reveille'): StateStore => {
  const within = async <T>(work: (database: Database) => Promise<T>): Promise<T> => {
    const database = await openDatabase(name)
    try {
      return await work(database)
    } finally {
      database.close()
    }
  }
  return {
    read: () =>
      within(async (database) => {
        const value = await settled(database.transaction(table, 'readonly').objectStore(table).get(key))
        return typeof value === 'string' ? value : undefined
      }),
    write: (text) =>
      within(
        (database) =>
          new Promise<void>((resolve, reject) => {
            const transaction = database.transaction(table, 'readwrite', { durability: 'strict' })
            transaction.oncomplete = () => resolve()
            transaction.onabort = () => reject(failed(transaction.error))
            transaction.objectStore(table).put(text, key)
          }),
      ),
  }
}
