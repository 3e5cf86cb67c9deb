import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '@libp2p/interface'
import { lpStream } from 'it-length-prefixed-stream'
import { type Page, pageOf } from './page.ts'
import type { Protocol, Query } from './wire.ts'

/** How long a store may take for an answer, milliseconds. */
const answerMs = 10_000
/** A full page of messages of 150 kB, the network's usual limit, and some room. */
const maxAnswerBytes = 16 * 1024 * 1024
/** A page of hashes alone takes five kilobytes. */
const maxListBytes = 256 * 1024
const tooManyRequests = 429
const busyPauseMs = 1_000
const busyTries = 3

/** Why a store's answer is of no use. `lied`: it answered, and the answer cannot be right. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault'
  readonly lied: boolean

  constructor(message: string, lied = false, options?: ErrorOptions) {
    super(message, options)
    this.lied = lied
  }
}

/** The store has more than is read for one range; a shorter one may pass. */
export class TooMuch extends StoreFault {}

/** The answer is larger than what is read of one; a smaller page may pass. */
export class OversizedAnswer extends StoreFault {}

/** The beginning of a text that others wrote, fit for a log. */
export const printable = (text: string): string =>
  (text.split('\n')[0] ?? '')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 200)
    .trim()

const isOversized = (error: unknown): boolean =>
  error instanceof Error && ['InvalidDataLengthError', 'InvalidDataLengthLengthError'].includes(error.name)

/** One question and its answer on a stream of their own. */
const exchange = async (
  connection: Connection,
  protocol: Protocol,
  question: Uint8Array,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> => {
  const limit = AbortSignal.timeout(answerMs)
  const both = AbortSignal.any([signal, limit])
  try {
    const stream = await connection.newStream(protocol.id, { signal: both })
    try {
      const messages = lpStream(stream, { maxDataLength: maxBytes })
      await messages.write(question, { signal: both })
      const answer = (await messages.read({ signal: both })).slice()
      // Nothing more is wanted of it, whether the other side closes too or not.
      stream.close({ signal: both }).catch((error: Error) => stream.abort(error))
      return answer
    } catch (error) {
      stream.abort(error as Error)
      throw error
    }
  } catch (error) {
    signal.throwIfAborted()
    if (limit.aborted) throw new StoreFault(`no answer within ${answerMs / 1000} s`, false, { cause: error })
    if (isOversized(error)) throw new OversizedAnswer(`an answer of more than ${maxBytes / 1024} KiB`)
    throw new StoreFault(printable(error instanceof Error ? error.message : String(error)), false, { cause: error })
  }
}

const tryOnce = async (
  connection: Connection,
  protocol: Protocol,
  query: Query,
  signal: AbortSignal,
): Promise<Page | 'busy'> => {
  const requestId = randomUUID()
  const isList = protocol.hashes && query.kind === 'range' && !query.withData
  const question = protocol.encode(query, requestId)
  const bytes = await exchange(connection, protocol, question, isList ? maxListBytes : maxAnswerBytes, signal)
  let answer: ReturnType<Protocol['decode']>
  try {
    answer = protocol.decode(query, bytes)
  } catch (error) {
    throw new StoreFault('an answer that cannot be read', true, { cause: error })
  }
  if (answer.requestId !== requestId && answer.status === tooManyRequests) return 'busy'
  if (answer.requestId !== requestId) throw new StoreFault('an answer to another question', true)
  if (answer.status === tooManyRequests) return 'busy'
  if (answer.status !== 200) throw new StoreFault(printable(`status ${answer.status} ${answer.description}`))
  return pageOf(query, answer)
}

/** Asks a store once, and again a moment later where it has too much to do. Rejects with a StoreFault or the signal's reason. */
export const ask = async (
  connection: Connection,
  protocol: Protocol,
  query: Query,
  signal: AbortSignal,
): Promise<Page> => {
  for (let tries = 1; ; tries += 1) {
    const page = await tryOnce(connection, protocol, query, signal)
    if (page !== 'busy') return page
    if (tries === busyTries) throw new StoreFault('it has too much to do')
    await sleep(busyPauseMs, undefined, { signal })
  }
}
