/** Queries: whom somebody asks about, and what is said (protocol section 6.2). */
import { hex } from './bytes.ts'
import { type QueryInfo, queryCodec, type RegistrationMessage } from './messages.ts'

const hashLength = 64

/** Most keys that one query is answered for (protocol section 8). */
export const maxQueryKeys = 1000

/**
 * The hashed keys of a query: unique, 64 bytes each, in order. `ignored` counts those of a wrong length and those beyond
 * `maxKeys`, but no repetitions. `undefined` where the query is malformed.
 */
export const readQuery = (
  body: Uint8Array,
  maxKeys: number = maxQueryKeys,
): { keys: Uint8Array[]; ignored: number } | undefined => {
  const query = queryCodec.decode(body)
  if (query === undefined) return undefined
  const keys = new Map<string, Uint8Array>()
  let ignored = 0
  for (const key of query.publicKeys) {
    const name = hex(key)
    if (keys.has(name)) continue
    if (key.length === hashLength && keys.size < maxKeys) keys.set(name, key)
    else ignored++
  }
  return { keys: [...keys.values()], ignored }
}

/**
 * What anybody may learn of a registration: with `allowFromContactsOnly` the list that only contacts can read, otherwise
 * the access token. `owner` has 64 bytes, `server` 33.
 */
export const queryInfo = (message: RegistrationMessage, owner: Uint8Array, server: Uint8Array): QueryInfo => ({
  accessToken: message.allowFromContactsOnly ? '' : message.accessToken,
  installationId: message.installationId,
  publicKey: owner,
  allowedKeyList: message.allowFromContactsOnly ? message.allowedKeyList : [],
  grant: message.grant,
  version: message.version,
  serverPublicKey: server,
})
