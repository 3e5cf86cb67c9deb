import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

// Sources run as they are; the package holds what is made of them.
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const main = fileURLToPath(new URL(`../main${extension}`, import.meta.url))

/** A gateway as a process of its own, and what it printed of itself. */
export interface GatewayProcess {
  /** Uncompressed public key, 130 hex digits. */
  readonly publicKey: string
  readonly address: string
  readonly statsUrl: string
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
}

const printed = (lines: readonly string[], label: string): string =>
  lines
    .find((line) => line.startsWith(`${label} `))
    ?.slice(label.length)
    .trim() ?? ''

const ended = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

/** Starts `reveille start` with these settings and resolves when it is ready; `onChild` hears of the process at once. */
export const startGatewayProcess = async (
  env: Readonly<Record<string, string>>,
  cwd: string,
  onChild: (child: ChildProcess) => void,
): Promise<GatewayProcess> => {
  const child = spawn(process.execPath, [main, 'start'], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  onChild(child)
  const complaints: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line))
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (line.startsWith('ready ')) break
  }
  if (!lines.some((line) => line.startsWith('ready ')))
    throw new Error(`the gateway did not start: ${complaints.slice(-5).join(' ')}`)
  child.stdout.resume()
  return {
    publicKey: printed(lines, 'public key').slice(2),
    address: printed(lines, 'address'),
    statsUrl: printed(lines, 'stats'),
    kill: async () => {
      child.kill('SIGKILL')
      await ended(child)
    },
    stop: () => {
      child.kill('SIGTERM')
      return ended(child)
    },
  }
}
