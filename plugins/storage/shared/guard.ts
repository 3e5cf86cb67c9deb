import { type Storage, StorageError } from '../../../src/ports/index.ts'

const closed = (): StorageError =>
  new StorageError('closed', 'The storage is closed: ask nothing of it after the gateway has stopped.')

/** Makes `close` idempotent and lets whatever is asked afterwards reject. */
export const guardStorage = (inner: Storage): Storage => {
  let closing: Promise<void> | undefined
  const open =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (closing !== undefined) throw closed()
      return call(...args)
    }
  const { registrations, outbox, claims, cursors, topicKeys } = inner

  return {
    registrations: {
      put: open(registrations.put),
      unregister: open(registrations.unregister),
      retire: open(registrations.retire),
      get: open(registrations.get),
      listByOwners: open(registrations.listByOwners),
      async *topics() {
        if (closing !== undefined) throw closed()
        for await (const chunk of registrations.topics()) {
          if (closing !== undefined) throw closed()
          yield chunk
        }
      },
      ownersByTopic: open(registrations.ownersByTopic),
    },
    outbox: {
      accept: open(outbox.accept),
      work(handle, limits) {
        if (closing !== undefined) throw closed()
        return outbox.work(handle, limits)
      },
      counts: open(outbox.counts),
    },
    claims: { take: open(claims.take), finish: open(claims.finish), release: open(claims.release) },
    cursors: { get: open(cursors.get), set: open(cursors.set) },
    topicKeys: { get: open(topicKeys.get), set: open(topicKeys.set) },
    ...(inner.replicas === undefined ? {} : { replicas: inner.replicas }),
    erase: open(inner.erase),
    health: open(inner.health),
    close() {
      closing ??= inner.close()
      return closing
    },
  }
}
