/** One client of a provider as a process of its own: ours, a bare loop, or another library. */
import { serve } from '../child.ts'
import { bareClient } from './bare.ts'
import { peerClient } from './libraries.ts'
import { ourClient } from './ours.ts'
import type { Send } from './pushes.ts'
import type { Provider, Started } from './server-process.ts'

export type ClientName = 'reveille' | 'bare' | 'node-apn' | 'apns2'

export type ClientQuestion =
  | {
      readonly kind: 'start'
      readonly client: ClientName
      readonly provider: Provider
      readonly server: Started
      /** Where peers are installed. */
      readonly folder?: string | undefined
    }
  | {
      readonly kind: 'send'
      readonly from: number
      readonly count: number
      readonly concurrency: number
      /** Pushes of one call. */
      readonly batch: number
      readonly tries: number
    }

export interface Sent {
  readonly ms: number
  /** Pushes that the client called delivered, at the last try. */
  readonly delivered: number
  /** Tries beyond the first of each push. */
  readonly repeated: number
}

let send: Send | undefined

/** Tries each batch until the client calls all of it delivered, as a queue would, so many times at most. */
const sendAll = async (question: Extract<ClientQuestion, { kind: 'send' }>): Promise<Sent> => {
  const { from, count, concurrency, batch, tries } = question
  const work = send
  if (work === undefined) throw new Error('no client was started')
  let next = 0
  let delivered = 0
  let repeated = 0
  const lane = async (): Promise<void> => {
    while (next < count) {
      const first = from + next
      const size = Math.min(batch, count - next)
      next += size
      let good = await work(first, size)
      for (let attempt = 1; attempt < tries && good < size; attempt++) {
        repeated += size
        good = await work(first, size)
      }
      delivered += good
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: concurrency }, lane))
  return { ms: performance.now() - started, delivered, repeated }
}

serve<ClientQuestion>(async (question) => {
  if (question.kind === 'send') return sendAll(question)
  const { client, provider, server, folder } = question
  if (client === 'reveille') send = ourClient(provider, server)
  else if (client === 'bare') send = await bareClient(provider, server)
  else send = await peerClient(client, server, folder ?? '')
  return undefined
})
