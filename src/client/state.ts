/** Where a client keeps its state over restarts, as one text: the access token is in it, so it is for the owner's eyes. */
export interface StateStore {
  /** `undefined` where nothing was written yet. */
  read(): Promise<string | undefined>
  /** Resolves when it is durable; the old text stays whole until then. */
  write(text: string): Promise<void>
}

/** Forgets with the process: for tests, and for clients whose state somebody else keeps. */
export const memoryState = (text?: string): StateStore => {
  let kept = text
  return {
    read: async () => kept,
    write: async (next) => {
      kept = next
    },
  }
}
