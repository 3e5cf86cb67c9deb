import type { Libp2p, PeerId, Stream } from '@libp2p/interface'
import { lpStream } from 'it-length-prefixed-stream'
import { FilterPush } from '../../../../proto/generated/waku-services.js'
import type { IgnoredReason, WakuMessage } from '../../../../src/ports/index.ts'
import { messageOf } from '../codec.ts'

const protocol = '/vac/waku/filter-push/2.0.0-beta1'
/** A pubsub topic and the tags of a push, around its message. */
const envelopeBytes = 512
/** How many streams of one peer may be open at a time, and how many of them may wait for more. */
const maxStreams = 1_024
const maxIdle = 128

export interface PushEvents {
  onPush(peer: PeerId, pubsubTopic: string, message: WakuMessage): void
  onBroken(peer: PeerId, reason: IgnoredReason): void
}

/** Our side is closed as well, also where the peer keeps its own open. */
const end = async (stream: Stream): Promise<void> => {
  try {
    await stream.close({ signal: AbortSignal.timeout(2_000) })
  } catch (error) {
    stream.abort(error as Error)
  }
}

const isTooLong = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'InvalidDataLengthError' || error.name === 'InvalidDataLengthLengthError')

const isEnd = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'UnexpectedEOFError' || error.name === 'StreamResetError')

/**
 * Takes what filter nodes push: Go nodes open a stream for each message and close it, Nim nodes keep one. The SDK's own receiver
 * closes none of its ends, so that the peer has no streams left after some hundred messages and falls silent.
 */
export const receivePushes = async (node: Libp2p, maxMessageBytes: number, events: PushEvents): Promise<void> => {
  const idle = new Map<string, Set<Stream>>()

  /** Remembers a stream that waits for its next message; the oldest of too many is let go. */
  const park = (peer: string, stream: Stream): void => {
    const parked = idle.get(peer) ?? new Set()
    idle.set(peer, parked.add(stream))
    if (parked.size <= maxIdle) return
    for (const oldest of parked) {
      unpark(peer, oldest)
      oldest.abort(new Error('It was idle for too long.'))
      return
    }
  }

  const unpark = (peer: string, stream: Stream): void => {
    const parked = idle.get(peer)
    parked?.delete(stream)
    if (parked?.size === 0) idle.delete(peer)
  }

  const take = (peer: PeerId, bytes: Uint8Array): void => {
    try {
      const { message, pubsubTopic } = FilterPush.decode(bytes)
      if (message == null || !pubsubTopic) events.onBroken(peer, 'malformed')
      else events.onPush(peer, pubsubTopic, messageOf(pubsubTopic, message as Parameters<typeof messageOf>[1]))
    } catch {
      events.onBroken(peer, 'malformed')
    }
  }

  const receive = async (peer: PeerId, stream: Stream): Promise<void> => {
    const name = peer.toString()
    const messages = lpStream(stream, { maxDataLength: maxMessageBytes + envelopeBytes })
    try {
      // What was read ahead of a cut connection is not looked at any more.
      while (stream.status !== 'aborted' && stream.status !== 'reset') {
        park(name, stream)
        const bytes = await messages.read().finally(() => unpark(name, stream))
        take(peer, bytes.slice())
      }
    } catch (error) {
      if (isTooLong(error)) events.onBroken(peer, 'oversized')
      if (!isEnd(error)) return stream.abort(error as Error)
      await end(stream)
    }
  }

  await node.handle(
    protocol,
    ({ stream, connection }) => {
      receive(connection.remotePeer, stream).catch((error: Error) => stream.abort(error))
    },
    { maxInboundStreams: maxStreams },
  )
}
