import type { Outbox, QueuedPush } from '../../../src/ports/index.ts'
import { createHeap } from '../shared/heap.ts'
import { createWorker, type OutboxWorker, type PushSource } from '../shared/worker.ts'
import { copy, hex, type Room } from './bytes.ts'

const copyPush = ({ id, owner, installation, acceptedAt, expiresAt, body, attempts }: QueuedPush): QueuedPush => ({
  id: copy(id),
  owner: copy(owner),
  installation,
  acceptedAt,
  expiresAt,
  body: copy(body),
  attempts,
})

interface Entry {
  push: QueuedPush
  readonly order: number
  /** Unix milliseconds; 0 for what may be handed out now. */
  due: number
  settled: boolean
}

interface MemoryOutbox extends Outbox {
  /** Removes the queued pushes of an owner, and the memory of these and of the given ids. */
  erase(owner: Uint8Array, ids: readonly Uint8Array[]): void
  close(): void
}

/** The outbox of a `Storage`, in maps and two heaps. */
export const createOutbox = (now: () => number, room: Room): MemoryOutbox => {
  const remembered = new Map<string, number>()
  const queued = new Map<string, Entry>()
  const ready = createHeap<Entry>(
    (a, b) => a.push.acceptedAt < b.push.acceptedAt || (a.push.acceptedAt === b.push.acceptedAt && a.order < b.order),
  )
  const waiting = createHeap<{ entry: Entry; due: number }>((a, b) => a.due < b.due)
  let order = 0
  let worker: OutboxWorker | undefined

  const postpone = (entry: Entry, due: number): void => {
    entry.due = due
    waiting.push({ entry, due })
  }

  const release = (entry: Entry): void => {
    entry.due = 0
    ready.push(entry)
  }

  const forgetExpired = (most: number): void => {
    let looked = 0
    for (const [id, until] of remembered) {
      if (until > now() || looked++ >= most) return
      remembered.delete(id)
    }
  }

  const promote = (): number | undefined => {
    for (let first = waiting.peek(); first !== undefined; first = waiting.peek()) {
      // An entry that was settled or postponed again since leaves its old place behind.
      const valid = !first.entry.settled && first.entry.due === first.due
      if (valid && first.due > now()) return first.due
      waiting.pop()
      if (valid) release(first.entry)
    }
    return undefined
  }

  const isNewest = (entry: Entry | undefined, push: QueuedPush): entry is Entry =>
    entry?.push.attempts === push.attempts + 1

  const source: PushSource = {
    async take(limit, leaseUntil) {
      const nextDue = promote()
      const pushes: QueuedPush[] = []
      while (pushes.length < limit) {
        const entry = ready.pop()
        if (entry === undefined) break
        if (entry.settled) continue
        pushes.push(copyPush(entry.push))
        entry.push = { ...entry.push, attempts: entry.push.attempts + 1 }
        postpone(entry, leaseUntil)
      }
      return { pushes, nextDue }
    },
    async settle(push, settlement) {
      const key = hex(push.id)
      const entry = queued.get(key)
      if (entry === undefined) return
      if (settlement.kind === 'done') {
        entry.settled = true
        queued.delete(key)
      } else if (isNewest(entry, push)) postpone(entry, settlement.at)
    },
    async giveBack(pushes) {
      for (const push of pushes) {
        const entry = queued.get(hex(push.id))
        if (!isNewest(entry, push)) continue
        entry.push = { ...entry.push, attempts: push.attempts }
        release(entry)
      }
    },
  }

  return {
    async accept(pushes, rememberMs) {
      forgetExpired(2 * pushes.length)
      const fresh = new Map<string, QueuedPush>()
      const results = pushes.map((push) => {
        const key = hex(push.id)
        const known = fresh.has(key) || queued.has(key) || (remembered.get(key) ?? Number.NEGATIVE_INFINITY) > now()
        if (!known) fresh.set(key, copyPush({ ...push, attempts: 0 }))
        return known ? 'duplicate' : 'accepted'
      })
      if (fresh.size > 0) room(remembered)
      for (const [key, push] of fresh) {
        const entry: Entry = { push, order: order++, due: 0, settled: false }
        remembered.delete(key)
        remembered.set(key, now() + rememberMs)
        queued.set(key, entry)
        ready.push(entry)
      }
      worker?.wake()
      return results
    },
    work(handle, limits) {
      if (worker !== undefined) throw new Error('This storage has a worker already; stop it first.')
      const own = createWorker({ source, now, handle, limits })
      worker = own
      const stop = async (): Promise<void> => {
        await own.stop()
        if (worker === own) worker = undefined
      }
      return { stop }
    },
    async counts() {
      let oldestAcceptedAt: number | undefined
      for (const { push } of queued.values())
        if (oldestAcceptedAt === undefined || push.acceptedAt < oldestAcceptedAt) oldestAcceptedAt = push.acceptedAt
      return { queued: queued.size, inHand: worker?.inHand() ?? 0, oldestAcceptedAt }
    },
    erase(owner, ids) {
      for (const [key, entry] of queued) {
        if (hex(entry.push.owner) !== hex(owner)) continue
        entry.settled = true
        queued.delete(key)
        remembered.delete(key)
      }
      for (const id of ids) if (!queued.has(hex(id))) remembered.delete(hex(id))
    },
    close: () => worker?.abandon(),
  }
}
