import type { Topic } from '../../../../src/ports/index.ts'

/** A part of the topics on one shard. */
export interface Leg {
  readonly pubsubTopic: string
  readonly chunk: readonly Topic[]
}

/** Goes round all topics on all shards, a part at a time, while they change. */
export interface Tour {
  /** At most `count` of the `topics` that are meant; none where there are none. */
  next(topics: Iterable<Topic>, count: number, isMeant: (topic: Topic) => boolean): Leg
}

export const createTour = (pubsubTopics: readonly string[]): Tour => {
  let visited = new Set<Topic>()
  let shard = 0
  let leg: Topic[] = []

  /** Those whose turn it is, before the round starts over. */
  const choose = (topics: Iterable<Topic>, count: number, isMeant: (topic: Topic) => boolean): Topic[] => {
    const all = [...topics].filter(isMeant)
    if (all.every((topic) => visited.has(topic))) visited = new Set()
    const chosen = all.filter((topic) => !visited.has(topic)).slice(0, count)
    for (const topic of chosen) visited.add(topic)
    return chosen
  }

  return {
    next: (topics, count, isMeant) => {
      leg = shard === 0 ? choose(topics, count, isMeant) : leg.filter(isMeant).slice(0, count)
      const pubsubTopic = pubsubTopics[shard] ?? ''
      shard = (shard + 1) % pubsubTopics.length
      return { pubsubTopic, chunk: leg }
    },
  }
}
