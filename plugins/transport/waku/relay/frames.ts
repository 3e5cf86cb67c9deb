import type { Stream } from '@libp2p/interface'

type Source = Stream['source']
type Chunk = Source extends AsyncIterable<infer C> ? C : never

/** More bytes of a length than any frame needs. */
const maxLengthBytes = 8

interface Extent {
  /** Bytes of the frame, its length included. */
  readonly end: number
}

/** Where the first frame ends, `undefined` while its length is not there. Throws on a length that is none. */
const extentOf = (bytes: Chunk): Extent | undefined => {
  let length = 0
  for (let at = 0; at < bytes.length; at += 1) {
    if (at === maxLengthBytes) throw new Error('a frame with a length that is none')
    const digit = bytes.get(at)
    length += (digit & 0x7f) * 2 ** (7 * at)
    if (digit < 0x80) return { end: at + 1 + length }
  }
  return undefined
}

export interface FrameEvents {
  /** Before a frame is handled. */
  onFrame(): void
  /** After it was handled. What it throws ends the stream. */
  onHandled(): void
}

/**
 * The same bytes, one length-prefixed frame at a time, so that one can see what becomes of each: the next is asked for when the
 * one before has been dealt with. Frames larger than `maxBytes` end the stream with an error.
 */
export async function* frameByFrame(source: Source, maxBytes: number, events: FrameEvents): Source {
  let rest: Chunk | undefined
  for await (const chunk of source) {
    if (rest === undefined) rest = chunk
    else rest.append(chunk)
    let extent = extentOf(rest)
    while (extent !== undefined && extent.end <= rest.length) {
      events.onFrame()
      yield rest.sublist(0, extent.end)
      events.onHandled()
      rest.consume(extent.end)
      extent = extentOf(rest)
    }
    if (extent !== undefined && extent.end > maxBytes) throw new Error(`a frame of ${extent.end} bytes`)
    if (rest.length === 0) rest = undefined
  }
}
