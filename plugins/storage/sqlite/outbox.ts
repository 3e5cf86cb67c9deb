import type { DatabaseSync } from 'node:sqlite'
import type { Push, QueuedPush, Settlement } from '../../../src/ports/index.ts'
import type { Taken } from '../shared/worker.ts'

interface PushRow {
  readonly sequence: number
  readonly id: Uint8Array
  readonly owner: Uint8Array
  readonly installation: string
  readonly accepted_at: number
  readonly expires_at: number
  readonly body: Uint8Array
  readonly attempts: number
}

/** Which hand-out of which push: the count of attempts before it tells hand-outs apart. */
export interface HandOut {
  readonly id: Uint8Array
  readonly attempts: number
}

export interface Settled extends HandOut {
  readonly settlement: Settlement
}

export interface TakeRequest {
  readonly now: number
  readonly limit: number
  readonly leaseUntil: number
}

/** How many pushes whose time has come are made ready at once; the rest follows with the next hand-out. */
const promotedAtOnce = 500

const pushOf = ({ id, owner, installation, accepted_at, expires_at, body, attempts }: PushRow): QueuedPush => ({
  id,
  owner,
  installation,
  acceptedAt: accepted_at,
  expiresAt: expires_at,
  body,
  attempts,
})

/** The outbox of one identity as synchronous operations; who calls them holds the transaction. */
export const createOutboxOperations = (database: DatabaseSync, identity: number) => {
  const isRemembered = database.prepare('SELECT 1 FROM remembered WHERE identity = ? AND id = ? AND until > ?')
  const isQueued = database.prepare('SELECT 1 FROM pushes WHERE identity = ? AND id = ?')
  const remember = database.prepare(
    'INSERT INTO remembered (identity, id, until) VALUES (?, ?, ?) ON CONFLICT (identity, id) DO UPDATE SET until = excluded.until',
  )
  const forget = database.prepare(
    'DELETE FROM remembered WHERE (identity, id) IN (SELECT identity, id FROM remembered WHERE until <= ? ORDER BY until LIMIT ?)',
  )
  const enqueue = database.prepare(
    `INSERT INTO pushes (identity, id, owner, installation, accepted_at, expires_at, body, attempts, due, in_hand)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0)`,
  )
  const promote = database.prepare(
    `UPDATE pushes SET due = 0, in_hand = 0 WHERE sequence IN
     (SELECT sequence FROM pushes WHERE identity = ? AND due > 0 AND due <= ? ORDER BY due LIMIT ?)`,
  )
  const ready = database.prepare(
    `SELECT sequence, id, owner, installation, accepted_at, expires_at, body, attempts
     FROM pushes WHERE identity = ? AND due = 0 ORDER BY accepted_at, sequence LIMIT ?`,
  )
  const lease = database.prepare('UPDATE pushes SET attempts = attempts + 1, due = ?, in_hand = 1 WHERE sequence = ?')
  const nextDue = database.prepare('SELECT min(due) AS due FROM pushes WHERE identity = ? AND due > 0')
  // A late settlement of an older acceptance of the same id counts fewer attempts than it claims to have had.
  const remove = database.prepare('DELETE FROM pushes WHERE identity = ? AND id = ? AND attempts > ?')
  const postpone = database.prepare(
    'UPDATE pushes SET due = ?, in_hand = 0 WHERE identity = ? AND id = ? AND attempts = ?',
  )
  const giveBack = database.prepare(
    'UPDATE pushes SET attempts = attempts - 1, due = 0, in_hand = 0 WHERE identity = ? AND id = ? AND attempts = ?',
  )
  const release = database.prepare(
    'UPDATE pushes SET due = 0, in_hand = 0 WHERE identity = ? AND due > 0 AND in_hand = 1',
  )
  const total = database.prepare('SELECT count(*) AS total FROM pushes WHERE identity = ?')
  const oldest = database.prepare('SELECT min(accepted_at) AS oldest FROM pushes WHERE identity = ?')

  const forgetOne = database.prepare('DELETE FROM remembered WHERE identity = ? AND id = ?')
  const idsOf = database.prepare('SELECT id FROM pushes WHERE identity = ? AND owner = ?')
  const removeOf = database.prepare('DELETE FROM pushes WHERE identity = ? AND owner = ?')

  const acceptOne = (push: Push, rememberMs: number, now: number): 'accepted' | 'duplicate' => {
    if (isRemembered.get(identity, push.id, now) !== undefined || isQueued.get(identity, push.id) !== undefined)
      return 'duplicate'
    remember.run(identity, push.id, now + rememberMs)
    enqueue.run(identity, push.id, push.owner, push.installation, push.acceptedAt, push.expiresAt, push.body)
    return 'accepted'
  }

  return {
    accept: (pushes: readonly Push[], rememberMs: number, now: number): ('accepted' | 'duplicate')[] =>
      pushes.map((push) => acceptOne(push, rememberMs, now)),

    take({ now, limit, leaseUntil }: TakeRequest): Taken {
      promote.run(identity, now, promotedAtOnce)
      const rows = ready.all(identity, limit) as unknown as PushRow[]
      const next = nextDue.get(identity) as { due: number | null }
      for (const { sequence } of rows) lease.run(leaseUntil, sequence)
      return { pushes: rows.map(pushOf), nextDue: next.due ?? undefined }
    },

    /** True for each push that is gone with it. */
    settle: (settled: readonly Settled[]): boolean[] =>
      settled.map(({ id, attempts, settlement }) => {
        if (settlement.kind === 'done') return remove.run(identity, id, attempts).changes === 1
        postpone.run(Math.max(1, Math.ceil(settlement.at)), identity, id, attempts + 1)
        return false
      }),

    giveBack(handOuts: readonly HandOut[]): void {
      for (const { id, attempts } of handOuts) giveBack.run(identity, id, attempts + 1)
    },

    /** Ends the leases of a process that is gone. */
    release: (): void => void release.run(identity),

    /** Forgets up to `limit` ids whose time is over, whichever identity they belong to; how many they were. */
    forget: (now: number, limit: number): number => Number(forget.run(now, limit).changes),

    /** Removes an owner's queued pushes, and the memory of these and of the given ids; how many were queued. */
    erase(owner: Uint8Array, ids: readonly Uint8Array[]): number {
      const queued = idsOf.all(identity, owner) as unknown as Pick<PushRow, 'id'>[]
      const gone = Number(removeOf.run(identity, owner).changes)
      for (const id of [...queued.map((row) => row.id), ...ids])
        if (isQueued.get(identity, id) === undefined) forgetOne.run(identity, id)
      return gone
    },

    queued: (): number => (total.get(identity) as { total: number }).total,

    oldestAcceptedAt: (): number | undefined => (oldest.get(identity) as { oldest: number | null }).oldest ?? undefined,
  }
}
