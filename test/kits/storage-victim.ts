import type { Storage } from '../../src/ports/index.ts'
import { hex, pushOf, registrationOf } from './storage-samples.ts'

const day = 86_400_000
const writersOfEach = 8

const say = (word: string, name: string): void => void process.stdout.write(`${word} ${name}\n`)

const forever = async (step: (name: string) => Promise<void>, writer: string): Promise<never> => {
  for (let i = 0; ; i++) await step(`${writer}-${i}`)
}

const write = ({ registrations, outbox }: Storage, round: string): Promise<unknown> => {
  const put = async (name: string): Promise<void> => {
    const result = await registrations.put(registrationOf({ owner: name, content: name, version: 2n ** 60n }))
    if (result === 'stored') say('put', name)
  }
  const accept = async (name: string): Promise<void> => {
    const results = await outbox.accept([pushOf(name), pushOf(`${name}-second`)], day)
    if (results[0] === 'accepted') say('accepted', name)
    if (results[1] === 'accepted') say('accepted', `${name}-second`)
  }
  const writers = Array.from({ length: writersOfEach }, (_, i) => [
    forever(put, `${round}-p${i}`),
    forever(accept, `${round}-a${i}`),
  ])
  return Promise.race(writers.flat())
}

const hold = async ({ outbox }: Storage, round: string): Promise<unknown> => {
  await outbox.accept(
    Array.from({ length: 10 }, (_, i) => pushOf(`${round}-${i}`)),
    day,
  )
  const never = Promise.withResolvers<never>()
  outbox.work(
    (push) => {
      say('handed', hex(push.id))
      return never.promise
    },
    { concurrency: 10, leaseMs: 1000 },
  )
  return never.promise
}

/**
 * The life of a process that a test kills: it works on the storage without end and says on standard output, a line each, what
 * it was told is durable. `args` are the last two arguments of the command line: what to do and the name of the round.
 */
export const runVictim = async (storage: Storage, args: readonly string[] = process.argv.slice(-2)): Promise<void> => {
  const [mode, round = 'round'] = args
  // Keeps the process alive while it only waits to be killed, yet not longer than any test.
  setTimeout(() => process.exit(1), 60_000)
  await (mode === 'hold' ? hold(storage, round) : write(storage, round))
}
