import { createHash } from 'node:crypto'

/** A Lua script with the hash by which EVALSHA names it. */
export interface Script {
  readonly text: string
  /** 40 hexadecimal digits. */
  readonly sha: string
}

export const createScript = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') })
