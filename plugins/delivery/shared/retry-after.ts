const maxPauseMs = 3_600_000

/** Milliseconds of a Retry-After (seconds or a date), at most an hour. */
export const pauseOf = (retryAfter: string | undefined, now: number): number | undefined => {
  if (retryAfter === undefined) return undefined
  const seconds = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) : undefined
  const ms = seconds === undefined ? Date.parse(retryAfter) - now : seconds * 1000
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), maxPauseMs)
}
