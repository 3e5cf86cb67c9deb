import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Storage } from '../../src/ports/index.ts'
import type { Victim } from './storage.ts'
import { bytesOf, hex } from './storage-samples.ts'

/** What the victim claims, and the lead that it takes; both for an hour. */
export const victimClaim = bytesOf('claimed by the victim', 32)
export const victimLead = 'victim'
const hour = 3_600_000

/**
 * The life of a replica that a test kills: it claims a message, takes a lead and every push that is there, says its name on standard
 * output and then nothing more.
 */
export const runReplica = async ({ claims, replicas, outbox }: Storage): Promise<void> => {
  // Keeps the process alive while it only waits to be killed, yet not longer than any test.
  setTimeout(() => process.exit(1), 60_000)
  const never = Promise.withResolvers<never>()
  const claimed = await claims.take(victimClaim, hour)
  const leads = await replicas?.lead(victimLead, hour)
  process.stdout.write(`${replicas?.own} ${claimed} ${leads}\n`)
  const hold = (): Promise<never> => {
    process.stdout.write('push\n')
    return never.promise
  }
  outbox.work(hold, { concurrency: 50, leaseMs: hour })
  await never.promise
}

export interface RunningReplica {
  readonly own: string
  /** `mine true` where it has both. */
  readonly has: string
  /** How many pushes it holds. */
  inHand(): number
  /** SIGKILL resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

/** Runs a work beside a victim, which is ended afterwards. */
export const besideReplica = async (
  { module, args }: Victim,
  identity: Uint8Array,
  work: (replica: RunningReplica) => Promise<void>,
): Promise<void> => {
  const path = module instanceof URL ? fileURLToPath(module) : module
  const child = spawn(process.execPath, [path, ...args(hex(identity))], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const lines = createInterface(child.stdout)
    let pushes = 0
    lines.on('line', (line) => {
      if (line === 'push') pushes++
    })
    const line = await Promise.race([
      once(lines, 'line').then(([first]) => String(first)),
      once(child, 'exit').then(() => Promise.reject(new Error('the victim ended by itself'))),
    ])
    const [own = '', ...has] = line.split(' ')
    await work({
      own,
      has: has.join(' '),
      inHand: () => pushes,
      kill: async (signal) => (signal === 'SIGKILL' ? end(child) : void child.kill(signal)),
    })
  } finally {
    await end(child)
  }
}
