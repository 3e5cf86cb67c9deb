import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { patienceMs, until } from './stage.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** A command of ours as a process of its own. */
export interface Run {
  readonly child: ChildProcess
  out(): string
  err(): string
  /** Resolves when the text is on standard output. */
  printed(text: string): Promise<void>
  /** Resolves with the exit code, or the name of the signal that ended it; kills it after `within` ms. */
  ended(within?: number): Promise<number | string | null>
}

/** Nothing of this process's settings reaches the command. */
export const runCommand = (
  args: readonly string[],
  { env = {}, cwd }: { env?: Readonly<Record<string, string>>; cwd: string },
): Run => {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.err += text
  })
  const closed = once(child, 'close')
  return {
    child,
    out: () => texts.out,
    err: () => texts.err,
    printed: (text) =>
      until(`"${text}" on standard output (${texts.err})`, () => texts.out.includes(text) || child.exitCode !== null),
    ended: async (within = patienceMs) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), within)
      await closed
      clearTimeout(timer)
      return child.exitCode ?? child.signalCode
    },
  }
}
