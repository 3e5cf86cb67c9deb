import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type BenchContext, BenchError } from './bench.ts'

/** A process of its own, so that its CPU time and its memory are nobody else's. One question at a time. */
export interface Child {
  ask<T>(question: object): Promise<T>
  close(): Promise<void>
}

export interface ChildOptions {
  readonly file: URL
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** For one answer, milliseconds. */
  readonly patienceMs?: number
}

const within = async <T>(what: string, ms: number, promise: Promise<T>): Promise<T> => {
  const limit = new AbortController()
  const late = pause(ms, undefined, { signal: limit.signal }).then(() => {
    throw new BenchError(`No figures: waited ${ms / 1000} s in vain for ${what}.`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    limit.abort()
  }
}

type Reply = { readonly value: unknown } | { readonly failure: string }

/** What a case needs: to start processes, to tell what is going on, to clean up. */
export interface ChildContext extends BenchContext {
  readonly start: (options: ChildOptions) => Child
}

/** All processes that are started end with this one, however it ends. */
export const withChildren = (context: BenchContext): ChildContext => {
  const living = new Set<ChildProcess>()
  context.atExit(() => {
    for (const child of living) child.kill('SIGKILL')
  })
  return { ...context, start: (options) => startChild(living, options) }
}

const startChild = (living: Set<ChildProcess>, options: ChildOptions): Child => {
  const { file, args = [], env = {}, patienceMs = 120_000 } = options
  const path = fileURLToPath(file)
  const name = basename(path)
  const child = fork(path, [...args], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 2, 2, 'ipc'],
    env: { ...process.env, ...env },
    serialization: 'advanced',
  })
  living.add(child)
  child.once('exit', () => living.delete(child))
  const gone = once(child, 'exit').then(([code]): never => {
    throw new BenchError(`No figures: ${name} ended before it was asked to (${code}).`)
  })
  gone.catch(() => undefined)
  return {
    ask: async <T>(question: object) => {
      const answer = once(child, 'message')
      child.send(question)
      const [reply] = (await within(`an answer of ${name}`, patienceMs, Promise.race([answer, gone]))) as [Reply]
      if ('failure' in reply) throw new BenchError(`No figures, because ${name} failed: ${reply.failure}`)
      return reply.value as T
    },
    close: async () => {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await within(`the end of ${name}`, patienceMs, ended)
    },
  }
}

/** The other end: answers each question of whoever started this process, and ends with it. */
export const serve = <Question>(answer: (question: Question) => unknown): void => {
  process.on('message', async (question: Question) => {
    const reply = await Promise.resolve()
      .then(() => answer(question))
      .then(
        (value): Reply => ({ value }),
        (error: unknown): Reply => ({ failure: error instanceof Error ? error.message : String(error) }),
      )
    process.send?.(reply)
  })
  process.on('disconnect', () => process.exit())
  // A Ctrl-C reaches every process of the terminal; the benchmark ends this one.
  process.on('SIGINT', () => undefined)
}

/** Bytes in use on the heap and beside it, after two collections. */
export const memoryInUse = (): number => {
  for (let i = 0; i < 2; i += 1) globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
