import { BenchError, type Result } from '../bench.ts'
import type { Child, ChildContext } from '../child.ts'
import { alternate, split } from '../rounds.ts'
import type { ClientName, ClientQuestion, Sent } from './client-process.ts'
import type { Counts, Provider, ServerQuestion, Started } from './server-process.ts'

/** How many calls a client has under way, and how many pushes each call brings. */
export interface Calls {
  readonly concurrency: number
  readonly batch: number
}

const single: Calls = { concurrency: 500, batch: 1 }
const mostPerRound = 2_000
const leastPerRound = 100
/** Calls, and pushes, before the compiler is done with a client. */
const [warmCalls, warmPushes] = [1_000, 10_000] as const

/** A provider and its clients, each a process of its own. */
export interface Stand {
  readonly clients: ReadonlyMap<ClientName, Child>
  readonly server: Child
  /** Sends so many pushes that nobody has sent, and checks that the provider took each once. Answers milliseconds. */
  play(client: ClientName, count: number, calls?: Calls): Promise<number>
  ask<T>(question: ServerQuestion): Promise<T>
  send(client: ClientName, count: number, options: { readonly tries: number; readonly calls?: Calls }): Promise<Sent>
  close(): Promise<void>
}

export const openStand = async (
  context: ChildContext,
  provider: Provider,
  names: readonly ClientName[],
  folder?: string,
): Promise<Stand> => {
  const file = (name: string) => new URL(name, import.meta.url)
  const server = context.start({ file: file('server-process.ts') })
  const ask = <T>(question: ServerQuestion): Promise<T> => server.ask<T>(question)
  const started = await ask<Started>({ kind: 'start', provider })
  const clients = new Map<ClientName, Child>()
  for (const client of names) {
    const child = context.start({ file: file('client-process.ts') })
    await child.ask({ kind: 'start', client, provider, server: started, folder } satisfies ClientQuestion)
    clients.set(client, child)
  }
  let next = 1
  const send: Stand['send'] = async (client, count, { tries, calls = single }) => {
    const child = clients.get(client)
    if (child === undefined) throw new BenchError(`No figures: there is no client ${client}.`)
    const from = next
    next += count
    return child.ask<Sent>({ kind: 'send', from, count, tries, ...calls } satisfies ClientQuestion)
  }
  return {
    clients,
    server,
    ask,
    send,
    play: async (client, count, calls = single) => {
      const { ms, delivered } = await send(client, count, { tries: 1, calls })
      const { taken, distinct } = await ask<Counts>({ kind: 'counts' })
      if (delivered !== count || taken !== count || distinct !== count)
        throw new BenchError(
          `No figures: of ${count} pushes ${client} delivered ${delivered}; ${distinct} arrived, ${taken} times.`,
        )
      return ms
    },
    close: async () => {
      for (const child of clients.values()) await child.close()
      await server.close()
    },
  }
}

/** Pushes a second of ours beside those of another client, in turn, `count` each. */
export const compare = async (
  { progress }: ChildContext,
  stand: Stand,
  row: {
    readonly title: string
    readonly against: ClientName
    readonly says: string
    readonly limit: boolean
    readonly calls?: Calls
  },
  count: number,
): Promise<Result> => {
  const most = Math.max(5, Math.ceil(count / mostPerRound))
  const rounds = split(
    Array.from({ length: count }, (_, index) => index),
    { most, least: leastPerRound },
  )
  const warmUp = Math.min(count, Math.max(warmPushes, warmCalls * (row.calls ?? single).batch))
  for (const client of ['reveille', row.against, 'reveille', row.against] as const)
    await stand.play(client, warmUp, row.calls)
  const pair = await alternate(
    rounds,
    (round) => stand.play('reveille', round.length, row.calls),
    (round) => stand.play(row.against, round.length, row.calls),
  )
  const [ours, theirs] = [1 / pair.subject, 1 / pair.bare]
  progress(`${row.title}: ${ours.toFixed(0)}/s, ${row.says} ${theirs.toFixed(0)}/s`)
  return { case: row.title, unit: 'pushes/s', figure: ours, against: row.says, than: theirs, limit: row.limit }
}
