/** Remembers the last so many keys. */
export interface Recent {
  /** Whether it was new. */
  add(key: string): boolean
  has(key: string): boolean
}

export const createRecent = (capacity: number): Recent => {
  const keys = new Set<string>()
  return {
    add: (key) => {
      if (keys.has(key)) return false
      keys.add(key)
      if (keys.size > capacity) for (const oldest of keys.keys()) return keys.delete(oldest)
      return true
    },
    has: (key) => keys.has(key),
  }
}
