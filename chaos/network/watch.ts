import { setTimeout as sleep } from 'node:timers/promises'
import { encodeWakuMessage } from '../../plugins/transport/waku/codec.ts'
import type { WakuMessage } from '../../src/ports/index.ts'
import { hex } from '../../src/protocol/index.ts'
import type { FakePush } from '../../test/fakes/gorush.ts'
import type { AnswerReader } from './answers.ts'
import { otherwise } from './sender.ts'
import { pubsubTopic, type Station } from './station.ts'
import type { World } from './world.ts'

const lookEveryMs = 50
const latestEchoMs = 5_000
/** Of two echoes one is in the same bytes, the other in bytes that gossip does not know. */
const echoVariants = [0, 100] as const

/** Enters into the books what the stations and the recorder see. */
export interface Watch {
  close(): void
}

const markOf = ({ body }: FakePush): string => {
  const data = body['data'] as Readonly<Record<string, unknown>> | undefined
  return String(data?.['encryptedMessage'] ?? '').replace(/^0x/, '')
}

export const startWatch = (world: World, answers: AnswerReader): Watch => {
  const { books, stations, gorush, mood } = world
  const dice = world.dice.fork()
  const closing = new AbortController()
  const answersSeen = new Set<string>()
  const seenOf = new Map<string, number>()
  let pushesSeen = 0

  /** What one station got is published once more at another, a while later. */
  const echo = async (from: Station, message: WakuMessage): Promise<void> => {
    const variant = dice.pick(echoVariants)
    const [other] = stations.filter((station) => station !== from)
    await sleep(dice.between(0, latestEchoMs), undefined, { signal: closing.signal })
    await other?.node.publish(pubsubTopic, otherwise(encodeWakuMessage(message), variant))
  }

  const onMessage = (station: Station, message: WakuMessage, at: number): void => {
    const key = hex(message.hash)
    if (books.kept(station.name, message.hash, at)) {
      if (dice.chance(mood.echoes)) echo(station, message).catch(() => undefined)
      return
    }
    if (answersSeen.has(key) || books.isKept(message.hash)) return
    answersSeen.add(key)
    const answer = answers.read(message)
    if (answer !== undefined) books.answered(answer, at)
  }

  const look = (): void => {
    const at = performance.now()
    for (const station of stations) {
      const { seen } = station.node
      for (const { message } of seen.slice(seenOf.get(station.name) ?? 0)) onMessage(station, message, at)
      seenOf.set(station.name, seen.length)
    }
    for (const push of gorush.pushes.slice(pushesSeen)) books.pushed(markOf(push), at)
    pushesSeen = gorush.pushes.length
  }

  const timer = setInterval(look, lookEveryMs)
  return {
    close: () => {
      clearInterval(timer)
      closing.abort()
      look()
    },
  }
}
