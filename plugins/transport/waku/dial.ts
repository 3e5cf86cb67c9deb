import type { Connection, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Names } from './names.ts'

/** How long each step of a call may take: reaching the port, agreeing on keys, agreeing on streams. Milliseconds. */
const stepMs = 2_500

type Step = 'reach' | 'agree'

const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n')[0] ?? ''

/** Chains of causes and several tries in one, flat. */
const allOf = (error: unknown): readonly unknown[] =>
  error instanceof AggregateError ? error.errors.flatMap(allOf) : [error]

const isOtherPeer = (error: unknown): boolean =>
  error instanceof Error && ['ConnectionInterceptedError', 'UnexpectedPeerError'].includes(error.name)

const silence: Readonly<Record<Step, string>> = {
  reach: `no answer within ${stepMs} ms`,
  agree: `it took the call and then said nothing for ${stepMs} ms`,
}

/** What went wrong, for an operator. */
const failureOf = (error: unknown, step: Step, late: boolean): string => {
  if (late) return silence[step]
  const errors = allOf(error)
  if (errors.some(isOtherPeer)) return 'another peer answers there: its key is not the one that the address names'
  if (errors.some((one) => one instanceof Error && one.name === 'DialDeniedError')) return 'it is refused for a while'
  return firstLine(errors[0])
}

/**
 * Calls a peer. Rejects with what went wrong, at the latest when a step makes no progress for 2.5 s: a slow line has the time it
 * needs, and a call into the void does not outlast the network's return.
 */
export const callPeer = async (
  node: Libp2p,
  address: Multiaddr | readonly Multiaddr[],
  names: Names,
  signal: AbortSignal,
): Promise<Connection> => {
  const limit = new AbortController()
  let step: Step = 'reach'
  const giveUp = (): void => limit.abort(new Error(silence[step]))
  let timer = setTimeout(giveUp, stepMs)
  const onProgress = ({ type }: { readonly type: string }): void => {
    if (!type.startsWith('upgrader:')) return
    step = 'agree'
    clearTimeout(timer)
    timer = setTimeout(giveUp, stepMs)
  }
  try {
    const addresses = (await Promise.all([address].flat().map((one) => names.resolve(one)))).flat()
    signal.throwIfAborted()
    clearTimeout(timer)
    timer = setTimeout(giveUp, stepMs)
    return await node.dial(addresses, { signal: AbortSignal.any([signal, limit.signal]), onProgress })
  } catch (error) {
    throw new Error(failureOf(error, step, limit.signal.aborted), { cause: error })
  } finally {
    clearTimeout(timer)
  }
}
