import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createGroupCommit } from '../../../plugins/storage/sqlite/group-commit.ts'
import type { WriteCommand, WriteOutcome } from '../../../plugins/storage/sqlite/store.ts'
import { startStoreThread } from '../../../plugins/storage/sqlite/store-thread.ts'
import { StorageError } from '../../../src/ports/index.ts'
import { identityOf, keyOf, pushOf, registrationOf } from '../../kits/storage-samples.ts'
import { inFolder, openIn } from './sqlite-helpers.ts'

const command = (name: string): WriteCommand => ({ name: 'setCursor', args: [name, 1n] })

describe('grouped writes', () => {
  test(
    'take far fewer commits than calls',
    inFolder(async (folder) => {
      let commits = 0
      const storage = await openIn(folder, { onCommit: () => commits++ })
      const results = await Promise.all(
        Array.from({ length: 1000 }, (_, i) => storage.registrations.put(registrationOf({ owner: `${i}` }))),
      )
      assert.ok(results.every((result) => result === 'stored'))
      assert.ok(commits <= 10, `${commits} commits`)
      await storage.close()
    }),
  )

  test(
    'let a bad call fail alone',
    inFolder(async (folder) => {
      let commits = 0
      const storage = await openIn(folder, { onCommit: () => commits++ })
      const { registrations, outbox, cursors } = storage
      const broken = { ...pushOf('broken'), body: undefined as unknown as Uint8Array }
      const results = await Promise.allSettled([
        registrations.put(registrationOf({ owner: 'a' })),
        registrations.put(registrationOf({ owner: 'too high', version: 2n ** 64n })),
        outbox.accept([pushOf('a'), broken], 1000),
        outbox.accept([pushOf('b')], 1000),
        cursors.set('c', 1n),
      ])
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'],
      )
      assert.equal(commits, 1)
      assert.equal((await outbox.counts()).queued, 1)
      assert.deepEqual(await outbox.accept([pushOf('a')], 1000), ['accepted'])
      assert.deepEqual(await registrations.get([keyOf('too high')]), [undefined])
      assert.deepEqual(await storage.health(), { status: 'ok' })
      await storage.close()
    }),
  )

  test('reject all together where the commit fails, and go on with the next', async () => {
    let failing = true
    const { submit } = createGroupCommit({
      commit(commands) {
        if (failing) throw new StorageError('full', 'The disk is full: free space.')
        return commands.map(() => ({ value: undefined }))
      },
    })
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => submit(command(name), 1)))
    assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(['rejected']))
    failing = false
    await submit(command('d'), 1)
  })

  test('join while a commit is under way, one group at a time', async () => {
    const groups: { readonly size: number; readonly finish: () => void }[] = []
    const { submit, drained } = createGroupCommit({
      commit(commands) {
        const { promise, resolve } = Promise.withResolvers<WriteOutcome[]>()
        groups.push({ size: commands.length, finish: () => resolve(commands.map(() => ({ value: undefined }))) })
        return promise
      },
    })
    const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    const first = submit(command('a'), 1)
    await turn()
    const rest = [submit(command('b'), 1)]
    await turn()
    rest.push(submit(command('c'), 1))
    await turn()
    assert.deepEqual(
      groups.map(({ size }) => size),
      [1],
    )
    groups[0]?.finish()
    await first
    await turn()
    assert.deepEqual(
      groups.map(({ size }) => size),
      [1, 2],
    )
    groups[1]?.finish()
    await Promise.all([...rest, drained()])
  })

  test('are bounded by what they write, yet never empty', async () => {
    const sizes: number[] = []
    const { submit } = createGroupCommit({
      commit(commands) {
        sizes.push(commands.length)
        return commands.map(() => ({ value: undefined }))
      },
    })
    await Promise.all([1000, 100, 100, 100, 1000].map((rows) => submit(command('a'), rows)))
    assert.deepEqual(sizes, [1, 2, 1, 1])
  })

  test(
    'that were asked for before closing are durable',
    inFolder(async (folder) => {
      const storage = await openIn(folder)
      const puts = Array.from({ length: 600 }, (_, i) => storage.registrations.put(registrationOf({ owner: `${i}` })))
      await storage.close()
      assert.deepEqual(new Set(await Promise.all(puts)), new Set(['stored']))
      const again = await openIn(folder)
      assert.equal((await again.registrations.get([keyOf('599')]))[0]?.version, 1n)
      await again.close()
    }),
  )

  test(
    'hold up nobody: while the disk takes its time, the event loop goes on',
    inFolder(async (folder) => {
      const storage = await openIn(folder, { syncDelayMs: 200 })
      let isStored = false
      const put = storage.registrations.put(registrationOf({ owner: 'a' })).then(() => {
        isStored = true
      })
      let turns = 0
      while (!isStored) {
        await new Promise(setImmediate)
        turns++
      }
      await put
      assert.ok(turns > 100, `${turns} turns of the event loop`)
      await storage.close()
    }),
  )

  test(
    'are refused, and the health says so, when the thread that makes them is gone',
    inFolder(async (folder) => {
      const thread = await startStoreThread({ file: `${folder}/reveille.db`, identity: identityOf('a') })
      const late = thread.write([{ name: 'put', args: [registrationOf({ owner: 'a' })] }])
      const closed = thread.close()
      assert.deepEqual(await late, [{ value: 'stored' }])
      await closed
      await assert.rejects(thread.write([]), { name: 'StorageError', code: 'unavailable', message: /restart/ })
      await assert.rejects(thread.probe(), { name: 'StorageError', code: 'unavailable' })
    }),
  )
})
