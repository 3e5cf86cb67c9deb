import type { Result } from '../bench.ts'
import type { ChildContext } from '../child.ts'
import type { TopicsQuestion } from './topics-process.ts'

const bytesPerTopic = async (context: ChildContext, kind: 'plugin' | 'bare', count: number): Promise<number> => {
  const child = context.start({ file: new URL('topics-process.ts', import.meta.url), args: [kind] })
  const bytes = await child.ask<number>({ count } satisfies TopicsQuestion)
  await child.close()
  return bytes
}

/** Memory per listened topic, for each of these numbers of topics. */
export const measureTopics = async (context: ChildContext, counts: readonly number[]): Promise<Result[]> => {
  const results: Result[] = []
  for (const count of counts) {
    const figure = await bytesPerTopic(context, 'plugin', count)
    const than = await bytesPerTopic(context, 'bare', count)
    context.progress(`memory: ${count} topics: ${figure.toFixed(1)} bytes each, in a bare set ${than.toFixed(1)}`)
    results.push({
      case: `memory per listened topic, of ${count}`,
      unit: 'bytes',
      figure,
      against: 'bare Set of numbers',
      than,
      limit: true,
    })
  }
  return results
}
