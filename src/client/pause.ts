import { setTimeout as pause } from 'node:timers/promises'

/**
 * Exponential backoff with jitter, in milliseconds: between half and the whole of `baseMs · 2^failures`, so that clients
 * that lost the same gateway do not all come back at once.
 */
export const growingPauseMs = (baseMs: number, failures: number, random = Math.random): number =>
  baseMs * 2 ** failures * (0.5 + random() / 2)

/** Waits; rejects with the reason of `signal` once that is aborted. */
export const pauseFor = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  await pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  signal?.throwIfAborted()
}
