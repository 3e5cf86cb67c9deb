import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSqliteStorage } from '../../plugins/storage/sqlite/index.ts'
import { createStore } from '../../plugins/storage/sqlite/store.ts'
import type { Push } from '../../src/ports/index.ts'
import type { BenchContext, Result } from '../bench.ts'
import { alternate, split } from '../rounds.ts'
import { createBareSqlite } from './bare-sqlite.ts'
import { callsAtOnce, createCalls, createPush, pushesInCall, rememberMs, throughPort } from './load.ts'

const identity = new Uint8Array(33).fill(2)
/** A slow disk's sync, and how many pushes are accepted each second meanwhile: two rows each. */
const syncDelayMs = 5
const pushesPerSecond = 3_200
const tickMs = 10

const inFolder = async <T>(context: BenchContext, work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'reveille-bench-'))
  context.atExit(() => rmSync(folder, { recursive: true, force: true }))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Accepting, handing out and settling through the port, beside the bare commits. */
export const measureSqlite = (context: BenchContext, calls: number): Promise<Result> =>
  inFolder(context, async (folder) => {
    const storage = await createSqliteStorage({ file: join(folder, 'port.db'), identity, now: Date.now })
    const bare = createBareSqlite(join(folder, 'bare.db'))
    const rounds = split(createCalls(calls), { most: 8, least: 8 })
    // Bare commits take as many calls together as the port has under way at once.
    const runBare = async (work: readonly Push[][]): Promise<number> =>
      split(work, { most: Math.ceil(work.length / callsAtOnce), least: 1 }).reduce(
        (sum, group) => sum + bare.run(group.flat()),
        0,
      )
    const pair = await alternate(rounds, (work) => throughPort(storage.outbox, work), runBare)
    await storage.close()
    bare.close()
    return {
      case: 'sqlite: accept and settle',
      unit: 'pushes/s',
      figure: pushesInCall / pair.subject,
      against: 'bare grouped commits of node:sqlite',
      than: pushesInCall / pair.bare,
      limit: true,
    }
  })

/** p99 of the event loop's delay in milliseconds while pushes are accepted at a steady rate. */
const delayWhile = async (seconds: number, accept: (pushes: readonly Push[]) => unknown): Promise<number> => {
  const group = Array.from({ length: (pushesPerSecond * tickMs) / 1_000 }, createPush)
  const fresh = (): Push[] => group.map((push) => ({ ...push, id: crypto.getRandomValues(new Uint8Array(32)) }))
  const pending = new Set<unknown>()
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  histogram.enable()
  const from = performance.now()
  for (let tick = 1; tick * tickMs < seconds * 1_000; tick++) {
    pending.add(accept(fresh()))
    await sleep(Math.max(0, from + tick * tickMs - performance.now()))
  }
  histogram.disable()
  await Promise.all(pending)
  // The histogram counts from one timer to the next: what is beyond its resolution is delay.
  return Math.max(0, histogram.percentile(99) / 1e6 - 1)
}

/** What a slow disk does to everything else: commits in the thread beside commits in the main thread. */
export const measureDelay = (context: BenchContext, seconds: number): Promise<Result> =>
  inFolder(context, async (folder) => {
    const storage = await createSqliteStorage({ file: join(folder, 'thread.db'), identity, now: Date.now, syncDelayMs })
    const inThread = await delayWhile(seconds, (pushes) => storage.outbox.accept(pushes, rememberMs))
    await storage.close()
    const store = createStore({ file: join(folder, 'main.db'), identity, syncDelayMs })
    const inMain = await delayWhile(seconds, (pushes) =>
      store.write([{ name: 'accept', args: [pushes, rememberMs, Date.now()] }]),
    )
    store.close()
    return {
      case: `sqlite: event loop delay p99, ${syncDelayMs} ms a sync, ${2 * pushesPerSecond} rows/s`,
      unit: 'ms',
      figure: inThread,
      against: 'the same commits in the main thread',
      than: inMain,
      limit: false,
    }
  })
