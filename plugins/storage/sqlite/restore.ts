import type { DatabaseSync } from 'node:sqlite'
import type { Entry, KeptPush, KeptRegistration } from '../../../src/ports/index.ts'
import type { createNoteOperations } from './notes.ts'
import type { createRegistrationOperations } from './registrations.ts'

const nameOf = (id: Uint8Array): string => Buffer.from(id).toString('latin1')

/** Takes in what another storage kept, as synchronous operations; who calls them holds the transaction. */
export const createRestoreOperations = (
  database: DatabaseSync,
  identity: number,
  registrations: ReturnType<typeof createRegistrationOperations>,
  notes: ReturnType<typeof createNoteOperations>,
) => {
  const isRemembered = database.prepare('SELECT 1 FROM remembered WHERE identity = ? AND id = ?')
  const isQueued = database.prepare('SELECT 1 FROM pushes WHERE identity = ? AND id = ?')
  const remember = database.prepare(
    'INSERT INTO remembered (identity, id, until) VALUES (?, ?, ?) ON CONFLICT (identity, id) DO UPDATE SET until = max(until, excluded.until)',
  )
  const enqueue = database.prepare(
    `INSERT INTO pushes (identity, id, owner, installation, accepted_at, expires_at, body, attempts, due, in_hand)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
  )
  /** Known once somebody asks: there is no index that tells whether one is among them. */
  let handled: Set<string> | undefined

  const restorePush = ({ push, attempts, due, rememberUntil }: KeptPush): void => {
    const { id, owner, installation, acceptedAt, expiresAt, body } = push
    if (isQueued.get(identity, id) !== undefined || isRemembered.get(identity, id) !== undefined) return
    enqueue.run(identity, id, owner, installation, acceptedAt, expiresAt, body, attempts, due)
    if (rememberUntil > 0) remember.run(identity, id, rememberUntil)
  }

  const restoreRegistration = (kept: KeptRegistration): void => {
    const { owner, installation, version, state, digest, topics, record } = kept
    if (state === 'live' && digest !== undefined && topics !== undefined && record !== undefined)
      registrations.put({ owner, installation, version, digest, topics, record })
    else if (state !== 'live') registrations.bury({ owner, installation }, version, state)
  }

  const restoreCursor = (name: string, value: bigint): void => {
    const known = notes.getCursor(name)
    if (known === undefined || known < value) notes.setCursor(name, value)
  }

  const restoreHandled = (id: Uint8Array): void => {
    handled ??= new Set(notes.handled(Number.MAX_SAFE_INTEGER).map(nameOf))
    if (handled.has(nameOf(id))) return
    handled.add(nameOf(id))
    notes.noteHandled([id], Number.MAX_SAFE_INTEGER)
  }

  const restoreOne = (entry: Entry): void => {
    if (entry.kind === 'registration') restoreRegistration(entry)
    else if (entry.kind === 'push') restorePush(entry)
    else if (entry.kind === 'remembered') remember.run(identity, entry.id, entry.until)
    else if (entry.kind === 'handled') restoreHandled(entry.id)
    else if (entry.kind === 'cursor') restoreCursor(entry.name, entry.value)
    else notes.setTopicKey(entry.topic, entry.key)
  }

  return {
    restore: (entries: readonly Entry[]): void => {
      for (const entry of entries) restoreOne(entry)
    },
  }
}
