/**
 * What became of a message from the network: every one that was received ends in exactly one of these. `canary`, here and
 * below: what the gateway sent to itself, whatever was decided about it, so that users' counts are users' alone.
 */
export const envelopeOutcomes = [
  'ignored-topic',
  'ignored-version',
  'ignored-malformed',
  'ignored-oversized',
  'ignored-type',
  'overflow',
  'duplicate',
  'elsewhere',
  'unopened',
  'malformed',
  'segment-kept',
  'segment-refused',
  'registered',
  'registration-repeated',
  'unregistered',
  'registration-malformed',
  'registration-version-mismatch',
  'registration-unsupported-token-type',
  'registration-discarded',
  'query-answered',
  'query-unknown',
  'request-answered',
  'request-unanswered',
  'request-expired',
  'canary',
  'failed',
] as const
export type EnvelopeOutcome = (typeof envelopeOutcomes)[number]

/** What was decided about an entry of a request. */
export const entryOutcomes = [
  'accepted',
  'duplicate',
  'filtered',
  'omitted',
  'not-registered',
  'wrong-token',
  'internal-error',
  'canary',
] as const
export type EntryOutcome = (typeof entryOutcomes)[number]

/** Where an accepted push ended. */
export const pushOutcomes = ['delivered', 'dead-token', 'rejected', 'expired', 'withdrawn', 'canary'] as const
export type PushOutcome = (typeof pushOutcomes)[number]

/** Counts that stand beside the three sums: they are not states that something ends in. */
export const noteworthy = [
  'answers-published',
  'answers-lost',
  'query-keys-ignored',
  'request-entries-ignored',
  'push-retries',
  'push-unknown-outcomes',
  'pushes-parked',
  'pushes-put-off',
  'late-failures',
  'topic-keys-derived',
  'timestamps-missing',
  'timestamps-from-the-future',
] as const
export type Noteworthy = (typeof noteworthy)[number]

export interface LedgerSnapshot {
  readonly envelopes: {
    readonly received: number
    readonly open: number
    readonly outcomes: Record<EnvelopeOutcome, number>
  }
  readonly entries: Record<EntryOutcome, number>
  readonly pushes: Record<PushOutcome, number>
  readonly other: Record<Noteworthy, number>
}

export interface Ledger {
  received(): void
  envelope(outcome: EnvelopeOutcome): void
  entry(outcome: EntryOutcome): void
  push(outcome: PushOutcome): void
  note(what: Noteworthy, count?: number): void
  snapshot(): LedgerSnapshot
}

const zeros = <K extends string>(names: readonly K[]): Record<K, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>

/** Counts since the start of this process. */
export const createLedger = (): Ledger => {
  let received = 0
  let settled = 0
  const outcomes = zeros(envelopeOutcomes)
  const entries = zeros(entryOutcomes)
  const pushes = zeros(pushOutcomes)
  const other = zeros(noteworthy)
  return {
    received: () => {
      received++
    },
    envelope: (outcome) => {
      outcomes[outcome]++
      settled++
    },
    entry: (outcome) => {
      entries[outcome]++
    },
    push: (outcome) => {
      pushes[outcome]++
    },
    note: (what, count = 1) => {
      other[what] += count
    },
    snapshot: () => ({
      envelopes: { received, open: received - settled, outcomes: { ...outcomes } },
      entries: { ...entries },
      pushes: { ...pushes },
      other: { ...other },
    }),
  }
}
