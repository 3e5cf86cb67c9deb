import { randomBytes } from 'node:crypto'
import type { Connection, Libp2p } from '@libp2p/interface'

const protocol = '/ipfs/ping/1.0.0'
const pingBytes = 32
const tickMs = 1_000
/** How long one ping waits for its answer, milliseconds. */
const pingMs = 6_000
/** For a connection beside which its peer has made a new one: it is probably dead. */
const doubtMs = 1_500

/** How often a connection is asked, and for how long it may be silent, in seconds. */
interface Rhythm {
  readonly every: number
  readonly patience: number
}

/** For those who we need: a connection whose packets vanish is found in 8 s. */
const close: Rhythm = { every: 3, patience: 8 }
/** For those who need us. */
const distant: Rhythm = { every: 10, patience: 30 }

interface Beat {
  /** Seconds since it was heard. Counted in ticks, so that a process that slept does not take all its peers for dead. */
  silent: number
  /** Seconds until it is asked. */
  due: number
  asking: boolean
}

export interface Pulse {
  /** Notes that a peer said something. */
  heard(peer: string): void
  /** Of the last ping, milliseconds. */
  latencyOf(peer: string): number | undefined
}

export interface PulseOptions {
  /** Whether we called this peer, or it is one that we should have. */
  readonly isClose: (connection: Connection) => boolean
  readonly onDead: (connection: Connection, silentSeconds: number) => void
  readonly signal: AbortSignal
}

const isUnsupported = (error: unknown): boolean => error instanceof Error && error.name === 'UnsupportedProtocolError'

/** Resolves when an answer came over this connection, be it that it does not know the question. */
const ping = async (connection: Connection, signal: AbortSignal): Promise<void> => {
  const stream = await connection.newStream(protocol, { signal, runOnLimitedConnection: true })
  const abort = (): void => stream.abort(new Error('no answer'))
  signal.addEventListener('abort', abort, { once: true })
  try {
    const sent = stream.sink([randomBytes(pingBytes)])
    let got = 0
    for await (const chunk of stream.source) {
      got += chunk.byteLength
      if (got >= pingBytes) break
    }
    if (got < pingBytes) throw new Error('no answer')
    await sent
    await stream.close({ signal })
  } catch (error) {
    abort()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Asks every connection whether it lives, and cuts those that say nothing: TCP alone would wait for many minutes. */
export const keepPulse = (node: Libp2p, { isClose, onDead, signal }: PulseOptions): Pulse => {
  const beats = new Map<string, Beat>()
  const latencies = new Map<string, number>()
  let spoke = new Set<string>()

  const rhythmOf = (connection: Connection): Rhythm => (isClose(connection) ? close : distant)

  const beatOf = ({ id }: Connection): Beat => {
    const beat = beats.get(id) ?? { silent: 0, due: 0, asking: false }
    beats.set(id, beat)
    return beat
  }

  const ask = async (connection: Connection, beat: Beat, withinMs: number): Promise<boolean> => {
    beat.asking = true
    beat.due = rhythmOf(connection).every
    const since = performance.now()
    try {
      await ping(connection, AbortSignal.any([signal, AbortSignal.timeout(withinMs)]))
      latencies.set(connection.remotePeer.toString(), performance.now() - since)
      beat.silent = 0
      return true
    } catch (error) {
      if (isUnsupported(error)) beat.silent = 0
      return isUnsupported(error)
    } finally {
      beat.asking = false
    }
  }

  const cut = (connection: Connection, seconds: number): void => {
    onDead(connection, seconds)
    connection.abort(new Error(`it has said nothing for ${seconds} s`))
  }

  const check = (connection: Connection, isOnly: boolean): void => {
    const beat = beatOf(connection)
    // Of several connections it is not known over which one the peer spoke.
    beat.silent = isOnly && spoke.has(connection.remotePeer.toString()) ? 0 : beat.silent + 1
    beat.due -= 1
    if (beat.silent >= rhythmOf(connection).patience) cut(connection, beat.silent)
    else if (beat.due <= 0 && !beat.asking) void ask(connection, beat, pingMs)
  }

  const tick = (): void => {
    const connections = node.getConnections()
    const known = new Set(connections.map(({ id }) => id))
    for (const id of beats.keys()) if (!known.has(id)) beats.delete(id)
    const perPeer = new Map<string, number>()
    for (const { remotePeer } of connections)
      perPeer.set(remotePeer.toString(), (perPeer.get(remotePeer.toString()) ?? 0) + 1)
    for (const peer of latencies.keys()) if (!perPeer.has(peer)) latencies.delete(peer)
    for (const connection of connections) check(connection, perPeer.get(connection.remotePeer.toString()) === 1)
    spoke = new Set()
  }

  /** A second connection: the peer has probably lost the first, and gossipsub must not go on writing into that. */
  const doubt = async (connection: Connection): Promise<void> => {
    const beat = beatOf(connection)
    if (!(await ask(connection, beat, doubtMs)) && !signal.aborted && connection.status === 'open')
      cut(connection, beat.silent)
  }

  const onOpen = ({ detail }: CustomEvent<Connection>): void => {
    void ask(detail, beatOf(detail), pingMs)
    for (const other of node.getConnections(detail.remotePeer)) if (other.id !== detail.id) void doubt(other)
  }

  node.addEventListener('connection:open', onOpen)
  const timer = setInterval(tick, tickMs)
  const end = (): void => {
    clearInterval(timer)
    node.removeEventListener('connection:open', onOpen)
  }
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()

  return { heard: (peer) => void spoke.add(peer), latencyOf: (peer) => latencies.get(peer) }
}
