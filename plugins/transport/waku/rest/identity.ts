import { readRecordText } from '../discovery/record.ts'
import { isNotOffered, type RestClient } from './client.ts'
import { recordOf } from './json.ts'

const timeoutMs = 3_000
/** The second one is where newer nodes move it. */
const paths = ['/debug/v1/info', '/info']

/** What a node says of itself; each `undefined` where it does not say. */
export interface Identity {
  readonly cluster: number | undefined
  /** Its peer id. */
  readonly peer: string | undefined
}

const peerOf = (addresses: unknown): string | undefined =>
  (Array.isArray(addresses) ? addresses : [])
    .flatMap((address: unknown) => /\/p2p\/([^/]{1,100})$/.exec(String(address).slice(-200))?.[1] ?? [])
    .at(0)

const clusterOf = async (text: unknown): Promise<number | undefined> =>
  typeof text === 'string' && text.startsWith('enr:') ? (await readRecordText(text.slice(4)))?.cluster : undefined

/** Asks a node who it is; a fault where it may say so another time. Rejects with the signal's reason. */
export const identify = async (
  client: RestClient,
  signal: AbortSignal,
): Promise<Identity | { readonly fault: string }> => {
  let fault: string | undefined
  for (const path of paths) {
    const answer = await client.ask({ path, timeoutMs }, signal)
    if (!answer.ok && answer.status === undefined) return { fault: answer.reason }
    if (!answer.ok && !isNotOffered(answer)) fault ??= answer.reason
    const { enrUri, listenAddresses } = (answer.ok ? recordOf(answer.value) : undefined) ?? {}
    if (enrUri === undefined && listenAddresses === undefined) continue
    return { cluster: await clusterOf(enrUri), peer: peerOf(listenAddresses) }
  }
  return fault === undefined ? { cluster: undefined, peer: undefined } : { fault }
}
