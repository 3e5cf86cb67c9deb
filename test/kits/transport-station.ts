import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IgnoredReason, Topic, Transport, WakuMessage } from '../../src/ports/index.ts'

/** A network of its own for one test. */
export interface TransportWorld {
  /** A transport, not started, that will reach every one which this world made and which was started before. */
  create(): Transport | Promise<Transport>
  /** Everything else the world holds; the kit closes the transports. */
  close?(): Promise<void>
}

/** A started transport with everything that came out of it. */
export interface Station {
  readonly transport: Transport
  readonly messages: WakuMessage[]
  readonly ignored: IgnoredReason[]
}

/** Resolves when the condition holds, checked every few milliseconds; fails after the deadline. */
export const until = async (what: string, condition: () => boolean, deadlineMs = 20_000): Promise<void> => {
  const end = performance.now() + deadlineMs
  while (!condition()) {
    if (performance.now() > end) assert.fail(`within ${deadlineMs} ms: ${what}`)
    await sleep(5)
  }
}

/** Starts a transport and records its events. */
export const startStation = async (transport: Transport): Promise<Station> => {
  const messages: WakuMessage[] = []
  const ignored: IgnoredReason[] = []
  await transport.start({
    onMessage: (message) => void messages.push(message),
    onIgnored: (reason) => void ignored.push(reason),
  })
  return { transport, messages, ignored }
}

export const soon = (ms = 20_000) => AbortSignal.timeout(ms)
export const ok = (station: Station) => station.transport.health().status === 'ok'

/** The stations of one test after the other: `begin` before each, `end` after it. */
export interface Cast {
  begin(): Promise<void>
  /** Closes everything that the test made. */
  end(): Promise<void>
  /** A transport, not started. */
  create(): Promise<Transport>
  join(topics?: Iterable<Topic>): Promise<Station>
  /** Two that reach each other, both on these topics. */
  pair(topics: Topic[]): Promise<[Station, Station]>
  say(from: Station, topic: Topic, payload: Uint8Array): Promise<void>
  /** Waits until this many messages have come. */
  received(station: Station, count: number): Promise<void>
  healthy(...stations: Station[]): Promise<void>
}

export const createCast = (setup: () => TransportWorld | Promise<TransportWorld>, patienceMs: number): Cast => {
  let world: TransportWorld | undefined
  let made: Transport[] = []

  const create = async (): Promise<Transport> => {
    if (world === undefined) throw new Error('The cast has not begun.')
    const transport = await world.create()
    made.push(transport)
    return transport
  }
  const join = async (topics: Iterable<Topic> = []): Promise<Station> => {
    const transport = await create()
    transport.listen(topics)
    return startStation(transport)
  }
  const healthy = (...stations: Station[]) => until('all are healthy', () => stations.every(ok), patienceMs)

  return {
    begin: async () => {
      world = await setup()
      made = []
    },
    end: async () => {
      await Promise.all(made.map((transport) => transport.close()))
      await world?.close?.()
    },
    create,
    join,
    pair: async (topics) => {
      const first = await join(topics)
      const second = await join(topics)
      await healthy(first, second)
      return [first, second]
    },
    say: (from, topic, payload) => from.transport.publish({ topic, payload }, soon(patienceMs)),
    received: (station, count) => until(`${count} messages arrive`, () => station.messages.length >= count, patienceMs),
    healthy,
  }
}
