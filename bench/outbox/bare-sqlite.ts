import { openDatabase } from '../../plugins/storage/sqlite/open.ts'
import type { Push } from '../../src/ports/index.ts'
import { rememberMs } from './load.ts'

/** What any outbox on this table must at least write, in as few commits: accept, hand out, settle. */
export const createBareSqlite = (file: string) => {
  const { database, close } = openDatabase(file)
  database.prepare('INSERT INTO identities (public_key) VALUES (?)').run(new Uint8Array(33))
  const identity = 1
  const remember = database.prepare('INSERT INTO remembered (identity, id, until) VALUES (?, ?, ?)')
  const enqueue = database.prepare(
    `INSERT INTO pushes (identity, id, owner, installation, accepted_at, expires_at, body, attempts, due, in_hand)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0)`,
  )
  const lease = database.prepare(
    'UPDATE pushes SET attempts = attempts + 1, due = ?, in_hand = 1 WHERE identity = ? AND id = ?',
  )
  const remove = database.prepare('DELETE FROM pushes WHERE identity = ? AND id = ?')

  const commit = (pushes: readonly Push[], write: (push: Push) => void): void => {
    database.exec('BEGIN IMMEDIATE')
    for (const push of pushes) write(push)
    database.exec('COMMIT')
  }

  return {
    /** Milliseconds for one group of pushes: three commits. */
    run: (pushes: readonly Push[]): number => {
      const from = performance.now()
      commit(pushes, ({ id, owner, installation, acceptedAt, expiresAt, body }) => {
        remember.run(identity, id, acceptedAt + rememberMs)
        enqueue.run(identity, id, owner, installation, acceptedAt, expiresAt, body)
      })
      commit(pushes, ({ id }) => lease.run(Date.now() + 60_000, identity, id))
      commit(pushes, ({ id }) => remove.run(identity, id))
      return performance.now() - from
    },
    close,
  }
}
