import type { Replicas } from '../../../src/ports/index.ts'
import type { Connections } from './connection.ts'
import { type NoticeKeys, tellInScript } from './notices.ts'
import { reportInScript } from './reports.ts'
import { createScript } from './script.ts'

const signEveryMs = 1_000
const againAfterMs = 200
/** Whoever is silent for so long is gone. */
const goneAfterMs = 3_000
const keptMs = 86_400_000

/** Redis' own time in ms, since the clocks of the replicas' machines differ; and who is the newest to have signed, by it. */
const times = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local newest = tonumber(redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2])
local function isAlive(name)
  local seen = tonumber(redis.call('ZSCORE', KEYS[1], name))
  return seen and newest and seen >= newest - ${goneAfterMs}
end`

/**
 * KEYS: signs of life, reports, notices, their count. ARGV: own name, report or ''. Answers who lives; a change is told to all.
 * While nobody could sign, since Redis was away or its clock was set, nobody grows older.
 */
const sign = createScript(`${times}${tellInScript}${reportInScript}
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
local pause = newest and now - newest or 0
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if pause < 0 then redis.call('ZADD', KEYS[1], 'LT', now, name)
  elseif before and pause > ${goneAfterMs} then redis.call('ZINCRBY', KEYS[1], pause, name) end
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
local gone = redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. now - ${goneAfterMs})
redis.call('PEXPIRE', KEYS[1], ${keptMs})
if ARGV[2] ~= '' then report(KEYS[2], ARGV[1], now, ARGV[2]) end
if gone > 0 or not before then tell(KEYS[3], KEYS[4], ARGV[1], '') end
return redis.call('ZRANGE', KEYS[1], 0, -1)`)

/** KEYS and ARGV as above: the last report. */
const leave = createScript(`${times}${tellInScript}${reportInScript}
if ARGV[2] ~= '' then report(KEYS[2], ARGV[1], now, ARGV[2]) end
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then tell(KEYS[3], KEYS[4], ARGV[1], '') end
return 1`)

/** KEYS: signs of life. ARGV: a name. */
const ask = createScript(`${times}
return isAlive(ARGV[1]) and 1 or 0`)

/** KEYS: signs of life, the lead. ARGV: own name, ms. Whoever is taken for dead itself leads nobody. */
const lead = createScript(`${times}
if not isAlive(ARGV[1]) then return 0 end
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] and isAlive(holder) then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1`)

export interface Signs extends Pick<Replicas, 'living' | 'onChange' | 'report'> {
  /** Gives the first sign of life; rejects where Redis does not take it. Then one follows each second. */
  open(): Promise<void>
  /** Looks at once who lives, since somebody said that it changed. */
  look(): void
  /** Whether Redis says so now. False also while it does not answer: who is not known to be gone may be at work. */
  isGone(name: string): Promise<boolean>
  /** Takes or keeps the lead in this key; rejects where Redis does not answer. */
  lead(key: Buffer, ms: number): Promise<boolean>
  /** Gone for all others. Rejects where Redis does not answer. */
  close(): Promise<void>
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i])

/** Who lives: each replica signs once a second, in one round trip, and hears who else did. */
export const createSigns = (parts: {
  readonly connections: Connections
  readonly own: string
  readonly keys: { readonly signs: Buffer; readonly reports: Buffer; readonly notices: NoticeKeys }
}): Signs => {
  const { connections, own } = parts
  const { signs, reports, notices } = parts.keys
  let living: readonly string[] = [own]
  let changed: (living: readonly string[]) => void = () => undefined
  let text = ''
  let next: NodeJS.Timeout | undefined
  let alone: NodeJS.Timeout | undefined
  let signing: Promise<void> | undefined
  let closed = false

  const know = (names: readonly string[]): void => {
    const sorted = [...new Set([...names, own])].sort()
    if (closed || sameList(sorted, living)) return
    living = sorted
    changed(living)
  }

  const all = [signs, reports, notices.stream, notices.count]

  const sendSign = async (): Promise<void> => {
    const names = (await connections.script(sign, all, [own, text])) as Buffer[]
    clearTimeout(alone)
    // Others may have gone meanwhile: as far as this one knows, nobody else is left.
    alone = setTimeout(() => know([]), goneAfterMs).unref()
    know(names.map(String))
  }

  /** One at a time, so that none can be on its way any more when this replica leaves. */
  const signNow = (): Promise<void> => {
    signing ??= sendSign().finally(() => {
      signing = undefined
    })
    return signing
  }

  const signAfter = (ms: number): void => {
    clearTimeout(next)
    if (closed || connections.isClosed) return
    next = setTimeout(
      () =>
        signNow().then(
          () => signAfter(signEveryMs),
          () => signAfter(againAfterMs),
        ),
      ms,
    ).unref()
  }

  return {
    living: () => living,
    onChange: (listener) => {
      changed = listener
    },
    report: (newest) => {
      text = newest
    },
    open: async () => {
      await signNow()
      signAfter(signEveryMs)
    },
    look: () => {
      // Two changes at once: the sign that is on its way may not have seen the second one.
      const before = signing ?? Promise.resolve()
      void before.catch(() => undefined).then(() => signAfter(0))
    },
    isGone: async (name) => {
      if (name === own || living.includes(name)) return false
      return (await connections.script(ask, [signs], [name]).catch(() => 1)) === 0
    },
    lead: async (key, ms) => (await connections.script(lead, [signs, key], [own, Math.max(1, Math.ceil(ms))])) === 1,
    close: async () => {
      closed = true
      clearTimeout(next)
      clearTimeout(alone)
      await signing?.catch(() => undefined)
      await connections.script(leave, all, [own, text])
    },
  }
}
