import { setTimeout as sleep } from 'node:timers/promises'
import type { Libp2p, Stream } from '@libp2p/interface'
import { lpStream } from 'it-length-prefixed-stream'

/** What a service node can be asked for. */
export const services = [
  'metadata',
  'filter',
  'store',
  'legacyStore',
  'lightpush',
  'legacyLightpush',
  'peerExchange',
] as const
export type ServiceName = (typeof services)[number]

/** One protocol of questions and answers. */
export interface Service {
  readonly name: ServiceName
  readonly protocol: string
  /** `undefined`: the stream is reset. `peer` is who asks. */
  answer(question: Uint8Array, peer: string): Uint8Array | undefined | Promise<Uint8Array | undefined>
}

/** How the services behave, changed while they run. */
export interface Manners {
  /** Services that take a question and never answer it. */
  readonly silent: Set<ServiceName>
  /** Milliseconds before an answer. */
  readonly delays: Map<ServiceName, number>
  /** How many questions came. */
  readonly requests: Record<ServiceName, number>
}

export const createManners = (): Manners => ({
  silent: new Set(),
  delays: new Map(),
  requests: Object.fromEntries(services.map((name) => [name, 0])) as Record<ServiceName, number>,
})

const maxQuestionBytes = 4 * 1024 * 1024
/** Clients open streams long before they ask. */
const streamLimits = { maxInboundStreams: 1_000, maxOutboundStreams: 1_000 }

const attend = async (stream: Stream, peer: string, service: Service, manners: Manners): Promise<void> => {
  const messages = lpStream(stream, { maxDataLength: maxQuestionBytes })
  const question = (await messages.read()).slice()
  manners.requests[service.name] += 1
  if (manners.silent.has(service.name)) return
  const delay = manners.delays.get(service.name) ?? 0
  if (delay > 0) await sleep(delay, undefined, { ref: false })
  const answer = await service.answer(question, peer)
  if (answer === undefined) return stream.abort(new Error('There is no answer to this.'))
  await messages.write(answer)
  await stream.close()
}

/** Offers a service at a node. A question that cannot be read resets its stream. */
export const serve = (node: Libp2p, service: Service, manners: Manners): Promise<void> =>
  node.handle(
    service.protocol,
    ({ stream, connection }) => {
      attend(stream, connection.remotePeer.toString(), service, manners).catch((error: Error) => stream.abort(error))
    },
    streamLimits,
  )
