import { lookup as systemLookup } from 'node:dns/promises'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'

/** How long a call waits for a name before it takes the addresses that it had, milliseconds. */
const waitMs = 2_000
const maxAddresses = 4
const maxNames = 1_000

export interface Name {
  readonly host: string
  readonly family: 0 | 4 | 6
  /** The address behind the name, `/tcp/60000/p2p/…`. */
  readonly rest: string
}

/** What has to be looked up before this address can be called, `undefined` where nothing has to be. */
export const nameIn = (address: string): Name | undefined => {
  const [, kind, host, rest] = /^\/(dns|dns4|dns6)\/([^/]+)(\/.+)$/.exec(address) ?? []
  if (host === undefined || rest === undefined) return undefined
  return { host, rest, family: kind === 'dns4' ? 4 : kind === 'dns6' ? 6 : 0 }
}

export interface Names {
  /** The addresses to call for this one. Rejects where its name has never been found. */
  resolve(address: Multiaddr): Promise<Multiaddr[]>
}

type Found = readonly { readonly address: string; readonly family: number }[]
type Lookup = (host: string, options: { all: true; family: 0 | 4 | 6 }) => Promise<Found>

/**
 * Looks up names of peers one question at a time each: while the network is gone every question takes many seconds and one of
 * the few threads that files need, too. What was found before serves while no answer comes.
 */
export const createNames = (lookup: Lookup = systemLookup): Names => {
  const known = new Map<string, Found>()
  const asking = new Map<string, Promise<Found>>()

  const ask = (key: string, { host, family }: Name): Promise<Found> => {
    const running = asking.get(key)
    if (running !== undefined) return running
    const question = lookup(host, { all: true, family })
      .then((found) => {
        if (known.size < maxNames || known.has(key)) known.set(key, found)
        return found
      })
      .finally(() => asking.delete(key))
    asking.set(key, question)
    return question
  }

  const find = async (key: string, name: Name): Promise<Found> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer for the name ${name.host} within ${waitMs} ms`)), waitMs)
    })
    try {
      return await Promise.race([ask(key, name), late])
    } catch (error) {
      const before = known.get(key)
      if (before === undefined) throw error
      return before
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    resolve: async (address) => {
      const name = nameIn(address.toString())
      if (name === undefined) return [address]
      const found = await find(`${name.family} ${name.host}`, name)
      // A WebSocket server may want to hear its name.
      if (/\/wss?(\/|$)/.test(name.rest)) return [address]
      return found
        .slice(0, maxAddresses)
        .map(({ address: ip, family }) => multiaddr(`/ip${family === 6 ? 6 : 4}/${ip}${name.rest}`))
    },
  }
}
