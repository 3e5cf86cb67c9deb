import { BenchError, type Result } from '../bench.ts'
import type { Child, ChildContext } from '../child.ts'
import { alternate, split } from '../rounds.ts'
import type { Received, ReceiverQuestion } from './receiver-process.ts'
import type { SenderQuestion } from './sender-process.ts'

/** More would not fit between sender and receiver: what overflows is dropped. */
const mostPerRound = 6_000
const leastPerRound = 50

/** A receiver and the only peer that it has. */
interface Line {
  /** Sends so many messages and answers the CPU milliseconds that the receiver took. */
  play(count: number): Promise<number>
  close(): Promise<void>
}

const openLine = async (context: ChildContext, kind: 'plugin' | 'bare'): Promise<Line> => {
  const patienceMs = 60_000
  const sender: Child = context.start({ file: new URL('sender-process.ts', import.meta.url), patienceMs })
  const receiver: Child = context.start({
    file: new URL('receiver-process.ts', import.meta.url),
    args: [kind],
    patienceMs,
  })
  const address = await sender.ask<string>({ kind: 'address' } satisfies SenderQuestion)
  await receiver.ask({ kind: 'connect', address } satisfies ReceiverQuestion)
  return {
    play: async (count) => {
      await receiver.ask({ kind: 'begin', count } satisfies ReceiverQuestion)
      await sender.ask({ kind: 'send', count } satisfies SenderQuestion)
      const { cpuMs, passedOn } = await receiver.ask<Received>({ kind: 'end' } satisfies ReceiverQuestion)
      const expected = kind === 'plugin' ? Math.ceil(count / 2) : count
      if (passedOn !== expected)
        throw new BenchError(`No figures: of ${count} messages ${passedOn} were passed on, not ${expected}.`)
      return cpuMs
    },
    close: async () => void (await Promise.all([sender.close(), receiver.close()])),
  }
}

/** Messages per CPU second of the receiving process. `count` messages go to each side. */
export const measureThroughput = async (context: ChildContext, count: number): Promise<Result> => {
  const { progress } = context
  progress(`messages: ${count} from another process over loopback TCP, every other one on a topic that is listened to`)
  const plugin = await openLine(context, 'plugin')
  const bare = await openLine(context, 'bare')
  // Before that the compiler is not done with either side.
  const warmUp = Math.min(count, mostPerRound)
  for (const line of [plugin, bare, plugin, bare]) await line.play(warmUp)
  const most = Math.max(5, Math.ceil(count / mostPerRound))
  const rounds = split(
    Array.from({ length: count }, (_, i) => i),
    { most, least: leastPerRound },
  )
  let pluginAt = ''
  const rate = (messages: number, ms: number): string => `${((messages / ms) * 1000).toFixed(0)}/CPU s`
  const pair = await alternate(
    rounds,
    async (round) => {
      const ms = await plugin.play(round.length)
      pluginAt = rate(round.length, ms)
      return ms
    },
    async (round, index) => {
      const ms = await bare.play(round.length)
      progress(`messages: round ${index + 1}: ${pluginAt}, bare ${rate(round.length, ms)}`)
      return ms
    },
  )
  await Promise.all([plugin.close(), bare.close()])
  return {
    case: 'messages through the relay plugin',
    unit: 'messages/CPU s',
    figure: 1 / pair.subject,
    against: 'bare gossipsub subscriber',
    than: 1 / pair.bare,
    limit: true,
  }
}
