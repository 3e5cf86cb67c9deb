import { randomBytes, randomInt } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BenchError, type Result } from '../bench.ts'
import type { Child, ChildContext } from '../child.ts'
import { type Asker, createAsker } from './asker.ts'
import type { Read, ReadQuestion } from './read-process.ts'
import type { Ready, ReadyQuestion } from './ready-process.ts'
import { writeUsers } from './users.ts'

const queries = 20
/** Topics on which a gateway listens for itself. */
const ownTopics = 2
const readyPatienceMs = 180_000

/** Below 2^255 and above 0: always a key of the curve. */
const freshPrivateKey = (): Uint8Array => {
  const [first = 0, ...rest] = randomBytes(32)
  return Uint8Array.of((first & 0x7f) | 1, ...rest)
}

const makeFolder = ({ atExit }: ChildContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'reveille-bench-'))
  atExit(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const start = async (context: ChildContext, question: ReadyQuestion): Promise<{ child: Child; ready: Ready }> => {
  const child = context.start({ file: new URL('ready-process.ts', import.meta.url), patienceMs: readyPatienceMs })
  return { child, ready: await child.ask<Ready>(question) }
}

const check = ({ topics, keysDerived }: Ready, users: number): void => {
  // Two for each user; among millions some share their four bytes.
  const wanted = 2 * users
  if (topics > wanted + ownTopics || topics < wanted * 0.99)
    throw new BenchError(`No figures: the gateway listens on ${topics} topics for ${users} users.`)
  if (keysDerived > 0) throw new BenchError(`No figures: ${keysDerived} topic keys were derived before any message.`)
}

const askSome = async (asker: Asker, server: Uint8Array, users: number): Promise<void> => {
  for (let i = 0; i < queries; i += 1) await asker.ask(server, randomInt(users))
}

const readBare = async (context: ChildContext, file: string): Promise<Read> => {
  const child = context.start({ file: new URL('read-process.ts', import.meta.url) })
  const read = await child.ask<Read>({ file } satisfies ReadQuestion)
  await child.close()
  return read
}

/** Time to ready with this many registered users, and what each of them takes. */
export const measureReady = async (context: ChildContext, users: number): Promise<Result[]> => {
  const { progress } = context
  const folder = makeFolder(context)
  const dataDirs = { empty: join(folder, 'empty'), full: join(folder, 'full'), asker: join(folder, 'asker') }
  for (const path of Object.values(dataDirs)) mkdirSync(path)
  const privateKey = freshPrivateKey()
  const server = await writeUsers({ dataDir: dataDirs.full, privateKey }, users, progress)
  const asker = await createAsker(dataDirs.asker)
  const peer = asker.address
  const none = await start(context, { dataDir: dataDirs.empty, privateKey, peer })
  await none.child.close()
  const { child, ready } = await start(context, { dataDir: dataDirs.full, privateKey, peer })
  check(ready, users)
  await askSome(asker, server, users)
  await child.close()
  await asker.close()
  const read = await readBare(context, join(dataDirs.full, 'reveille.db'))
  rmSync(folder, { recursive: true, force: true })
  const each = (bytes: number): number => bytes / users
  const resident = each(ready.resident - none.ready.resident)
  progress(
    `users: ${ready.seconds.toFixed(2)} s from the start of the process to ready (${none.ready.seconds.toFixed(2)} s without users), ${queries} queries answered, ${resident.toFixed(0)} bytes of the machine’s memory each`,
  )
  progress('goal: ready in under 10 s, under 400 bytes for each user')
  return [
    {
      case: `time to ready with ${users} users`,
      unit: 's',
      figure: ready.seconds,
      against: 'bare node:sqlite reading the topics',
      than: read.seconds,
      limit: true,
    },
    {
      case: `memory per registered user, of ${users}`,
      unit: 'bytes',
      figure: each(ready.memory - none.ready.memory),
      against: 'bare Set of the topics read',
      than: each(read.memory),
      limit: true,
    },
  ]
}
