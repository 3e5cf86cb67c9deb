import { Resolver } from 'node:dns/promises'

/** Of the text records of one name; more than any entry of a tree needs. */
const maxTextLength = 8 * 1024
const maxTexts = 16

export interface Lookup {
  /** The texts of a name's TXT records, each joined from its pieces. Rejects with an Error of node:dns, or the signal's reason. */
  texts(name: string): Promise<string[]>
  close(): void
}

export interface LookupOptions {
  /** `host:port` or `host`; none: those of this machine. */
  readonly servers: readonly string[]
  /** For one try, milliseconds. */
  readonly timeoutMs: number
  readonly tries: number
}

export const createLookup = ({ servers, timeoutMs, tries }: LookupOptions): Lookup => {
  const resolver = new Resolver({ timeout: timeoutMs, tries, maxTimeout: 2 * timeoutMs })
  if (servers.length > 0) resolver.setServers([...servers])
  return {
    texts: async (name) => {
      const records = await resolver.resolveTxt(name)
      return records
        .slice(0, maxTexts)
        .map((pieces) => pieces.join(''))
        .filter((text) => text.length <= maxTextLength)
    },
    close: () => resolver.cancel(),
  }
}

const codes: Readonly<Record<string, string>> = {
  ETIMEOUT: 'no server answered',
  ENOTFOUND: 'the name does not exist',
  ENODATA: 'the name has no TXT record',
  ECONNREFUSED: 'no server could be reached',
  EBADRESP: 'the server’s answer makes no sense',
  ESERVFAIL: 'the server failed',
  EREFUSED: 'the server refused',
}

/** Why a lookup failed, in words. */
export const reasonOf = (error: unknown): string => {
  const { code = '', message } = error as NodeJS.ErrnoException
  return codes[code] ?? (code || message)
}
