import type { WakuMessage } from '../../../../src/ports/index.ts'

interface Head {
  readonly stream: AsyncGenerator<WakuMessage, void>
  readonly message: WakuMessage
}

const advance = async (stream: AsyncGenerator<WakuMessage, void>): Promise<Head[]> => {
  const { done, value } = await stream.next()
  return done === true || value === undefined ? [] : [{ stream, message: value }]
}

/** Joins streams that are each in the order of time into one that is. */
export const merge = async function* (
  streams: readonly AsyncGenerator<WakuMessage, void>[],
): AsyncGenerator<WakuMessage, void> {
  let heads = (await Promise.all(streams.map(advance))).flat()
  for (;;) {
    const [first, ...others] = heads
    if (first === undefined) return
    const oldest = others.reduce((best, head) => (head.message.timestamp < best.message.timestamp ? head : best), first)
    yield oldest.message
    const next = await advance(oldest.stream)
    heads = heads.flatMap((head) => (head === oldest ? next : [head]))
  }
}
