import type { Detour } from '../../canary/detour.ts'
import type { Crypto, Log, Storage } from '../../ports/index.ts'
import type { Envelope } from '../../protocol/index.ts'
import type { Answers } from '../answers.ts'
import type { EnvelopeOutcome, Ledger } from '../ledger.ts'
import type { Router } from '../router.ts'
import type { Subscriptions } from '../subscriptions.ts'

/** An opened message on its way to a decision. `timestamp`: Unix milliseconds, as its sender says. */
export interface Received {
  readonly envelope: Envelope
  readonly timestamp: number
}

/** What the handlers work with. */
export interface HandlerParts {
  readonly crypto: Crypto
  readonly storage: Storage
  readonly subscriptions: Subscriptions
  readonly answers: Answers
  readonly router: Router
  readonly detour: Detour
  readonly ledger: Ledger
  readonly log: Log
  readonly now: () => number
  readonly pushTtlMs: number
  readonly pushRememberMs: number
}

/** Handles the messages of one kind that are there: one outcome each, in their order. Never rejects. */
export type Handler = (batch: readonly Received[]) => Promise<EnvelopeOutcome[]>
