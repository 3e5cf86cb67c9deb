/** Resolves with the promise or, at the latest, when the signal is aborted. */
export const settled = async (promise: Promise<void>, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return
  const over = Promise.withResolvers<void>()
  const end = (): void => over.resolve()
  signal.addEventListener('abort', end, { once: true })
  await Promise.race([promise, over.promise])
  signal.removeEventListener('abort', end)
}
