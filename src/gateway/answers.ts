import type { Crypto, Log, Transport } from '../ports/index.ts'
import { partitionedTopic, sealAsymmetric, sealEnvelope, splitIntoSegments, topicNumber } from '../protocol/index.ts'
import type { Ledger } from './ledger.ts'

const timeoutMs = 10_000
const maxWaiting = 10_000
const maxWaitingBytes = 64 * 1024 * 1024

export interface Answers {
  /** Seals an answer to a sender (65 bytes) and hands it to the network; never throws, what cannot be published is counted. */
  send(to: Uint8Array, type: number, body: Uint8Array): void
  /** Resolves when nothing waits to be published. */
  idle(): Promise<void>
}

/** Answers go to the recovered sender, on that key's partitioned topic, signed twice (protocol sections 4.1 and 4.3). */
export const createAnswers = (parts: {
  crypto: Crypto
  transport: Transport
  ledger: Ledger
  log: Log
  segmentBytes: number
}): Answers => {
  const { crypto, transport, ledger, log, segmentBytes } = parts
  const waiting = new Set<Promise<void>>()
  let waitingBytes = 0

  const publish = async (to: Uint8Array, type: number, body: Uint8Array): Promise<void> => {
    const signer = crypto.identity
    const topic = topicNumber(crypto, partitionedTopic(to))
    const envelope = sealEnvelope(crypto, { signer, type, body })
    for (const data of splitIntoSegments(crypto, envelope, segmentBytes))
      await transport.publish(
        { topic, payload: sealAsymmetric(crypto, { to, data, signer }) },
        AbortSignal.timeout(timeoutMs),
      )
  }

  return {
    send: (to, type, body) => {
      if (waiting.size >= maxWaiting || waitingBytes + body.length > maxWaitingBytes) {
        ledger.note('answers-lost')
        return
      }
      const publication: Promise<void> = publish(to, type, body)
        .then(
          () => ledger.note('answers-published'),
          (error: unknown) => {
            ledger.note('answers-lost')
            log.warn(
              { event: 'answer-lost', type, reason: error instanceof Error ? error.message : 'unknown' },
              'an answer could not be published',
            )
          },
        )
        .finally(() => {
          waiting.delete(publication)
          waitingBytes -= body.length
        })
      waiting.add(publication)
      waitingBytes += body.length
    },
    idle: async () => {
      while (waiting.size > 0) await Promise.all(waiting)
    },
  }
}
