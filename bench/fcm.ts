/** `npm run bench -- fcm`: pushes through the fcm plugin to a stand-in for Google in another process, beside a bare loop over node:http2. */
import type { Bench, Result } from './bench.ts'
import { withChildren } from './child.ts'
import { compare, openStand } from './provider/measure.ts'
import { pushesOf } from './provider/options.ts'

const usual = 20_000
const slowMs = 50

export const fcm: Bench = async (bench) => {
  const count = pushesOf('fcm', bench.args, usual)
  const context = withChildren(bench)
  const stand = await openStand(context, 'fcm', ['reveille', 'bare'])
  const results: Result[] = []
  context.progress('goal: at least 0.9 of the bare loop')
  for (const ms of [0, slowMs]) {
    await stand.ask({ kind: 'delay', ms })
    const title = ms === 0 ? 'pushes, 500 at once' : `pushes, 500 at once, a provider that takes ${ms} ms`
    results.push(
      await compare(context, stand, { title, against: 'bare', says: 'bare node:http2 loop', limit: true }, count),
    )
  }
  await stand.close()
  return results
}
