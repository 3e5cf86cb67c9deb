import type { Topic } from '../../../../src/ports/index.ts'
import type { ListenedTopics } from '../ignored.ts'

/** A node that takes topics, with those that it is to have. */
export interface Seat {
  readonly topics: Set<Topic>
  readonly capacity: number
}

/** How many topics stand at one node, and how many at two or more. */
export interface Allotted {
  readonly placed: number
  readonly twice: number
}

const roomIn = ({ topics, capacity }: Seat): number => capacity - topics.size

/** The roomiest seat that does not have the topic yet. */
const seatFor = (seats: readonly Seat[], topic: Topic): Seat | undefined =>
  seats.reduce<Seat | undefined>((best, seat) => {
    if (roomIn(seat) <= 0 || seat.topics.has(topic)) return best
    return best === undefined || roomIn(seat) > roomIn(best) ? seat : best
  }, undefined)

const countsOf = (seats: readonly Seat[]): Map<Topic, number> => {
  const counts = new Map<Topic, number>()
  for (const { topics } of seats) for (const topic of topics) counts.set(topic, (counts.get(topic) ?? 0) + 1)
  return counts
}

/** Takes away what is no longer wanted, and what is beyond the capacity. */
const prune = ({ topics, capacity }: Seat, isWanted: (topic: Topic) => boolean): void => {
  for (const topic of topics) if (!isWanted(topic)) topics.delete(topic)
  const excess = [...topics].slice(Math.max(0, capacity))
  for (const topic of excess) topics.delete(topic)
}

/** Takes away second copies until `needed` topics find room, or none is left. */
const makeRoom = (seats: readonly Seat[], counts: Map<Topic, number>, needed: number): void => {
  let missing = needed - seats.reduce((sum, seat) => sum + Math.max(0, roomIn(seat)), 0)
  for (const { topics } of seats)
    for (const topic of topics) {
      if (missing <= 0) return
      const copies = counts.get(topic) ?? 0
      if (copies < 2) continue
      topics.delete(topic)
      counts.set(topic, copies - 1)
      missing -= 1
    }
}

/**
 * Changes the seats so that every topic stands at one of them, then at a second one, as far as they have room: the first ones
 * first. What stands already stays. Costs as much as the seats have room for, however many topics are wanted beyond that.
 */
export const allot = (seats: readonly Seat[], wanted: ListenedTopics): Allotted => {
  for (const seat of seats) prune(seat, (topic) => wanted.has(topic))
  const counts = countsOf(seats)
  makeRoom(seats, counts, wanted.size - counts.size)
  for (const copies of [0, 1])
    for (const topic of wanted.values()) {
      if (seats.every((seat) => roomIn(seat) <= 0)) break
      if ((counts.get(topic) ?? 0) !== copies) continue
      const seat = seatFor(seats, topic)
      if (seat === undefined) continue
      seat.topics.add(topic)
      counts.set(topic, copies + 1)
    }
  const twice = [...counts.values()].filter((copies) => copies > 1).length
  return { placed: counts.size, twice }
}
