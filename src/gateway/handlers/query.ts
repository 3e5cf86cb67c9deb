import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Registration } from '../../ports/index.ts'
import {
  hex,
  messageTypes,
  type QueryInfo,
  queryInfo,
  queryResponseCodec,
  readQuery,
  registrationCodec,
} from '../../protocol/index.ts'
import type { EnvelopeOutcome } from '../ledger.ts'
import type { Handler, HandlerParts, Received } from './received.ts'

/** A query may name a thousand people with large lists: so many are read at once, and so many bytes of records in all. */
const readAtOnce = 64
const mostRecordBytes = 16 * 1024 * 1024

/** Protocol section 6.2: whoever asks learns the installations of the keys that are registered here. */
export const createQueryHandler = (parts: HandlerParts): Handler => {
  const { crypto, storage, answers, detour, ledger, log } = parts

  const infoOf = (registration: Registration): QueryInfo[] => {
    const message = registrationCodec.decode(registration.record)
    return message === undefined ? [] : [queryInfo(message, registration.owner, crypto.identity.compressed)]
  }

  /** What is known of these owners, by owner; whoever comes after the bound is counted and not answered for. */
  const infosOf = async (owners: readonly Uint8Array[]): Promise<ReadonlyMap<string, QueryInfo[]>> => {
    const infos = new Map<string, QueryInfo[]>()
    let bytes = 0
    for (let from = 0; from < owners.length; from += readAtOnce) {
      if (bytes > mostRecordBytes) {
        ledger.note('query-keys-ignored', owners.length - from)
        break
      }
      for (const registration of await storage.registrations.listByOwners(owners.slice(from, from + readAtOnce))) {
        bytes += registration.record.length
        const owner = hex(registration.owner)
        infos.set(owner, [...(infos.get(owner) ?? []), ...infoOf(registration)])
      }
      if (owners.length > readAtOnce) await nextTurn()
    }
    return infos
  }

  const answer = (
    { envelope }: Received,
    keys: readonly Uint8Array[],
    infos: ReadonlyMap<string, QueryInfo[]>,
  ): EnvelopeOutcome => {
    const info = keys.flatMap((key) => infos.get(hex(key)) ?? [])
    const isCanary = keys.length > 0 && keys.every(detour.tally.has)
    if (info.length === 0) return isCanary ? 'canary' : 'query-unknown'
    const body = queryResponseCodec.encode({ info, messageId: envelope.messageId, success: true })
    answers.send(envelope.sender, messageTypes.queryResponse, body)
    return isCanary ? 'canary' : 'query-answered'
  }

  return async (batch) => {
    const queries = batch.map(({ envelope }) => readQuery(envelope.body))
    try {
      const owners = new Map(queries.flatMap((query) => query?.keys ?? []).map((key) => [hex(key), key]))
      const infos = await infosOf([...owners.values()])
      return batch.map((received, i) => {
        const query = queries[i]
        if (query === undefined) return 'malformed'
        ledger.note('query-keys-ignored', query.ignored)
        return answer(received, query.keys, infos)
      })
    } catch (error) {
      log.error({ event: 'query-failed', reason: (error as Error).message }, 'queries could not be answered')
      return batch.map(() => 'failed')
    }
  }
}
