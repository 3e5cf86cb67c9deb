import type { Archive, Kept } from './network.ts'

const selectionOf = (archive: Archive, query: URLSearchParams): Kept[] => {
  const hashes = query.get('hashes')?.split(',')
  if (hashes !== undefined) return archive.kept.filter(({ hash }) => hashes.includes(`0x${hash}`))
  const from = BigInt(query.get('startTime') ?? 0)
  const to = BigInt(query.get('endTime') ?? 2n ** 63n - 1n)
  const topic = query.get('pubsubTopic')
  return archive.kept.filter(
    ({ pubsubTopic, message: { timestamp } }) =>
      (topic === null || topic === pubsubTopic) && timestamp >= from && timestamp <= to,
  )
}

/** The answer of `/store/v3/messages`, as nwaku gives it. */
export const storeAnswer = (archive: Archive, query: URLSearchParams): Record<string, unknown> => {
  const selection = selectionOf(archive, query)
  const pageSize = Math.min(Number(query.get('pageSize') ?? 20), 100)
  const cursor = query.get('cursor')
  const start = cursor === null ? 0 : selection.findIndex(({ hash }) => `0x${hash}` === cursor) + 1
  const page = selection.slice(start, start + pageSize)
  const last = page.at(-1)
  const more = start + page.length < selection.length && last !== undefined
  const includeData = query.get('includeData') === 'true'
  return {
    requestId: '1',
    statusCode: 200,
    statusDesc: 'OK',
    messages: page.map(({ hash, message, pubsubTopic }) => ({
      messageHash: `0x${hash}`,
      ...(includeData ? { message, pubsubTopic } : {}),
    })),
    ...(more ? { paginationCursor: `0x${last.hash}` } : {}),
  }
}
