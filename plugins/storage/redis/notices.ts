import type { Replicas } from '../../../src/ports/index.ts'
import type { Client, Connections } from './connection.ts'
import { faultOf } from './faults.ts'

/** Whoever is further behind is told that something was missed. */
const noticesKept = 10_000
const blockMs = 2_000
const atOnce = 200
const retryMs = 200

export interface Notices extends Pick<Replicas, 'tell' | 'hear'> {
  /** From here on nothing is missed unnoticed. */
  open(): Promise<void>
  close(): void
}

interface Item {
  readonly id: string
  readonly from: string
  readonly text: string
}

/** `[id, ['from', name, 'text', notice]]`, as XREAD and XRANGE give it. */
const itemOf = (raw: unknown): Item => {
  const [id, fields] = raw as [Buffer, Buffer[]]
  return { id: String(id), from: String(fields[1] ?? ''), text: String(fields[3] ?? '') }
}

/** The numbers of a stream's id, `milliseconds-counter`. */
const isBefore = (a: string, b: string): boolean => {
  const [aMs = '0', aN = '0'] = a.split('-')
  const [bMs = '0', bN = '0'] = b.split('-')
  return BigInt(aMs) < BigInt(bMs) || (aMs === bMs && BigInt(aN) < BigInt(bN))
}

/** What replicas tell each other: a stream, read by each from where it was, so that a broken connection loses nothing. */
export const createNotices = (connections: Connections, key: string, own: string): Notices => {
  let reader: Client | undefined
  let position: string | undefined
  let onNotice: (notice: string) => void = () => undefined
  let onMissed: () => void = () => undefined
  let closed = false

  const newest = async (client: Client): Promise<string> => {
    const [last] = (await client.callBuffer('XREVRANGE', key, '+', '-', 'COUNT', 1)) as unknown[]
    return last === undefined ? '0-0' : itemOf(last).id
  }

  /** Whether something between our position and the oldest that is kept is gone, or the stream itself. */
  const isTrimmed = async (client: Client, at: string): Promise<boolean> => {
    const [first] = (await client.callBuffer('XRANGE', key, '-', '+', 'COUNT', 1)) as unknown[]
    if (first === undefined) return at !== '0-0'
    const length = Number(await client.call('XLEN', key))
    return isBefore(at, itemOf(first).id) && length >= noticesKept / 2
  }

  const read = async (client: Client, at: string): Promise<string> => {
    const answer = (await client.callBuffer('XREAD', 'COUNT', atOnce, 'BLOCK', blockMs, 'STREAMS', key, at)) as
      | [Buffer, unknown[]][]
      | null
    const items = (answer?.[0]?.[1] ?? []).map(itemOf)
    for (const { from, text } of items) if (from !== own && !closed) onNotice(text)
    return items.at(-1)?.id ?? at
  }

  const loop = async (client: Client): Promise<void> => {
    let wasBroken = false
    while (!closed) {
      try {
        position ??= await newest(client)
        if (wasBroken && (await isTrimmed(client, position))) {
          position = await newest(client)
          onMissed()
        }
        wasBroken = false
        position = await read(client, position)
      } catch {
        wasBroken = true
        if (!closed) await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }

  return {
    tell: async (notice) => {
      const { commands } = connections
      await commands
        .call('XADD', key, 'MAXLEN', '~', noticesKept, '*', 'from', own, 'text', notice)
        .catch((error: unknown) => {
          throw faultOf(error)
        })
    },
    hear: (listener, missed) => {
      onNotice = listener
      onMissed = missed
    },
    open: async () => {
      position = await newest(connections.commands).catch((error: unknown) => {
        throw faultOf(error)
      })
      reader = connections.open('notices')
      void loop(reader)
    },
    close: () => {
      closed = true
      reader?.disconnect()
    },
  }
}
