import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PutResult, Storage } from '../../src/ports/index.ts'
import type { Use } from './storage.ts'
import { keyOf, registrationOf } from './storage-samples.ts'

type Step =
  | { readonly put: bigint; readonly content?: string; readonly gives: PutResult }
  | { readonly unregister: bigint; readonly gives: PutResult }
  | { readonly retire: bigint; readonly gives: boolean }

const top = 2n ** 64n - 1n
const beyond = 2n ** 53n

const chains: readonly { readonly name: string; readonly steps: readonly Step[]; readonly live: bigint | undefined }[] =
  [
    { name: 'the first is stored', steps: [{ put: 5n, gives: 'stored' }], live: 5n },
    {
      name: 'a repetition is the same',
      steps: [
        { put: 5n, gives: 'stored' },
        { put: 5n, gives: 'same' },
      ],
      live: 5n,
    },
    {
      name: 'other content under the same version is stale',
      steps: [
        { put: 5n, gives: 'stored' },
        { put: 5n, content: 'other', gives: 'stale' },
      ],
      live: 5n,
    },
    {
      name: 'a lower version is stale',
      steps: [
        { put: 5n, gives: 'stored' },
        { put: 4n, gives: 'stale' },
      ],
      live: 5n,
    },
    {
      name: 'a higher version is stored',
      steps: [
        { put: 5n, gives: 'stored' },
        { put: 6n, gives: 'stored' },
      ],
      live: 6n,
    },
    {
      name: 'unregistering ends it',
      steps: [
        { put: 5n, gives: 'stored' },
        { unregister: 6n, gives: 'stored' },
      ],
      live: undefined,
    },
    {
      name: 'unregistering with the live version is stale',
      steps: [
        { put: 5n, gives: 'stored' },
        { unregister: 5n, gives: 'stale' },
      ],
      live: 5n,
    },
    {
      name: 'unregistering with a lower version is stale',
      steps: [
        { put: 5n, gives: 'stored' },
        { unregister: 4n, gives: 'stale' },
      ],
      live: 5n,
    },
    {
      name: 'unregistering again is the same',
      steps: [
        { unregister: 6n, gives: 'stored' },
        { unregister: 6n, gives: 'same' },
      ],
      live: undefined,
    },
    {
      name: 'unregistering later again is stored',
      steps: [
        { unregister: 6n, gives: 'stored' },
        { unregister: 7n, gives: 'stored' },
        { put: 7n, gives: 'stale' },
      ],
      live: undefined,
    },
    {
      name: 'unregistering the unknown leaves a tombstone',
      steps: [
        { unregister: 6n, gives: 'stored' },
        { put: 5n, gives: 'stale' },
      ],
      live: undefined,
    },
    {
      name: 'the version of a tombstone is stale',
      steps: [
        { unregister: 6n, gives: 'stored' },
        { put: 6n, gives: 'stale' },
      ],
      live: undefined,
    },
    {
      name: 'the content of before does not make it the same',
      steps: [
        { put: 6n, gives: 'stored' },
        { retire: 6n, gives: true },
        { put: 6n, gives: 'stale' },
      ],
      live: undefined,
    },
    {
      name: 'a higher version revives',
      steps: [
        { unregister: 6n, gives: 'stored' },
        { put: 7n, gives: 'stored' },
      ],
      live: 7n,
    },
    {
      name: 'a higher version revives the retired',
      steps: [
        { put: 6n, gives: 'stored' },
        { retire: 6n, gives: true },
        { put: 7n, gives: 'stored' },
      ],
      live: 7n,
    },
    {
      name: 'only the exact version is retired',
      steps: [
        { put: 6n, gives: 'stored' },
        { retire: 5n, gives: false },
        { retire: 7n, gives: false },
      ],
      live: 6n,
    },
    {
      name: 'it is retired once',
      steps: [
        { put: 6n, gives: 'stored' },
        { retire: 6n, gives: true },
        { retire: 6n, gives: false },
      ],
      live: undefined,
    },
    {
      name: 'the unknown is not retired',
      steps: [
        { retire: 6n, gives: false },
        { put: 1n, gives: 'stored' },
      ],
      live: 1n,
    },
    {
      name: 'the unregistered is not retired',
      steps: [
        { unregister: 6n, gives: 'stored' },
        { retire: 6n, gives: false },
        { unregister: 6n, gives: 'same' },
      ],
      live: undefined,
    },
    {
      name: 'unregistering the retired with its version is stale',
      steps: [
        { put: 6n, gives: 'stored' },
        { retire: 6n, gives: true },
        { unregister: 6n, gives: 'stale' },
      ],
      live: undefined,
    },
    {
      name: 'unregistering the retired later is stored',
      steps: [
        { put: 6n, gives: 'stored' },
        { retire: 6n, gives: true },
        { unregister: 7n, gives: 'stored' },
      ],
      live: undefined,
    },
    {
      name: 'neighbours above 2^53 differ',
      steps: [
        { put: beyond, gives: 'stored' },
        { put: beyond + 1n, gives: 'stored' },
        { put: beyond, gives: 'stale' },
      ],
      live: beyond + 1n,
    },
    {
      name: 'above 2^63 is higher than below',
      steps: [
        { put: 2n ** 63n - 1n, gives: 'stored' },
        { put: 2n ** 63n, gives: 'stored' },
      ],
      live: 2n ** 63n,
    },
    {
      name: 'the highest version is the end',
      steps: [
        { put: top - 1n, gives: 'stored' },
        { put: top, gives: 'stored' },
        { put: 1n, gives: 'stale' },
      ],
      live: top,
    },
    {
      name: 'a number counts, not its digits',
      steps: [
        { put: 9n, gives: 'stored' },
        { put: 10n, gives: 'stored' },
        { put: 256n, gives: 'stored' },
        { put: 255n, gives: 'stale' },
      ],
      live: 256n,
    },
  ]

const take = ({ registrations }: Storage, step: Step): Promise<PutResult | boolean> => {
  if ('put' in step)
    return registrations.put(registrationOf({ owner: 'a', version: step.put, content: step.content ?? 'content' }))
  if ('unregister' in step) return registrations.unregister(keyOf('a'), step.unregister)
  return registrations.retire(keyOf('a'), step.retire)
}

export const testVersions = (use: Use): void => {
  describe('versions', () => {
    for (const { name, steps, live } of chains)
      test(
        name,
        use(async (storage) => {
          for (const step of steps) assert.equal(await take(storage, step), step.gives)
          const [found] = await storage.registrations.get([keyOf('a')])
          assert.equal(found?.version, live)
        }),
      )
  })
}
