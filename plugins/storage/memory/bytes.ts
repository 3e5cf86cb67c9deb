export const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
/** Nothing that is kept shares memory with what was given or is handed back. */
export const copy = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)

/** Throws a StorageError `full` where a map has as many entries as it may have. */
export type Room = (map: ReadonlyMap<unknown, unknown>) => void
