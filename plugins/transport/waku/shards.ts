/** The largest number of a shard within a cluster. */
export const maxShard = 1023

/** Which part of the network a relay works on (protocol section 3). */
export interface Shards {
  readonly cluster: number
  readonly shards: readonly number[]
}

/** The pubsub topic of a static shard. */
export const pubsubTopicOf = (cluster: number, shard: number): string => `/waku/2/rs/${cluster}/${shard}`

/** The trimmed parts of a comma-separated setting, without the empty ones. */
export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** The number of a shard, `undefined` where `text` is none. */
export const shardOf = (text: string): number | undefined => {
  const shard = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  return shard <= maxShard ? shard : undefined
}
