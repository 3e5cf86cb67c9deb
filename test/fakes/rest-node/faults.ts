import type { ServerResponse } from 'node:http'

/** What a node does instead of answering as it should. */
export type Fault =
  /** Takes the request and never answers. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'reset' }
  /** Begins an answer and never ends it. */
  | { readonly kind: 'half' }
  | { readonly kind: 'status'; readonly status: number; readonly text?: string }
  | { readonly kind: 'text'; readonly text: string }
  /** Sends this many bytes and more, as fast as they are taken. */
  | { readonly kind: 'endless' }
  /** Changes what it would answer. */
  | { readonly kind: 'change'; readonly change: (answer: Record<string, unknown>) => unknown }
  /** Does as it was told and then breaks off before it answers. */
  | { readonly kind: 'afterwards' }

const pour = (response: ServerResponse): void => {
  const chunk = Buffer.alloc(64 * 1024, 0x20)
  const more = (): void => {
    if (response.destroyed) return
    if (response.write(chunk)) setImmediate(more)
    else response.once('drain', more)
  }
  more()
}

/** Plays the faults that need no answer of the node's; says whether it did. */
export const play = (fault: Fault, response: ServerResponse): boolean => {
  switch (fault.kind) {
    case 'silence':
      return true
    case 'reset':
      response.socket?.resetAndDestroy()
      return true
    case 'half':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      response.write('[{"payload":"')
      return true
    case 'status':
      response.writeHead(fault.status, { 'content-type': 'text/plain' }).end(fault.text ?? 'no')
      return true
    case 'text':
      response.writeHead(200, { 'content-type': 'application/json' }).end(fault.text)
      return true
    case 'endless':
      response.writeHead(200, { 'content-type': 'application/json' })
      pour(response)
      return true
    default:
      return false
  }
}
