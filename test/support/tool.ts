import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface ToolEnded {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface ToolOptions {
  /** After so many milliseconds it is killed. */
  readonly timeoutMs: number
  readonly env?: Readonly<Record<string, string>>
}

/** Runs `bench` or `chaos` as its npm script does. */
export const runTool = async (
  tool: 'bench' | 'chaos',
  args: readonly string[],
  { timeoutMs, env = {} }: ToolOptions,
): Promise<ToolEnded> => {
  const main = resolve(import.meta.dirname, '../..', tool, 'main.ts')
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...texts }
}

/** The same with a temporary folder of its own; `left`: what it left in there. */
export const runToolAlone = async (
  tool: 'bench' | 'chaos',
  args: readonly string[],
  options: ToolOptions,
): Promise<ToolEnded & { readonly left: readonly string[] }> => {
  const folder = mkdtempSync(join(tmpdir(), `reveille-${tool}-test-`))
  try {
    const ended = await runTool(tool, args, { ...options, env: { ...options.env, TMPDIR: folder } })
    return { ...ended, left: readdirSync(folder) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
