import type { KeyPair } from '../ports/index.ts'
import { contactCodeTopic, topicNumber } from '../protocol/index.ts'
import { openAdvertisement } from './advertising.ts'
import { targetOf } from './finding.ts'
import { mostTargets } from './known-targets.ts'
import type { ClientNode } from './node.ts'
import type { Target } from './targets.ts'

export interface Heard {
  /** An advertisement's targets, whose grants hold. */
  onTargets(targets: Target[]): void
  /** Hears, once, that all advertisements of the time asked for were heard. */
  onCaughtUp(): void
}

/**
 * Listens to a person's advertisements (`owner`: public key, 33 or 65 bytes), and to those of the last `pastMs` milliseconds that store nodes kept;
 * answers how to stop that. `contact` opens lists meant for that contact only. Throws a RangeError where `owner` is no key.
 */
export const followAdvertisements = (
  node: ClientNode,
  owner: Uint8Array,
  options: Heard & { contact?: KeyPair | undefined; pastMs: number },
): (() => void) => {
  const { crypto } = node.party
  const { contact, pastMs, onTargets, onCaughtUp } = options
  const receiver = crypto.uncompress(owner)
  if (receiver === undefined) throw new RangeError('the owner’s public key is no point of the curve')
  const text = contactCodeTopic(receiver)
  const topicKey = crypto.deriveTopicKey(text)
  let isStopped = false

  const read = (key: Uint8Array, payload: Uint8Array): void => {
    const infos = isStopped ? [] : (openAdvertisement(node, receiver, key, payload) ?? [])
    const targets = infos
      .slice(0, mostTargets)
      .flatMap((info) => targetOf(crypto, info, { receiver, gateway: info.serverPublicKey, contact }) ?? [])
    if (targets.length > 0) onTargets(targets)
  }

  const following = node.follow(
    topicNumber(crypto, text),
    (payload) => void topicKey.then((key) => read(key, payload)),
    pastMs,
  )
  void Promise.all([following.caughtUp, topicKey]).then(([isCaughtUp]) => {
    if (isCaughtUp && !isStopped) onCaughtUp()
  })
  return () => {
    isStopped = true
    following.stop()
  }
}
