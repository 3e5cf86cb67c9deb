import { readRecordText } from '../discovery/record.ts'
import type { RestClient } from './client.ts'
import { recordOf } from './json.ts'

const timeoutMs = 3_000
/** The second one is where newer nodes move it. */
const paths = ['/debug/v1/info', '/info']

/** The cluster that a node says it is on in its record; `undefined` where it does not say. */
export const clusterOf = async (client: RestClient, signal: AbortSignal): Promise<number | undefined> => {
  for (const path of paths) {
    const answer = await client.ask({ path, timeoutMs }, signal)
    if (!answer.ok && answer.status === undefined) return undefined
    const text = answer.ok ? recordOf(answer.value)?.['enrUri'] : undefined
    if (typeof text === 'string' && text.startsWith('enr:')) return (await readRecordText(text.slice(4)))?.cluster
  }
  return undefined
}
