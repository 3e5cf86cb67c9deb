import type { Replicas } from '../ports/index.ts'
import type { QueueLimits } from './fair-queue.ts'

/** So long another replica has for what is its turn, before somebody looks whether it did it. */
const patienceMs = 500
const lookEveryMs = 100
const lookedAtOnce = 500

export interface Left {
  /** The message's hash, 32 bytes. */
  readonly hash: Uint8Array
  readonly bytes: number
}

/** Messages that another replica is to open, kept until it has. */
export interface LeftToOthers<Item extends Left> {
  readonly messages: number
  readonly bytes: number
  leave(item: Item): void
  /** Who lives has changed: looks at once at what is our turn now. */
  judgeAgain(): void
  /** Empties it, and looks no more. */
  clear(): Item[]
}

interface Entry<Item> {
  readonly item: Item
  dueAt: number
}

const keyOf = (hash: Uint8Array): string => Buffer.from(hash).toString('latin1')

/** `onRepeated`: it waits here already. `onDone`: another has handled it. `onFree`: nobody has it, or one who is gone. `onDropped`: it had to make room. */
export const createLeftToOthers = <Item extends Left>(parts: {
  readonly replicas: Replicas
  readonly limits: QueueLimits
  readonly isOurs: (hash: Uint8Array) => boolean
  readonly onRepeated: (item: Item) => void
  readonly onDone: (item: Item) => void
  readonly onFree: (item: Item) => void
  readonly onDropped: (item: Item) => void
}): LeftToOthers<Item> => {
  const { replicas, limits, isOurs, onRepeated, onDone, onFree, onDropped } = parts
  const entries = new Map<string, Entry<Item>>()
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const remove = (key: string, { item }: Entry<Item>): void => {
    if (entries.delete(key)) bytes -= item.bytes
  }

  const makeRoom = (): void => {
    for (const [key, entry] of entries) {
      if (entries.size <= limits.messages && bytes <= limits.bytes) return
      remove(key, entry)
      onDropped(entry.item)
    }
  }

  const judge = (key: string, entry: Entry<Item>, holder: string | undefined): void => {
    if (entries.get(key) !== entry) return
    if (holder !== undefined && holder !== 'done' && replicas.living().includes(holder)) {
      entry.dueAt = performance.now() + patienceMs
      return
    }
    remove(key, entry)
    if (holder === 'done') onDone(entry.item)
    else onFree(entry.item)
  }

  const look = async (): Promise<void> => {
    const at = performance.now()
    const due: [string, Entry<Item>][] = []
    for (const found of entries) {
      if (found[1].dueAt <= at) due.push(found)
      if (due.length === lookedAtOnce) break
    }
    if (due.length === 0) return
    try {
      const holders = await replicas.claimants(due.map(([, { item }]) => item.hash))
      for (const [i, [key, entry]] of due.entries()) judge(key, entry, holders[i])
    } catch {
      // The storage is away: whoever it is, nobody can have done it now.
      for (const [, entry] of due) entry.dueAt = performance.now() + patienceMs
    }
  }

  const schedule = (): void => {
    if (timer !== undefined || entries.size === 0 || closed) return
    timer = setTimeout(async () => {
      await look()
      timer = undefined
      schedule()
    }, lookEveryMs)
  }

  return {
    get messages() {
      return entries.size
    },
    get bytes() {
      return bytes
    },
    leave: (item) => {
      const key = keyOf(item.hash)
      if (entries.has(key)) return onRepeated(item)
      entries.set(key, { item, dueAt: performance.now() + patienceMs })
      bytes += item.bytes
      makeRoom()
      schedule()
    },
    judgeAgain: () => {
      for (const entry of entries.values()) if (isOurs(entry.item.hash)) entry.dueAt = 0
    },
    clear: () => {
      closed = true
      clearTimeout(timer)
      timer = undefined
      const items = [...entries.values()].map(({ item }) => item)
      entries.clear()
      bytes = 0
      return items
    },
  }
}
