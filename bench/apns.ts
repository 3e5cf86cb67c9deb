/**
 * `npm run bench -- apns`: pushes through the apns plugin to a stand-in for Apple in another process, beside a bare loop over
 * node:http2 and beside the libraries that Node programs use, which are installed for the run.
 */
import type { Bench, Result } from './bench.ts'
import { type ChildContext, withChildren } from './child.ts'
import type { ClientName } from './provider/client-process.ts'
import { compare, openStand, type Stand } from './provider/measure.ts'
import { pushesOf } from './provider/options.ts'
import { installPeers } from './provider/peers.ts'
import type { Counts } from './provider/server-process.ts'

const usual = 20_000
const packages = ['@parse/node-apn@8.1.0', 'apns2@12.2.0', 'undici@7']
const peers = ['node-apn', 'apns2'] as const
const says: Record<ClientName, string> = {
  reveille: 'reveille',
  bare: 'bare node:http2 loop',
  'node-apn': '@parse/node-apn',
  apns2: 'apns2',
}
const slowMs = 50
const tries = 5
const goodbyeEveryMs = 1_000

/** Whoever is told that a push failed sends it again, as a queue does: what is then lost, and what arrives twice? */
const underGoodbyes = async (
  { progress }: ChildContext,
  stand: Stand,
  names: readonly ClientName[],
  count: number,
): Promise<Result[]> => {
  const results: Result[] = []
  await stand.ask({ kind: 'delay', ms: slowMs })
  await stand.ask({ kind: 'counts' })
  for (const client of names) {
    await stand.ask({ kind: 'goaway', everyMs: goodbyeEveryMs })
    const { ms } = await stand.send(client, count, { tries })
    await stand.ask({ kind: 'goaway', everyMs: 0 })
    const { taken, distinct, goodbyes } = await stand.ask<Counts>({ kind: 'counts' })
    const [lost, doubled] = [count - distinct, taken - distinct]
    progress(
      `${says[client]}, a GOAWAY every second: ${goodbyes} in ${(ms / 1_000).toFixed(1)} s, ${lost} lost, ${doubled} doubled`,
    )
    for (const [what, figure] of [
      ['lost', lost],
      ['doubled', doubled],
    ] as const)
      results.push({
        case: `a GOAWAY every second, ${says[client]}: ${what}`,
        unit: 'pushes',
        figure,
        against: 'pushes sent',
        than: count,
        limit: false,
      })
  }
  return results
}

export const apns: Bench = async (bench) => {
  const count = pushesOf('apns', bench.args, usual)
  const context = withChildren(bench)
  const folder = await installPeers(context, packages)
  const present = folder === undefined ? [] : peers
  const names: ClientName[] = ['reveille', 'bare', ...present]
  const stand = await openStand(context, 'apns', names, folder)
  const results: Result[] = []
  context.progress('goal: at least 0.9 of the bare loop')
  for (const ms of [0, slowMs]) {
    await stand.ask({ kind: 'delay', ms })
    const title = ms === 0 ? 'pushes, 500 at once' : `pushes, 500 at once, a provider that takes ${ms} ms`
    for (const against of ['bare', ...present] as const) {
      const row = { title, against, says: says[against], limit: against === 'bare' }
      results.push(await compare(context, stand, row, against === 'bare' ? count : Math.ceil(count / 4)))
    }
  }
  const sent = ['reveille' as const, ...present]
  results.push(...(await underGoodbyes(context, stand, sent, count)))
  await stand.close()
  return results
}
