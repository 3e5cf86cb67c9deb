import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { lpStream } from 'it-length-prefixed-stream'

/** An answer of these services is a status and a sentence. */
const maxAnswerBytes = 64 * 1024
const maxStreams = 256

export interface Question {
  /** Spoken by the first that the peer knows. */
  readonly protocols: readonly string[]
  /** The bytes to send, in the language of the protocol that the two found. */
  encode(protocol: string): Uint8Array
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface Answer {
  readonly protocol: string
  readonly bytes: Uint8Array
  readonly tookMs: number
}

/** The youngest connection with this peer: an older one may be half-open. */
const connectionWith = (node: Libp2p, peer: string): Connection => {
  const open = node
    .getConnections()
    .filter(({ status, remotePeer }) => status === 'open' && remotePeer.toString() === peer)
  const youngest = open.reduce<Connection | undefined>(
    (best, each) => (best === undefined || each.timeline.open >= best.timeline.open ? each : best),
    undefined,
  )
  if (youngest === undefined) throw new Error('not connected')
  return youngest
}

const closeSoon = (stream: Stream, signal: AbortSignal): void => {
  stream.close({ signal }).catch((error: Error) => stream.abort(error))
}

/**
 * One question to the peer of this id and its answer on a stream of their own, which is closed whatever happens: a client that leaves its streams
 * open hears nothing once the peer has opened all that it may. Rejects where no answer came in time.
 */
export const ask = async (node: Libp2p, peer: string, question: Question): Promise<Answer> => {
  const { protocols, encode, timeoutMs, signal } = question
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const since = performance.now()
  let stream: Stream | undefined
  try {
    stream = await connectionWith(node, peer).newStream([...protocols], {
      signal: limit,
      maxOutboundStreams: maxStreams,
    })
    const protocol = stream.protocol ?? ''
    const messages = lpStream(stream, { maxDataLength: maxAnswerBytes })
    await messages.write(encode(protocol), { signal: limit })
    const bytes = (await messages.read({ signal: limit })).slice()
    closeSoon(stream, limit)
    return { protocol, bytes, tookMs: performance.now() - since }
  } catch (error) {
    stream?.abort(error as Error)
    throw limit.aborted && !signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error
  }
}

/** Whether the peer does not offer the service at all. */
export const isUnsupported = (error: unknown): boolean =>
  error instanceof Error && error.name === 'UnsupportedProtocolError'
