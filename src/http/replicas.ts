import type { Engine } from '../gateway/engine.ts'
import type { LedgerSnapshot } from '../gateway/ledger.ts'

const reportsWithinMs = 1_000

type Counts = Readonly<Record<string, number>>

/** What all replicas counted, those that are gone for less than a day included. */
export interface ReplicasStats {
  readonly own: string
  readonly living: readonly string[]
  /** Of how many replicas the sum is. */
  readonly counted: number
  readonly sum: LedgerSnapshot
}

const counts = { type: 'object', additionalProperties: { type: 'number' } } as const

/** The shape of a ledger's snapshot. */
export const ledgerProperties = {
  envelopes: {
    type: 'object',
    properties: { received: { type: 'integer' }, open: { type: 'integer' }, outcomes: counts },
  },
  entries: counts,
  pushes: counts,
  other: counts,
} as const

export const replicasSchema = {
  type: ['object', 'null'],
  properties: {
    own: { type: 'string' },
    living: { type: 'array', items: { type: 'string' } },
    counted: { type: 'integer' },
    sum: { type: 'object', properties: ledgerProperties },
  },
} as const

const add = (a: Counts, b: Counts | undefined): Counts =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b ?? {})])].map((name) => [name, (a[name] ?? 0) + (b?.[name] ?? 0)]),
  )

/** Counts that an older or newer version does not know are none of its. */
const addSnapshots = (a: LedgerSnapshot, b: Partial<LedgerSnapshot>): LedgerSnapshot =>
  ({
    envelopes: {
      received: a.envelopes.received + (b.envelopes?.received ?? 0),
      open: a.envelopes.open + (b.envelopes?.open ?? 0),
      outcomes: add(a.envelopes.outcomes, b.envelopes?.outcomes),
    },
    entries: add(a.entries, b.entries),
    pushes: add(a.pushes, b.pushes),
    other: add(a.other, b.other),
  }) as LedgerSnapshot

const parse = (text: string): Partial<LedgerSnapshot> => {
  try {
    return JSON.parse(text) as Partial<LedgerSnapshot>
  } catch {
    return {}
  }
}

/** The own counts are those of now, the others' at most two seconds old. Null without replicas, or while the storage does not answer. */
export const replicasStats = async ({ replicas, ledger }: Engine): Promise<ReplicasStats | null> => {
  if (replicas === undefined) return null
  const limit = Promise.withResolvers<undefined>()
  const timer = setTimeout(limit.resolve, reportsWithinMs, undefined)
  const reports = await Promise.race([replicas.reports().catch(() => undefined), limit.promise])
  clearTimeout(timer)
  if (reports === undefined) return null
  const others = reports.filter(({ replica, text }) => replica !== replicas.own && text !== '')
  return {
    own: replicas.own,
    living: replicas.living(),
    counted: others.length + 1,
    sum: others.map(({ text }) => parse(text)).reduce(addSnapshots, ledger.snapshot()) as LedgerSnapshot,
  }
}
