/**
 * Exponential backoff with jitter, in milliseconds: between half and the whole of `baseMs · 2^failures`, so that clients
 * that lost the same gateway do not all come back at once.
 */
export const growingPauseMs = (baseMs: number, failures: number, random = Math.random): number =>
  baseMs * 2 ** failures * (0.5 + random() / 2)

/** Waits; rejects with the reason of `signal` once that is aborted. */
export const pauseFor = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  await new Promise<void>((resolve) => {
    if (signal?.aborted) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
  signal?.throwIfAborted()
}
