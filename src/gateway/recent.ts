/** The ids that were added last, at least `kept` and at most twice as many, without a clock. */
export interface Recent {
  add(id: Uint8Array): void
  has(id: Uint8Array): boolean
  remove(id: Uint8Array): void
}

const keyOf = (id: Uint8Array): string => Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1')

/** Two generations: when the younger is full, it becomes the elder, and the elder is forgotten. */
export const createRecent = (kept: number): Recent => {
  let younger = new Set<string>()
  let elder = new Set<string>()

  return {
    add(id) {
      if (younger.size >= kept) {
        elder = younger
        younger = new Set()
      }
      younger.add(keyOf(id))
    },
    has(id) {
      const key = keyOf(id)
      return younger.has(key) || elder.has(key)
    },
    remove(id) {
      const key = keyOf(id)
      younger.delete(key)
      elder.delete(key)
    },
  }
}
