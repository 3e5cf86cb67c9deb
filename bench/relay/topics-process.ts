/** Holds topics, `plugin` as the relay plugin or `bare` in a set of numbers, and tells what they take. */
import { createWakuRelay } from '../../plugins/transport/waku/relay/relay.ts'
import type { Topic } from '../../src/ports/index.ts'
import { memoryInUse, serve } from '../child.ts'
import { topicsHeard } from './traffic.ts'

export interface TopicsQuestion {
  readonly count: number
}

const relay = createWakuRelay()
const bare = new Set<Topic>()

serve<TopicsQuestion>(({ count }) => {
  const before = memoryInUse()
  if (process.argv[2] === 'plugin') relay.listen(topicsHeard(count))
  else for (const topic of topicsHeard(count)) bare.add(topic)
  const bytes = memoryInUse() - before
  const held = process.argv[2] === 'plugin' ? relay.stats()['topics'] : bare.size
  if (held !== count) throw new Error(`it holds ${held} topics, not ${count}`)
  return bytes / count
})
