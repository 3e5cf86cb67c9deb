import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Canary, type CanaryStats, createCanary } from '../../src/canary/canary.ts'
import { createNote } from '../../src/canary/note.ts'
import type { OutboundMessage, Transport } from '../../src/ports/index.ts'
import { type Stage, until } from './stage.ts'

export const canaryEnv = { CANARY_ENABLED: 'true', CANARY_INTERVAL_SECONDS: '5', CANARY_TIMEOUT_SECONDS: '1' }

export const canaryOf = (stage: Stage): CanaryStats => stage.gateway.canary.stats()

export const ran = (canary: Pick<Canary, 'stats'>, runs = 1): Promise<void> =>
  until(`run ${runs} of the canary`, () => canary.stats().runs >= runs, 25_000)

export const noteOf = (folder: string): string => join(folder, 'canary.json')

/** Rows of the database by table, but for those that tell of no user. */
export const rowsOf = (folder: string): Record<string, unknown> => {
  const database = new DatabaseSync(join(folder, 'reveille.db'), { readOnly: true })
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    const counted = tables.map(({ name }): [string, unknown] => [
      String(name),
      Object.values(database.prepare(`SELECT count(*) FROM "${name}"`).get() ?? {})[0],
    ])
    const apart = new Set(['identities', 'cursors', 'handled', 'probe'])
    return Object.fromEntries(counted.filter(([name, rows]) => rows !== 0 && !apart.has(name)))
  } finally {
    database.close()
  }
}

/** A canary beside the gateway's own, which is switched off: as quick as a test needs it. */
export const quickCanary = (stage: Stage, changes: { stageMs?: number; transport?: Transport } = {}): Canary => {
  const { app, engine } = stage.gateway
  return createCanary({
    enabled: true,
    intervalMs: 20,
    stageMs: changes.stageMs ?? 400,
    crypto: app.crypto,
    transport: changes.transport ?? app.transport,
    detour: engine.detour,
    note: createNote(noteOf(stage.dataDir)),
    erase: ({ owner, push }, waiting) => engine.erase(owner, [push], waiting ? 1 : 0),
    log: app.log,
    now: Date.now,
  })
}

/** What becomes of a message that somebody publishes: by its number, from 1. */
export type Fate = (n: number) => 'sent' | 'lost' | 'refused'

/** Lets a test decide over what a transport publishes. */
export const meddle = (
  transport: Transport,
  fate: Fate,
  onPublish: (n: number) => void = () => undefined,
): Transport => {
  const publish = transport.publish
  let n = 0
  transport.publish = async (message: OutboundMessage, signal: AbortSignal): Promise<void> => {
    const decided = fate(++n)
    if (decided === 'refused') throw new Error('there is nobody')
    if (decided === 'sent') await publish(message, signal)
    onPublish(n)
  }
  return transport
}
