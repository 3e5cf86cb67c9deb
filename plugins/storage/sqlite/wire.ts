import { type Problem, StartError, StorageError } from '../../../src/ports/index.ts'
import type { WriteCommand, WriteOutcome } from './store.ts'

/** What the main thread asks of the one that owns the database. */
export type Request =
  | { readonly kind: 'write'; readonly commands: readonly WriteCommand[] }
  | { readonly kind: 'probe' }
  | { readonly kind: 'close' }

/** An error whose class a structured clone would lose. */
export type PackedError =
  | {
      readonly kind: 'storage'
      readonly code: StorageError['code']
      readonly message: string
      readonly cause?: unknown
    }
  | { readonly kind: 'start'; readonly problems: readonly Problem[] }
  | { readonly kind: 'other'; readonly error: unknown }

export type PackedOutcome = { readonly value: unknown } | { readonly failed: PackedError }

export type Reply = { readonly outcomes: readonly PackedOutcome[] } | { readonly failed: PackedError }

export const packError = (error: unknown): PackedError => {
  if (error instanceof StartError) return { kind: 'start', problems: error.problems }
  if (error instanceof StorageError)
    return { kind: 'storage', code: error.code, message: error.message, cause: error.cause }
  return { kind: 'other', error }
}

export const unpackError = (packed: PackedError): Error => {
  if (packed.kind === 'start') return new StartError(packed.problems)
  if (packed.kind === 'storage') return new StorageError(packed.code, packed.message, { cause: packed.cause })
  return packed.error instanceof Error ? packed.error : new Error(String(packed.error))
}

export const packOutcome = (outcome: WriteOutcome): PackedOutcome =>
  'error' in outcome ? { failed: packError(outcome.error) } : outcome

export const unpackOutcome = (packed: PackedOutcome): WriteOutcome =>
  'failed' in packed ? { error: unpackError(packed.failed) } : packed
