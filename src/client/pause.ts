import { setTimeout as pause } from 'node:timers/promises'

/** Waits; rejects with the reason of `signal` once that is aborted. */
export const pauseFor = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  await pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  signal?.throwIfAborted()
}
