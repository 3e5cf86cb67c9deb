import { setTimeout as pause } from 'node:timers/promises'
import type { Replicas } from '../../../src/ports/index.ts'
import type { Client, Connections } from './connection.ts'
import { faultOf } from './faults.ts'
import { createScript } from './script.ts'

/** Whoever is further behind is told that something was missed. */
const noticesKept = 10_000
const keptMs = 3_600_000
const blockMs = 2_000
/** A connection on which nothing comes back for so long after the end of a blocking command is as good as broken. */
const patienceMs = 3_000
const atOnce = 200
const retryMs = 200
/** So many are kept for a listener that is not there yet. */
const earlyKept = 1_000

export interface NoticeKeys {
  readonly stream: Buffer
  /** How many were ever told: a number that each of them carries shows whether one is missing. */
  readonly count: Buffer
}

/** A function for scripts: `tell(stream, count, from, text)`. An empty text says that who lives has changed. */
export const tellInScript = `
local function tell(stream, count, from, text)
  local number = redis.call('INCR', count)
  redis.call('XADD', stream, 'MAXLEN', '~', ${noticesKept}, '*', 'number', number, 'from', from, 'text', text)
  redis.call('PEXPIRE', stream, ${keptMs})
end`

/** KEYS: the stream, its count. ARGV: own name, text. */
const tellAll = createScript(`${tellInScript}
tell(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
return 1`)

/** KEYS: as above. Answers how many were told and the id of the newest that is kept, or ''. */
const look = createScript(`
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
return { tonumber(redis.call('GET', KEYS[2]) or '0'), newest and newest[1] or '' }`)

export interface Notices extends Pick<Replicas, 'tell' | 'hear'> {
  /** From here on nothing is missed unnoticed. */
  open(): Promise<void>
  close(): void
}

interface Item {
  readonly id: string
  readonly number: number
  readonly from: string
  readonly text: string
}

/** `[id, ['number', number, 'from', name, 'text', notice]]`, as XREAD gives it. */
const itemOf = (raw: unknown): Item => {
  const [id, fields] = raw as [Buffer, Buffer[]]
  const [, number, , from, , text] = fields
  return { id: String(id), number: Number(number), from: String(from ?? ''), text: String(text ?? '') }
}

/** Compares a stream's ids, `milliseconds-counter`; '' comes before all. */
const isBefore = (a: string, b: string): boolean => {
  const [aMs = '', aCounter = ''] = a.split('-')
  const [bMs = '', bCounter = ''] = b.split('-')
  return BigInt(aMs) < BigInt(bMs) || (BigInt(aMs) === BigInt(bMs) && BigInt(aCounter) < BigInt(bCounter))
}

/** What replicas tell each other: a stream, read by each from where it was, so that a broken connection loses nothing. */
export const createNotices = (parts: {
  readonly connections: Connections
  readonly own: string
  readonly keys: NoticeKeys
  /** Hears that who lives has changed. Must not throw. */
  readonly onLife: () => void
}): Notices => {
  const { connections, own, onLife } = parts
  const { stream, count } = parts.keys
  let position = ''
  let known = 0
  let wasBehind = false
  let closed = false
  let onNotice: ((notice: string) => void) | undefined
  let onMissed: (() => void) | undefined
  let early: string[] = []
  let earlyMissed = false

  const miss = (): void => {
    early = []
    if (onMissed === undefined) earlyMissed = true
    else onMissed()
  }

  const deliver = (text: string): void => {
    if (onNotice === undefined) {
      if (early.length < earlyKept) early.push(text)
      else miss()
      return
    }
    try {
      onNotice(text)
    } catch {
      // What it could not take is to be read from the records.
      miss()
    }
  }

  const take = ({ id, number, from, text }: Item): void => {
    const isNext = number === known + 1
    position = id
    known = number
    if (!isNext) miss()
    if (from === own) return
    if (text === '') onLife()
    else deliver(text)
  }

  const lookNow = async (): Promise<{ readonly told: number; readonly newest: string }> => {
    const [told, newest] = (await connections.script(look, [stream, count], [])) as [number, Buffer]
    return { told, newest: String(newest) }
  }

  /** Nothing came for a while: right, unless there is something that will never come. */
  const checkSilence = async (client: Client): Promise<void> => {
    const { told, newest } = await lookNow()
    if (closed) return
    const isBehind = told > known && isBefore(position, newest)
    if (isBehind && wasBehind) client.disconnect(true)
    wasBehind = isBehind
    if (told === known || isBehind) return
    position = newest
    known = told
    miss()
  }

  const read = async (client: Client): Promise<boolean> => {
    // A command that was under way is sent again on the new connection: there is never a second one beside it.
    const kick = setInterval(() => {
      if (closed) clearInterval(kick)
      else if (client.status === 'ready' || client.status === 'connect') client.disconnect(true)
    }, blockMs + patienceMs)
    // The connection of a cluster that is closed while it is made never says that it is over.
    kick.unref()
    try {
      const from = position === '' ? '0-0' : position
      const answer = (await client.callBuffer('XREAD', 'COUNT', atOnce, 'BLOCK', blockMs, 'STREAMS', stream, from)) as
        | [Buffer, unknown[]][]
        | null
      const items = (answer?.[0]?.[1] ?? []).map(itemOf)
      for (const item of items) if (!closed) take(item)
      return items.length > 0
    } finally {
      clearInterval(kick)
    }
  }

  const isOver = (): boolean => closed || connections.isClosed

  const loop = async (client: Client): Promise<void> => {
    while (!isOver()) {
      try {
        if (await read(client)) wasBehind = false
        else await checkSilence(client)
      } catch {
        if (!isOver()) await pause(retryMs, undefined, { ref: false })
      }
    }
  }

  return {
    tell: async (notice) => {
      // Whole instead of by its hash: a second attempt for a server that does not know it would change the order.
      await connections.commands.call('EVAL', tellAll.text, 2, stream, count, own, notice).catch((error: unknown) => {
        throw faultOf(error)
      })
    },
    hear: (listener, missed) => {
      onNotice = listener
      onMissed = missed
      if (earlyMissed) missed()
      for (const notice of early.splice(0)) listener(notice)
    },
    open: async () => {
      const { told, newest } = await lookNow()
      position = newest
      known = told
      void loop(connections.open('notices'))
    },
    close: () => {
      // Its connection ends with the others: ended twice, it would keep the process for two seconds.
      closed = true
    },
  }
}
