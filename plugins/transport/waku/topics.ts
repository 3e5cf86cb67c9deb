import type { Topic } from '../../../src/ports/index.ts'
import type { ListenedTopics } from './ignored.ts'

/** The topics that are listened to. */
export interface Topics extends ListenedTopics {
  add(topics: Iterable<Topic>): void
  remove(topics: Iterable<Topic>): void
}

/** Kept as signed numbers: half of all topics would otherwise need an object each, which is most of the memory of a million. */
export const createTopics = (): Topics => {
  const set = new Set<number>()
  return {
    add: (topics) => {
      for (const topic of topics) set.add(topic | 0)
    },
    remove: (topics) => {
      for (const topic of topics) set.delete(topic | 0)
    },
    has: (topic) => set.has(topic | 0),
    *values() {
      for (const topic of set) yield topic >>> 0
    },
    get size() {
      return set.size
    },
  }
}
