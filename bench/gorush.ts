/** `npm run bench -- gorush`: pushes through the gorush plugin to a stand-in in another process, beside a bare loop over undici. */
import type { Bench, Result } from './bench.ts'
import { withChildren } from './child.ts'
import { compare, openStand } from './provider/measure.ts'
import { pushesOf } from './provider/options.ts'

const usual = 100_000
const cases = [
  { title: 'pushes in requests of 100, 4 at once', calls: { batch: 100, concurrency: 4 } },
  { title: 'pushes in requests of 1, 64 at once', calls: { batch: 1, concurrency: 64 } },
]

export const gorush: Bench = async (bench) => {
  const count = pushesOf('gorush', bench.args, usual)
  const context = withChildren(bench)
  const stand = await openStand(context, 'gorush', ['reveille', 'bare'])
  const results: Result[] = []
  context.progress('goal: at least 0.85 of the bare loop')
  for (const one of cases)
    results.push(
      await compare(context, stand, { ...one, against: 'bare', says: 'bare undici loop', limit: true }, count),
    )
  await stand.close()
  return results
}
