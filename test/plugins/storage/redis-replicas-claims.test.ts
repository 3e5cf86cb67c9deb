/** Claims of replicas that live, whatever the others know of them. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bytesOf, identityOf, until } from '../../kits/storage-samples.ts'
import { startRedis } from '../../support/redis-server.ts'
import { openAt, targetOf } from './redis-helpers.ts'

const server = await startRedis()
after(() => server.close())

const minute = 60_000

test('a claim of one who lives is nobody else’s: after an outage, and while others have not heard of it yet', async () => {
  const context = { identity: identityOf('claims'), now: Date.now }
  const target = targetOf({ REDIS_URL: server.url })
  const storages = [await openAt(target, context), await openAt(target, context)]
  try {
    const [a, b] = storages
    assert.ok(a?.replicas !== undefined && b?.replicas !== undefined)
    const { replicas } = b
    const message = bytesOf('claimed before', 32)
    assert.equal(await a.claims.take(message, 10 * minute), 'mine')
    await server.kill('SIGKILL')
    await until('each is alone as far as it knows', () => replicas.living().length === 1, 6_000)
    await server.restart()
    const taken = new Set<string>()
    await until('they know of each other again', async () => {
      taken.add(await b.claims.take(message, minute).catch(() => 'away'))
      return replicas.living().length === 2
    })
    taken.add(await b.claims.take(message, minute))
    taken.delete('away')
    assert.deepEqual(taken, new Set(['taken']))
    for (let i = 0; i < 20; i++) {
      const late = await openAt(target, context)
      storages.push(late)
      const own = bytesOf(`claimed by the newcomer ${i}`, 32)
      assert.equal(await late.claims.take(own, minute), 'mine')
      assert.equal(await b.claims.take(own, minute), 'taken', `newcomer ${i}`)
    }
  } finally {
    await Promise.all(storages.map((storage) => storage.close()))
  }
})
