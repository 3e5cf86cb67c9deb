export interface QueueLimits {
  readonly messages: number
  readonly bytes: number
}

export interface Added<Item> {
  readonly added: boolean
  /** What had to leave. */
  readonly evicted: readonly Item[]
}

/** What waits, in a line for each source, so that one who sends much holds up nobody but himself. */
export interface FairQueue<Item> {
  readonly messages: number
  readonly bytes: number
  /** Whether an item of so many bytes fits without anybody leaving. */
  hasRoom(bytes: number): boolean
  /**
   * Takes an item of so many bytes in. Where there is no room, the newest items of whoever has most waiting make some; where that
   * is its own source, it is not added.
   */
  add(source: string, item: Item, bytes: number): Added<Item>
  /** Up to `most` items, one of each source in turn, each source's oldest first. */
  take(most: number): Item[]
  /** Empties it. */
  clear(): Item[]
}

interface Entry<Item> {
  readonly item: Item
  readonly bytes: number
}

interface Line<Item> {
  readonly source: string
  readonly entries: Entry<Item>[]
  bytes: number
}

export const createFairQueue = <Item>(limits: QueueLimits): FairQueue<Item> => {
  /** In the order of their turns. */
  const lines = new Map<string, Line<Item>>()
  const held = { messages: 0, bytes: 0 }

  const count = (line: Line<Item>, entry: Entry<Item>, sign: 1 | -1): void => {
    line.bytes += sign * entry.bytes
    held.bytes += sign * entry.bytes
    held.messages += sign
    if (line.entries.length === 0) lines.delete(line.source)
  }

  const isOver = (bytes: number): boolean => held.messages >= limits.messages || held.bytes + bytes > limits.bytes

  const largest = (): Line<Item> | undefined => {
    const weigh = ({ entries, bytes }: Line<Item>): number =>
      held.messages >= limits.messages ? entries.length : bytes
    let found: Line<Item> | undefined
    for (const line of lines.values()) if (found === undefined || weigh(line) > weigh(found)) found = line
    return found
  }

  /** Makes room at the cost of others who have more waiting. */
  const makeRoom = (source: string, bytes: number): Item[] => {
    const evicted: Item[] = []
    while (isOver(bytes)) {
      const line = largest()
      if (line === undefined || line.source === source) break
      const entry = line.entries.pop()
      if (entry === undefined) break
      count(line, entry, -1)
      evicted.push(entry.item)
    }
    return evicted
  }

  return {
    get messages() {
      return held.messages
    },
    get bytes() {
      return held.bytes
    },
    hasRoom: (bytes) => !isOver(bytes),
    add: (source, item, bytes) => {
      if (bytes > limits.bytes) return { added: false, evicted: [] }
      const evicted = makeRoom(source, bytes)
      if (isOver(bytes)) return { added: false, evicted }
      const line = lines.get(source) ?? { source, entries: [], bytes: 0 }
      lines.set(source, line)
      const entry = { item, bytes }
      line.entries.push(entry)
      count(line, entry, 1)
      return { added: true, evicted }
    },
    take: (most) => {
      const taken: Item[] = []
      while (taken.length < most) {
        const line = lines.values().next().value
        const entry = line?.entries.shift()
        if (line === undefined || entry === undefined) break
        lines.delete(line.source)
        if (line.entries.length > 0) lines.set(line.source, line)
        count(line, entry, -1)
        taken.push(entry.item)
      }
      return taken
    },
    clear: () => {
      const all = [...lines.values()].flatMap(({ entries }) => entries.map(({ item }) => item))
      lines.clear()
      held.messages = 0
      held.bytes = 0
      return all
    },
  }
}
