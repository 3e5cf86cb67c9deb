import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** Like a real one it answers TXT questions over UDP, but only what a test tells it to. */
export interface DnsServer {
  /** `127.0.0.1:<port>` */
  readonly address: string
  /** Texts by name, lower case; each is cut into pieces of at most 255 bytes. A name that is not there does not exist. */
  readonly texts: Map<string, readonly string[]>
  /** The names asked for, in order, repetitions of unanswered ones included. */
  readonly asked: string[]
  /** `silent`: never answers. `garbage`: answers with bytes that mean nothing. Both may be limited to names that match. */
  fault: { readonly kind: 'silent' | 'garbage'; readonly names?: RegExp } | undefined
  close(): Promise<void>
}

const headerBytes = 12
const txt = 16

/** The labels of the first question, and where it ends. */
const readQuestion = (query: Buffer): { name: string; end: number } => {
  const labels: string[] = []
  let at = headerBytes
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 }
}

const piecesOf = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  const pieces = Array.from({ length: Math.ceil(bytes.length / 255) }, (_, i) => bytes.subarray(255 * i, 255 * (i + 1)))
  return Buffer.concat(pieces.flatMap((piece) => [Buffer.of(piece.length), piece]))
}

const recordOf = (text: string): Buffer => {
  const data = piecesOf(text)
  const head = Buffer.alloc(headerBytes)
  // A pointer to the name in the question.
  head.writeUInt16BE(0xc000 | headerBytes, 0)
  head.writeUInt16BE(txt, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

const answerOf = (query: Buffer, end: number, texts: readonly string[] | undefined): Buffer => {
  const head = Buffer.alloc(headerBytes)
  query.copy(head, 0, 0, 2)
  // An answer, recursion there; 3: no such name.
  head.writeUInt16BE(0x8180 | (texts === undefined ? 3 : 0), 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(texts?.length ?? 0, 6)
  return Buffer.concat([head, query.subarray(headerBytes, end), ...(texts ?? []).map(recordOf)])
}

export const startDnsServer = async (): Promise<DnsServer> => {
  const socket = createSocket('udp4')
  const texts = new Map<string, readonly string[]>()
  const asked: string[] = []
  socket.on('message', (query, from) => {
    const { name, end } = readQuestion(query)
    asked.push(name)
    const fault = server.fault?.names?.test(name) === false ? undefined : server.fault
    if (fault?.kind === 'silent') return
    const answer =
      fault?.kind === 'garbage'
        ? Buffer.concat([query.subarray(0, 2), Buffer.alloc(40, 0xff)])
        : answerOf(query, end, texts.get(name))
    socket.send(answer, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const server: DnsServer = {
    address: `127.0.0.1:${socket.address().port}`,
    texts,
    asked,
    fault: undefined,
    close: async () => {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
  return server
}
