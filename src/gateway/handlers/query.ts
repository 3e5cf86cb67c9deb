import type { Registration } from '../../ports/index.ts'
import { hex, messageTypes, queryInfo, queryResponseCodec, readQuery, registrationCodec } from '../../protocol/index.ts'
import type { EnvelopeOutcome } from '../ledger.ts'
import type { Handler, HandlerParts, Received } from './received.ts'

/** Protocol section 6.2: whoever asks learns the installations of the keys that are registered here. */
export const createQueryHandler = (parts: HandlerParts): Handler => {
  const { crypto, storage, answers, ledger, log } = parts

  const infoOf = (registration: Registration) => {
    const message = registrationCodec.decode(registration.record)
    return message === undefined ? [] : [queryInfo(message, registration.owner, crypto.identity.compressed)]
  }

  const answer = (
    { envelope }: Received,
    keys: readonly Uint8Array[],
    byOwner: ReadonlyMap<string, Registration[]>,
  ): EnvelopeOutcome => {
    const info = keys.flatMap((key) => byOwner.get(hex(key)) ?? []).flatMap(infoOf)
    if (info.length === 0) return 'query-unknown'
    const body = queryResponseCodec.encode({ info, messageId: envelope.messageId, success: true })
    answers.send(envelope.sender, messageTypes.queryResponse, body)
    return 'query-answered'
  }

  return async (batch) => {
    const queries = batch.map(({ envelope }) => readQuery(envelope.body))
    try {
      const owners = new Map(queries.flatMap((query) => query?.keys ?? []).map((key) => [hex(key), key]))
      const registrations = owners.size === 0 ? [] : await storage.registrations.listByOwners([...owners.values()])
      const byOwner = Map.groupBy(registrations, ({ owner }) => hex(owner))
      return batch.map((received, i) => {
        const query = queries[i]
        if (query === undefined) return 'malformed'
        ledger.note('query-keys-ignored', query.ignored)
        return answer(received, query.keys, byOwner)
      })
    } catch (error) {
      log.error({ event: 'query-failed', reason: (error as Error).message }, 'queries could not be answered')
      return batch.map(() => 'failed')
    }
  }
}
