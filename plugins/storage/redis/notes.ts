import type { Storage } from '../../../src/ports/index.ts'
import type { Connections } from './connection.ts'
import { faultOf } from './faults.ts'
import type { Keys } from './keys.ts'

export interface Notes extends Pick<Storage, 'cursors' | 'topicKeys'> {
  deleteTopicKeys(topics: readonly string[]): Promise<void>
}

/** Cursors: a string each. Topic keys: fields of one hash a shard, only ever read one by one. */
export const createNotes = ({ commands }: Pick<Connections, 'commands'>, keys: Keys): Notes => {
  const ask = (command: string, ...args: readonly (string | Buffer)[]): Promise<unknown> =>
    commands.callBuffer(command, ...args).catch((error: unknown) => {
      throw faultOf(error)
    })
  const cursorKey = (name: string): string => `${keys.base}:cursor:${name}`
  const hashOf = (topic: string): Buffer => keys.key(keys.shardOfText(topic), 'k')

  return {
    cursors: {
      get: async (name) => {
        const value = await ask('GET', cursorKey(name))
        return value === null ? undefined : BigInt(String(value))
      },
      set: async (name, value) => void (await ask('SET', cursorKey(name), `${value}`)),
    },
    topicKeys: {
      get: async (topic) => {
        const key = await ask('HGET', hashOf(topic), topic)
        return key === null ? undefined : Uint8Array.from(key as Buffer)
      },
      set: async (topic, key) => void (await ask('HSET', hashOf(topic), topic, Buffer.from(key))),
    },
    deleteTopicKeys: async (topics) =>
      void (await Promise.all(topics.map((topic) => ask('HDEL', hashOf(topic), topic)))),
  }
}
