import { hex } from '../protocol/index.ts'
import type { Received } from './handlers/received.ts'

/** Decoded, a message of tiny entries takes a hundred times its bytes: no more than so many are decoded at once. */
const decodedBytes = 256 * 1024

/** A message that was opened. */
interface Opened {
  readonly received: Received
}

/** Messages of one batch in rounds, so that no sender has two in one round: theirs are handled one after the other. */
export const inRounds = <Message extends Opened>(batch: readonly Message[]): Message[][] => {
  const rounds: Message[][] = []
  const seen = new Map<string, number>()
  for (const message of batch) {
    const sender = hex(message.received.envelope.sender)
    const round = seen.get(sender) ?? 0
    seen.set(sender, round + 1)
    rounds[round] ??= []
    rounds[round].push(message)
  }
  return rounds
}

/** Messages in their order, in groups of so few bytes that all of a group may be decoded at once; a large one goes alone. */
export const inGroups = <Message extends Opened>(batch: readonly Message[]): Message[][] => {
  const groups: Message[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const message of batch) {
    const size = message.received.envelope.body.length
    if (bytes + size > decodedBytes) {
      groups.push([])
      bytes = 0
    }
    groups.at(-1)?.push(message)
    bytes += size
  }
  return groups
}
