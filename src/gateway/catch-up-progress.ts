const markEveryMs = 1_000
const marksKept = 10

/** Where a look was at a time. */
interface Mark {
  readonly at: number
  /** Unix milliseconds. */
  readonly position: number
  readonly messages: number
}

/** How a look gets on. */
export interface Progress {
  readonly to: number
  position: number
  messages: number
  /** Of the last seconds, oldest first; the first of all is kept in `begun`. */
  readonly marks: Mark[]
  readonly begun: Mark
  reportedAt: number
}

/** The speed of the last seconds, since empty hours go by faster than full ones. */
export const rateOf = ({ marks, begun, position, messages, to }: Progress, at: number) => {
  const since = marks[0] ?? begun
  const elapsedMs = Math.max(1, at - since.at)
  const speed = (position - since.position) / elapsedMs
  return {
    messagesPerSecond: Math.round(((messages - since.messages) * 1000) / elapsedMs),
    remainingMs: speed > 0 ? Math.ceil(Math.max(0, to - position) / speed) : 0,
  }
}

/** Remembers where a look is, once a second. */
export const mark = (progress: Progress, at: number): void => {
  const { marks, position, messages } = progress
  if (at - (marks.at(-1)?.at ?? progress.begun.at) < markEveryMs) return
  marks.push({ at, position, messages })
  if (marks.length > marksKept) marks.shift()
}
