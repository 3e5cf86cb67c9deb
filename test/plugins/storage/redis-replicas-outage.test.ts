/** What replicas know of each other while Redis, or the way to it, is not as it should be. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { createConnections } from '../../../plugins/storage/redis/connection.ts'
import type { Target } from '../../../plugins/storage/redis/index.ts'
import { createKeys } from '../../../plugins/storage/redis/keys.ts'
import { createReplicas, type RedisReplicas } from '../../../plugins/storage/redis/replicas.ts'
import { identityOf, until } from '../../kits/storage-samples.ts'
import { type RedisServer, startRedis, startRedisCluster } from '../../support/redis-server.ts'
import { targetOf } from './redis-helpers.ts'

const server = await startRedis()
after(() => server.close())

interface Member extends RedisReplicas {
  readonly heard: string[]
  readonly changes: (readonly string[])[]
  missed(): number
}

interface Scene {
  readonly a: Member
  readonly b: Member
  /** The name of one of their keys. */
  key(name: string): string
}

let identities = 0

/** `readAt`: where notices are read, if not with the rest. */
const openMember = async (target: Target, identity: Uint8Array, readAt?: Target) => {
  const connections = createConnections(target)
  const reading = readAt === undefined ? connections : createConnections(readAt)
  const close = async (): Promise<void> => {
    await Promise.all([connections.close(), reading.close()])
  }
  try {
    await connections.ready(5_000)
    const replicas = createReplicas({ ...connections, open: reading.open }, createKeys('kit', identity))
    const heard: string[] = []
    const changes: (readonly string[])[] = []
    let missed = 0
    replicas.onChange((living) => void changes.push(living))
    replicas.hear(
      (notice) => void heard.push(notice),
      () => void missed++,
    )
    await replicas.open()
    return {
      member: { ...replicas, heard, changes, missed: () => missed },
      close: async () => {
        await replicas.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

const bothLive = ({ a, b }: Pick<Scene, 'a' | 'b'>): boolean => a.living().length === 2 && b.living().length === 2

const withTwo = async (target: Target, work: (scene: Scene) => Promise<void>, readAt?: Target): Promise<void> => {
  const identity = identityOf(`outage ${process.pid} ${identities++}`)
  const closers: (() => Promise<void>)[] = []
  const join = async (): Promise<Member> => {
    const { member, close } = await openMember(target, identity, readAt)
    closers.push(close)
    return member
  }
  try {
    const [a, b] = [await join(), await join()]
    await until('they know of each other', () => bothLive({ a, b }))
    for (const { changes } of [a, b]) changes.length = 0
    await work({ a, b, key: (name) => `${createKeys('kit', identity).tag('replicas', 0, 1)}:${name}` })
  } finally {
    await Promise.all(closers.map((close) => close()))
  }
}

const single = (work: (scene: Scene) => Promise<void>) => () => withTwo(targetOf({ REDIS_URL: server.url }), work)

/** Tells it until that works, as somebody who has to be sure. */
const tellSurely = ({ tell }: Member, notice: string): Promise<void> =>
  until(`${notice} is told`, () =>
    tell(notice).then(
      () => true,
      () => false,
    ),
  )

const hears = (member: Member, notice: string, within?: number): Promise<void> =>
  until(`${notice} is heard`, () => member.heard.includes(notice), within)

/** Both work together again, as before. */
const areWell = async ({ a, b }: Scene, notice: string): Promise<void> => {
  await until('they know of each other again', () => bothLive({ a, b }), 3_000)
  await tellSurely(a, `${notice} of a`)
  await tellSurely(b, `${notice} of b`)
  await hears(b, `${notice} of a`, 3_000)
  await hears(a, `${notice} of b`, 3_000)
}

/** Asks again and again while something goes on, and stops when it is over; false where the answer was ever true. */
const never = async (ask: () => Promise<boolean>, meanwhile: Promise<unknown>): Promise<boolean> => {
  let [isOver, wasTrue] = [false, false]
  const asking = (async () => {
    while (!isOver) {
      if (await ask()) wasTrue = true
      await new Promise(setImmediate)
    }
  })()
  try {
    await meanwhile
  } finally {
    isOver = true
    await asking
  }
  return !wasTrue
}

test(
  'broken connections lose no notice and change no order',
  single(async ({ a, b }) => {
    const count = 400
    for (let i = 0; i < count; i++) {
      if (i % 40 === 20) await server.cli('CLIENT', 'KILL', 'TYPE', 'normal').catch(() => undefined)
      await tellSurely(a, `${i}`)
    }
    await hears(b, `${count - 1}`)
    const numbers = b.heard.map(Number)
    assert.equal(new Set(numbers).size, count)
    assert.deepEqual(
      numbers,
      numbers.toSorted((x, y) => x - y),
    )
    assert.equal(b.missed(), 0)
    assert.deepEqual(a.heard, [])
  }),
)

/** Redis is away for longer than a replica may be silent. */
const outage = async (scene: Scene, away: RedisServer, end: () => Promise<void>): Promise<void> => {
  const { a, b } = scene
  const from = performance.now()
  await until('each is alone as far as it knows', () => a.living().length === 1 && b.living().length === 1, 6_000)
  const took = performance.now() - from
  assert.ok(took > 1_900 && took < 4_000, `after ${took} ms`)
  const start = performance.now()
  await Promise.all(
    [a, b].map(async ({ lead, tell, isGone }) => {
      const away = { name: 'StorageError', code: 'unavailable', message: /Redis/ }
      const refused = assert.rejects(tell('unheard'), away)
      assert.equal(await lead('x', 60_000), false)
      assert.equal(await isGone('0123456789abcdef'), false, 'nobody can say that while Redis is away')
      await refused
    }),
  )
  assert.ok(performance.now() - start < 4_000)
  await end()
  await until('Redis answers', async () => (await away.cli('PING')) === 'PONG')
  const stranger = b.own
  const isWell = areWell(scene, 'after the outage')
  assert.ok(await never(() => a.isGone(stranger), isWell), 'who lives was taken for dead')
}

test(
  'Redis that is killed and started again: nobody is taken for dead, nothing is missed',
  single(async (scene) => {
    const { a, b } = scene
    assert.equal(await a.lead('x', 60_000), true)
    await server.kill('SIGKILL')
    const back = outage(scene, server, () => server.restart())
    assert.ok(await never(() => b.lead('x', 60_000), back), 'the lead of one who lives was taken')
    assert.equal(await a.lead('x', 60_000), true)
    assert.equal(a.missed() + b.missed(), 0)
    for (const { own, changes } of [a, b]) assert.deepEqual(changes, [[own], [a.own, b.own].sort()])
  }),
)

test(
  'Redis that stands still: nobody is taken for dead, nothing is missed',
  single(async (scene) => {
    const { a, b } = scene
    assert.equal(await a.lead('x', 60_000), true)
    await server.kill('SIGSTOP')
    try {
      const back = outage(scene, server, () => server.kill('SIGCONT'))
      assert.ok(await never(() => b.lead('x', 60_000), back), 'the lead of one who lives was taken')
      assert.equal(await a.lead('x', 60_000), true)
      assert.equal(a.missed() + b.missed(), 0)
      for (const { own, changes } of [a, b]) assert.deepEqual(changes, [[own], [a.own, b.own].sort()])
    } finally {
      await server.kill('SIGCONT')
    }
  }),
)

/** Tells three at once and trims the stream, before anybody can read. */
const tellAndTrim = `
for i = 1, 3 do
  redis.call('XADD', KEYS[1], '*', 'number', redis.call('INCR', KEYS[2]), 'from', 'x', 'text', 'trimmed ' .. i)
end
return redis.call('XTRIM', KEYS[1], 'MAXLEN', 1)`

test(
  'whoever is too far behind is told that it missed something, once, and goes on',
  single(async (scene) => {
    const { a, b, key } = scene
    await server.cli('EVAL', tellAndTrim, '2', key('notices'), key('told'))
    for (const member of [a, b]) {
      await until('it knows', () => member.missed() === 1)
      await hears(member, 'trimmed 3')
      assert.deepEqual(member.heard, ['trimmed 3'])
    }
    await areWell(scene, 'later')
    assert.equal(a.missed() + b.missed(), 2)
  }),
)

test(
  'what was told and is gone before anybody read it counts as missed',
  single(async (scene) => {
    const { a, b, key } = scene
    await server.cli('INCR', key('told'))
    await until('both know', () => a.missed() === 1 && b.missed() === 1, 5_000)
    await areWell(scene, 'later')
    assert.equal(a.missed() + b.missed(), 2)
  }),
)

test(
  'a Redis that came back without the last that was told, or with nothing, counts as missed',
  single(async (scene) => {
    const { a, b, key } = scene
    await areWell(scene, 'before')
    await server.cli('DECR', key('told'))
    await until('both know', () => a.missed() === 1 && b.missed() === 1, 5_000)
    await areWell(scene, 'between')
    await server.cli('FLUSHALL')
    await until('both know', () => a.missed() >= 2 && b.missed() >= 2, 5_000)
    await areWell(scene, 'later')
    assert.ok(a.missed() <= 3 && b.missed() <= 3, `${a.missed()} ${b.missed()}`)
  }),
)

test(
  'old notices that are forgotten, all heard, are not missed',
  single(async (scene) => {
    const { a, b, key } = scene
    await areWell(scene, 'before')
    await server.cli('DEL', key('notices'))
    const looks = async (): Promise<number> =>
      Number(/cmdstat_xread:calls=(\d+)/.exec(await server.cli('INFO', 'commandstats'))?.[1] ?? 0)
    const from = await looks()
    await until('both looked again, each more than once', async () => (await looks()) >= from + 6, 15_000)
    await areWell(scene, 'later')
    assert.equal(a.missed() + b.missed(), 0)
  }),
)

test(
  'a clock of Redis that is set back or on takes nobody for dead, and keeps nobody who is',
  single(async ({ a, b, key }) => {
    const shift = (ms: number): Promise<string> =>
      server.cli(
        'EVAL',
        `for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('ZINCRBY', KEYS[1], ARGV[1], name) end`,
        '1',
        key('signs'),
        `${ms}`,
      )
    const newest = async (): Promise<number> =>
      Number((await server.cli('ZRANGE', key('signs'), '-1', '-1', 'WITHSCORES')).split('\n')[1])
    const isAmong = async (...names: string[]): Promise<boolean> => {
      const kept = (await server.cli('ZRANGE', key('signs'), '0', '-1')).split('\n')
      return names.every((name) => kept.includes(name))
    }
    const isRight = async (): Promise<boolean> => Math.abs((await newest()) - Date.now()) < 2_000
    const dead = 'ffffffffffffffff'
    for (const ms of [3_600_000, -3_600_000]) {
      await server.cli('ZADD', key('signs'), `${await newest()}`, dead)
      await shift(ms)
      const again = until('it is put right', isRight)
      const isGone = async (): Promise<boolean> =>
        !a.living().includes(b.own) || !b.living().includes(a.own) || !(await isAmong(a.own, b.own))
      assert.ok(await never(isGone, again), `set by ${ms} ms, somebody was taken for dead`)
      const isForgotten = (): boolean => ![a, b].some(({ living }) => living().includes(dead))
      await until('the dead one is gone', async () => isForgotten() && !(await isAmong(dead)), 6_000)
      assert.ok(bothLive({ a, b }))
    }
  }),
)

test('whoever has not signed leads nobody', async () => {
  const connections = createConnections(targetOf({ REDIS_URL: server.url }))
  try {
    await connections.ready(5_000)
    const replicas = createReplicas(connections, createKeys('kit', identityOf('silent')))
    assert.equal(await replicas.lead('x', 60_000), false)
    await replicas.open()
    assert.equal(await replicas.lead('x', 60_000), true)
    await replicas.close()
  } finally {
    await connections.close()
  }
})

/** A way to a server that can fall silent: what is open stays open and carries nothing any more, new connections work. */
const startWay = async (port: number) => {
  const open = new Set<Socket>()
  const silent = new Set<Socket>()
  const way = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('error', () => undefined)
      from.on('data', (chunk) => {
        if (!silent.has(from)) to.write(chunk)
      })
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  way.listen(0, '127.0.0.1')
  await once(way, 'listening')
  return {
    port: (way.address() as AddressInfo).port,
    fallSilent: () => {
      for (const socket of open) silent.add(socket)
    },
    close: () => {
      for (const socket of open) socket.destroy()
      way.close()
    },
  }
}

test('a reader whose connection fell silent, without an end, finds another and has missed nothing', async () => {
  const way = await startWay(server.port)
  try {
    await withTwo(
      targetOf({ REDIS_URL: server.url }),
      async ({ a, b }) => {
        await a.tell('before')
        await hears(b, 'before')
        way.fallSilent()
        await a.tell('meanwhile')
        await hears(b, 'meanwhile', 10_000)
        assert.deepEqual(b.heard, ['before', 'meanwhile'])
        assert.equal(b.missed(), 0)
      },
      targetOf({ REDIS_URL: `redis://127.0.0.1:${way.port}` }),
    )
  } finally {
    way.close()
  }
})

test('a cluster whose master for this stands still, then dies, then comes back', async () => {
  const cluster = await startRedisCluster()
  try {
    const target = targetOf({ REDIS_URL: cluster.urls.join(','), REDIS_MODE: 'cluster' })
    await withTwo(target, async (scene) => {
      const { a, b, key } = scene
      const [first] = cluster.servers
      const slot = await first?.cli('CLUSTER', 'KEYSLOT', key('signs'))
      const owners = await Promise.all(
        cluster.servers.map(async (one) =>
          (await one.cli('CLUSTER', 'COUNTKEYSINSLOT', `${slot}`)) === '0' ? [] : [one],
        ),
      )
      const [master] = owners.flat()
      assert.ok(master !== undefined)
      await master.kill('SIGSTOP')
      await outage(scene, master, () => master.kill('SIGCONT'))
      await master.kill('SIGKILL')
      await outage(scene, master, () => master.restart())
      assert.equal(a.missed() + b.missed(), 0)
    })
  } finally {
    for (const { kill } of cluster.servers) await kill('SIGCONT')
    await cluster.close()
  }
})
