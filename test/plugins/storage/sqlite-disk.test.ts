import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type PutResult, type Storage, StorageError } from '../../../src/ports/index.ts'
import { keyOf, plain, pushOf, registrationOf, until, within } from '../../kits/storage-samples.ts'
import { inFolder, openIn } from './sqlite-helpers.ts'

const day = 86_400_000
const full = { name: 'StorageError', code: 'full' }

const bigOf = (owner: string, version = 1n) => ({
  ...registrationOf({ owner, version }),
  record: Buffer.alloc(20_000, owner),
})

/** Puts big registrations until one is refused; the names of those that were stored. */
const fill = async ({ registrations }: Storage): Promise<string[]> => {
  const stored: string[] = []
  for (let i = 0; i < 10_000; i++) {
    try {
      await registrations.put(bigOf(`${i}`))
      stored.push(`${i}`)
    } catch (error) {
      assert.ok(error instanceof StorageError)
      assert.equal(error.code, 'full')
      return stored
    }
  }
  throw new Error('The disk never became full')
}

const recovered = (storage: Storage): Promise<void> =>
  until('the storage is healthy again', async () => (await storage.health()).status === 'ok')

describe('a full disk under sqlite', () => {
  test(
    'refuses writes, says so, keeps what there is and goes on when there is room',
    inFolder(async (folder) => {
      const storage = await openIn(folder, { maxPageCount: 120 })
      const stored = await fill(storage)
      const health = await storage.health()
      assert.equal(health.status, 'down')
      assert.match('reason' in health ? health.reason : '', /disk .* full: free space/)
      const refused = `${stored.length}`
      assert.deepEqual(await storage.registrations.get([keyOf(refused)]), [undefined])
      const [first] = await storage.registrations.get([keyOf('0')])
      assert.deepEqual(plain(first), plain(bigOf('0')))
      for (const owner of stored.slice(0, 5))
        assert.equal(await storage.registrations.unregister(keyOf(owner), 2n), 'stored')
      await recovered(storage)
      assert.equal(await storage.registrations.put(bigOf(refused)), 'stored')
      await storage.close()
    }),
  )

  test(
    'accepts all of a call or nothing, and counts right',
    inFolder(async (folder) => {
      const storage = await openIn(folder, { maxPageCount: 120 })
      await storage.outbox.accept([pushOf('before')], day)
      const stored = await fill(storage)
      const many = Array.from({ length: 500 }, (_, i) => ({ ...pushOf(`${i}`), body: Buffer.alloc(2000) }))
      await assert.rejects(storage.outbox.accept(many, day), full)
      assert.equal((await storage.outbox.counts()).queued, 1)
      for (const owner of stored) await storage.registrations.unregister(keyOf(owner), 2n)
      assert.deepEqual(new Set(await storage.outbox.accept(many.slice(0, 50), day)), new Set(['accepted']))
      assert.equal((await storage.outbox.counts()).queued, 51)
      await storage.close()
    }),
  )

  test(
    'lets small calls of a group pass where a big one does not fit',
    inFolder(async (folder) => {
      const storage = await openIn(folder, { maxPageCount: 120 })
      const results = await Promise.allSettled<PutResult>([
        storage.registrations.put(registrationOf({ owner: 'small' })),
        storage.registrations.put({ ...registrationOf({ owner: 'big' }), record: Buffer.alloc(2_000_000) }),
        storage.registrations.put(registrationOf({ owner: 'after' })),
      ])
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      )
      const found = await storage.registrations.get(['small', 'big', 'after'].map((owner) => keyOf(owner)))
      assert.deepEqual(
        found.map((registration) => registration !== undefined),
        [true, false, true],
      )
      await storage.close()
    }),
  )

  test(
    'keeps secrets out of its errors',
    inFolder(async (folder) => {
      const storage = await openIn(folder, { maxPageCount: 60 })
      await fill(storage)
      const secret = 'device-token-4711'
      const registration = { ...registrationOf({ owner: 'secret' }), record: Buffer.from(secret.repeat(5000)) }
      const texts: string[] = []
      for (const put of [
        registration,
        { ...registration, version: -1n },
        { ...registration, digest: secret as unknown as Uint8Array },
      ]) {
        const error: Error = await storage.registrations.put(put).then(
          () => assert.fail('was stored'),
          (reason) => reason,
        )
        texts.push(`${error.stack} ${JSON.stringify(error)} ${(error.cause as Error | undefined)?.stack}`)
      }
      for (const text of texts)
        assert.ok(!text.includes(secret) && !text.includes(Buffer.from(secret).toString('hex')), text)
      await storage.close()
    }),
  )
})

/** A file system of 3 MiB of its own, where the system lets us have one. */
const mountSmallDisk = (folder: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('a small disk under sqlite', () => {
  test(
    'fills up without harm and recovers by itself, with the outbox going on',
    inFolder(async (folder) => {
      const disk = join(folder, 'disk')
      mkdirSync(disk)
      // Without the right to mount, a bound on the pages has to stand in for the disk.
      const mounted = mountSmallDisk(disk)
      try {
        await fillAndFree(disk, mounted)
      } finally {
        if (mounted) execFileSync('umount', [disk])
      }
    }),
  )
})

const fillAndFree = async (disk: string, mounted: boolean): Promise<void> => {
  const ballast = join(disk, 'ballast')
  if (mounted) writeFileSync(ballast, Buffer.alloc(1_000_000))
  const storage = await openIn(disk, mounted ? {} : { maxPageCount: 120 })
  await storage.outbox.accept([pushOf('early')], day)
  const stored = await fill(storage)
  assert.equal((await storage.health()).status, 'down')
  if (mounted) rmSync(ballast)
  else for (const owner of stored.splice(0)) await storage.registrations.unregister(keyOf(owner), 2n)
  await recovered(storage)
  await storage.outbox.accept([pushOf('late')], day)
  let handed = 0
  const worker = storage.outbox.work(
    async () => {
      handed++
      return { kind: 'done' }
    },
    { concurrency: 4, leaseMs: 60_000 },
  )
  await until('both pushes are handed out', () => handed === 2)
  await within('the worker stops', worker.stop())
  await storage.close()
  const again = await openIn(disk)
  const found = await again.registrations.get(stored.map((owner) => keyOf(owner)))
  assert.ok(found.every((registration) => registration !== undefined))
  assert.equal((await again.outbox.counts()).queued, 0)
  await again.close()
}
