import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  createDiscovery,
  type Discovery,
  type DiscoveryOptions,
  discoveryProblems,
  type FoundPeer,
} from '../../../plugins/transport/waku/discovery/index.ts'
import { type DnsServer, startDnsServer } from '../../fakes/dns-server.ts'
import { listedShards, type MadeRecord, type MadeTree, makeRecord, makeTree } from '../../fakes/enr-tree.ts'

const domain = 'nodes.example.org'
const patienceMs = 10_000
const portField = Uint8Array.of(0xea, 0x60)

/** Waits for a condition that something else makes true. */
const until = async (isTrue: () => boolean): Promise<void> => {
  const end = performance.now() + patienceMs
  while (!isTrue()) {
    assert.ok(performance.now() < end, 'waited in vain')
    await sleep(5)
  }
}

const records = (count: number): MadeRecord[] => Array.from({ length: count }, () => makeRecord())
const textsOf = (made: readonly MadeRecord[]): string[] => made.map(({ text }) => text)

describe('peers from DNS trees', { timeout: 60_000 }, () => {
  let dns: DnsServer
  let discovery: Discovery | undefined
  let found: FoundPeer[] = []
  let logged: { details: object; message: string }[] = []

  before(async () => {
    dns = await startDnsServer()
  })
  after(() => dns.close())
  afterEach(() => {
    discovery?.close()
    dns.texts.clear()
    dns.asked.length = 0
    dns.fault = undefined
  })

  const publish = (...trees: readonly MadeTree[]): void => {
    for (const tree of trees) for (const [name, texts] of tree.texts) dns.texts.set(name, texts)
  }

  const discover = (trees: readonly string[], more: Partial<DiscoveryOptions> = {}): Discovery => {
    found = []
    logged = []
    const note = (details: object, message: string): void => void logged.push({ details, message })
    discovery = createDiscovery({
      trees,
      servers: [dns.address],
      exchange: false,
      node: () => undefined,
      cluster: 16,
      shards: [32, 64],
      onPeer: (peer) => void found.push(peer),
      log: { debug: () => {}, info: note, warn: note, error: note },
      now: Date.now,
      signal: new AbortController().signal,
      times: { lookupMs: 300 },
      ...more,
    })
    return discovery
  }
  const ids = (): string[] => [...new Set(found.map(({ peerId }) => peerId))].sort()
  const idsOf = (made: readonly MadeRecord[]): string[] => made.map(({ peerId }) => peerId).sort()

  test('a tree with several levels of branches gives all of its peers', async () => {
    const made = records(20)
    const tree = makeTree({ domain, records: textsOf(made) })
    publish(tree)
    const { failures, stats } = discover([tree.url])
    await until(() => found.length === 20)
    assert.deepEqual(ids(), idsOf(made))
    assert.ok(
      found.every(
        ({ source, addresses, peerId }) =>
          source === 'dns' && addresses[0] === `/ip4/127.0.0.1/tcp/60000/p2p/${peerId}`,
      ),
    )
    assert.deepEqual(failures(), [])
    assert.equal(stats()['treesRead'], 1)
  })

  test('a tree linked from another is read, also where both link to each other', async () => {
    const [one, two] = [makeRecord(), makeRecord()]
    const key = new Uint8Array(32).fill(7)
    const plain = makeTree({ domain: 'b.example.org', key })
    const first = makeTree({ domain: 'a.example.org', records: [one.text], links: [plain.url] })
    publish(first, makeTree({ domain: 'b.example.org', key, records: [two.text], links: [first.url] }))
    const { failures, stats } = discover([first.url])
    await until(() => found.length === 2)
    assert.deepEqual(ids(), idsOf([one, two]))
    assert.equal(stats()['treesRead'], 2)
    assert.deepEqual(failures(), [])
  })

  test('the example zone of EIP-1459 verifies', async () => {
    const hash = ['2XS2367YHAXJFGLZHVAWLQD4ZY', 'H4FHT4B454P6UXFD7JCYQ5PWDY', 'MHTDO6TMUBRIA2XWG5LUDACK24']
    const zone: readonly (readonly [string, string])[] = [
      [
        domain,
        'enrtree-root:v1 e=JWXYDBPXYWG6FX3GMDIBFA6CJ4 l=C7HRFPF3BLGF3YR4DY5KX3SMBE seq=1 sig=o908WmNp7LibOfPsr4btQwatZJ5URBr2ZAuxvK4UWHlsB9sUOTJQaGAlLPVAhM__XJesCHxLISo94z5Z2a463gA',
      ],
      [
        `C7HRFPF3BLGF3YR4DY5KX3SMBE.${domain}`,
        'enrtree://AM5FCQLWIZX2QFPNJAP7VUERCCRNGRHWZG3YYHIUV7BVDQ5FDPRT2@morenodes.example.org',
      ],
      [`JWXYDBPXYWG6FX3GMDIBFA6CJ4.${domain}`, `enrtree-branch:${hash.join(',')}`],
      [
        `${hash[0]}.${domain}`,
        'enr:-HW4QOFzoVLaFJnNhbgMoDXPnOvcdVuj7pDpqRvh6BRDO68aVi5ZcjB3vzQRZH2IcLBGHzo8uUN3snqmgTiE56CH3AMBgmlkgnY0iXNlY3AyNTZrMaECC2_24YYkYHEgdzxlSNKQEnHhuNAbNlMlWJxrJxbAFvA',
      ],
      [
        `${hash[1]}.${domain}`,
        'enr:-HW4QAggRauloj2SDLtIHN1XBkvhFZ1vtf1raYQp9TBW2RD5EEawDzbtSmlXUfnaHcvwOizhVYLtr7e6vw7NAf6mTuoCgmlkgnY0iXNlY3AyNTZrMaECjrXI8TLNXU0f8cthpAMxEshUyQlK-AM0PW2wfrnacNI',
      ],
      [
        `${hash[2]}.${domain}`,
        'enr:-HW4QLAYqmrwllBEnzWWs7I5Ev2IAs7x_dZlbYdRdMUx5EyKHDXp7AV5CkuPGUPdvbv1_Ms1CPfhcGCvSElSosZmyoqAgmlkgnY0iXNlY3AyNTZrMaECriawHKWdDRk2xeZkrOXBQ0dfMFLHY4eENZwdufn1S1o',
      ],
    ]
    for (const [name, text] of zone) dns.texts.set(name.toLowerCase(), [text])
    const { stats, failures } = discover([`enrtree://AKPYQIUQIL7PSIACI32J7FGZW56E5FKHEFCCOFHILBIMW3M6LWXS2@${domain}`])
    // Its three records name no addresses, and the tree that it links to is not there.
    await until(() => stats()['unfit'] === 3)
    assert.equal(stats()['treesRead'], 1)
    assert.deepEqual(failures(), ['the lookup of morenodes.example.org failed: the name does not exist'])
  })

  const changed = (tree: MadeTree, isIt: (text: string) => boolean, change: (text: string) => string): MadeTree => {
    const texts = [...tree.texts].map(([name, [text = '']]) => [name, [isIt(text) ? change(text) : text]] as const)
    return { ...tree, texts: new Map(texts) }
  }
  const good = (): MadeTree => makeTree({ domain, records: textsOf(records(5)) })
  const stranger = makeRecord()
  const refusals: readonly (readonly [what: string, tree: () => MadeTree, says: RegExp])[] = [
    [
      'the root of another key',
      () => ({ ...good(), url: makeTree({ domain }).url }),
      /^the root at nodes\.example\.org is not signed by the key that its URL names, so no peer/,
    ],
    [
      'a root whose seq was changed',
      () =>
        changed(
          good(),
          (text) => text.startsWith('enrtree-root'),
          (text) => text.replace('seq=1', 'seq=2'),
        ),
      /^the root at nodes\.example\.org is not signed/,
    ],
    [
      'a root of another version',
      () =>
        changed(
          good(),
          (text) => text.startsWith('enrtree-root'),
          (text) => text.replace(':v1', ':v2'),
        ),
      /^the root at nodes\.example\.org is not signed/,
    ],
    [
      'a record that was exchanged',
      () =>
        changed(
          good(),
          (text) => text.startsWith('enr:'),
          () => stranger.text,
        ),
      /^the entry [A-Z2-7]{26}\.nodes\.example\.org is not the one that its hash names, so no peer/,
    ],
    [
      'a branch that was changed',
      () =>
        changed(
          good(),
          (text) => text.startsWith('enrtree-branch:') && text.length > 20,
          (text) => `${text},${'A'.repeat(26)}`,
        ),
      /^the entry [A-Z2-7]{26}\.nodes\.example\.org is not the one/,
    ],
    [
      'an entry of a kind that there is not',
      () => makeTree({ domain, records: [...textsOf(records(2)), 'enrthing:1'] }),
      /^the entry [A-Z2-7]{26}\.nodes\.example\.org is no record and no branch, so no peer/,
    ],
    [
      'a link among the records',
      () => makeTree({ domain, records: [good().url] }),
      /^the entry [A-Z2-7]{26}\.nodes\.example\.org is no record/,
    ],
    [
      'too many levels',
      () => makeTree({ domain, records: textsOf(records(1)), depth: 40 }),
      /^nodes\.example\.org has more than 16 levels/,
    ],
    [
      'no root at all',
      () => ({ ...good(), texts: new Map([[domain, ['v=spf1 -all']]]) }),
      /^nodes\.example\.org has no TXT record that is the root of a tree/,
    ],
  ]
  for (const [what, make, says] of refusals)
    test(`of a tree with ${what} no peer is used, and why is told once`, async () => {
      const tree = make()
      publish(tree)
      const { failures, stats } = discover([tree.url], { times: { lookupMs: 300, failingTreesMs: 20 } })
      await until(() => dns.asked.filter((name) => name === domain).length >= 4)
      assert.match(failures()[0] ?? '', says)
      assert.equal(stats()['treesRefused'], 1)
      assert.deepEqual(found, [])
      assert.equal(logged.length, 1)
      const { tree: named, reason } = (logged[0]?.details ?? {}) as { tree: string; reason: string }
      assert.equal(named, domain)
      assert.match(reason, says)
    })

  test('a tree that does not verify takes nothing from another', async () => {
    const made = records(3)
    const [sound, forged] = [makeTree({ domain: 'sound.example.org', records: textsOf(made) }), good()]
    publish(sound, forged)
    const { failures } = discover([makeTree({ domain }).url, sound.url])
    await until(() => found.length === 3)
    assert.deepEqual(ids(), idsOf(made))
    await until(() => failures().length === 1)
  })

  test('records that are not signed by their node are counted and skipped', async () => {
    const made = makeRecord()
    const forged = Buffer.from(makeRecord().bytes)
    forged.writeUInt8(forged.readUInt8(40) ^ 1, 40)
    const texts = [made.text, `enr:${forged.toString('base64url')}`, 'enr:', 'enr:////', `enr:${'A'.repeat(300)}`]
    const tree = makeTree({ domain, records: texts })
    publish(tree)
    const { stats } = discover([tree.url])
    await until(() => stats()['badRecords'] === 4 && found.length === 1)
    assert.deepEqual(ids(), [made.peerId])
  })

  test('only peers of our cluster with one of our shards are given, or that say nothing', async () => {
    const address = { ip: Uint8Array.of(192, 0, 2, 1), tcp: portField }
    const silent = makeRecord(address)
    const ours = makeRecord({ ...address, rs: listedShards(16, [1, 64]) })
    const others = [
      makeRecord({ ...address, rs: listedShards(1, [32]) }),
      makeRecord({ ...address, rs: listedShards(16, [33]) }),
      makeRecord({ ...address, rs: listedShards(16, []) }),
      makeRecord({ rs: listedShards(16, [32]) }),
    ]
    const tree = makeTree({ domain, records: textsOf([silent, ours, ...others]) })
    publish(tree)
    const { stats } = discover([tree.url])
    await until(() => found.length === 2 && stats()['unfit'] === others.length)
    assert.deepEqual(ids(), idsOf([silent, ours]))
    const { cluster, shards } = found.find(({ peerId }) => peerId === ours.peerId) ?? {}
    assert.deepEqual({ cluster, shards }, { cluster: 16, shards: [1, 64] })
  })

  test('a silent server is told of, asked again, and forgotten once it answers', async () => {
    const tree = good()
    publish(tree)
    dns.fault = { kind: 'silent' }
    const { failures } = discover([tree.url], { times: { lookupMs: 30, failingTreesMs: 20 } })
    await until(() => failures().length === 1)
    assert.deepEqual(failures(), ['the lookup of nodes.example.org failed: no server answered'])
    assert.ok(dns.asked.length >= 2, 'several tries')
    dns.fault = undefined
    await until(() => found.length >= 5)
    await until(() => failures().length === 0)
  })

  test('a server that answers with garbage is told of', async () => {
    const tree = good()
    publish(tree)
    dns.fault = { kind: 'garbage' }
    const { failures } = discover([tree.url], { times: { lookupMs: 50, failingTreesMs: 20 } })
    await until(() => failures().length === 1)
    assert.match(failures()[0] ?? '', /^the lookup of nodes\.example\.org failed: /)
    assert.deepEqual(found, [])
  })

  test('entries that cannot be had leave the others in use, and are asked for again', async () => {
    const made = records(6)
    const tree = makeTree({ domain, records: textsOf(made) })
    publish(tree)
    const missing = [...tree.texts].find(([, [text]]) => text === made[2]?.text)?.[0] ?? ''
    dns.texts.delete(missing)
    const { failures } = discover([tree.url], { times: { lookupMs: 100, failingTreesMs: 20 } })
    await until(() => failures().length === 1 && found.length >= 5)
    assert.match(
      failures()[0] ?? '',
      /^the lookup of [A-Z2-7]{26}\.nodes\.example\.org failed: the name does not exist$/,
    )
    publish(tree)
    await until(() => failures().length === 0)
    assert.deepEqual(ids(), idsOf(made))
    assert.equal(new Set(dns.asked).size, tree.texts.size)
    assert.equal(dns.asked.filter((name) => name.includes('.nodes.') && name !== missing).length, tree.texts.size - 2)
  })

  test('a huge tree costs a bounded number of lookups and gives peers all the same', async () => {
    const good = records(100)
    // One in six is a good one, wherever the pass gets to: signing thousands would take long.
    const texts = Array.from({ length: 3_600 }, (_, i) => `${good[i % 100]?.text}${i % 6 === 0 ? '=' : '*'}${i}`)
    const tree = makeTree({ domain, records: texts, width: 12 })
    publish(tree)
    const { stats } = discover([tree.url], { times: { lookupMs: 300, failingTreesMs: 50, treesMs: 50 } })
    await until(() => dns.asked.filter((name) => name === domain).length >= 3)
    assert.ok(found.length > 10, String(found.length))
    assert.ok(new Set(dns.asked).size <= 501, String(new Set(dns.asked).size))
    assert.equal(stats()['treesTruncated'], 1)
  })

  test('while the seq stays nothing but the root is asked for, then only what changed', async () => {
    const [first, second] = [records(4), records(1)]
    const key = new Uint8Array(32).fill(9)
    const tree = makeTree({ domain, key, records: textsOf(first), width: 10 })
    publish(tree)
    discover([tree.url], { times: { lookupMs: 300, treesMs: 20 } })
    const roots = (): number => dns.asked.filter((name) => name === domain).length
    await until(() => roots() >= 4)
    assert.equal(dns.asked.length - roots(), tree.texts.size - 1)
    const next = makeTree({ domain, key, records: textsOf([...first.slice(1), ...second]), width: 10, seq: 2 })
    dns.texts.clear()
    publish(next)
    dns.asked.length = 0
    found = []
    await until(() => ids().includes(second[0]?.peerId ?? ''))
    // The branch and the new record.
    assert.equal(dns.asked.length - roots(), 2)
    const asked = roots()
    found = []
    await until(() => roots() >= asked + 3)
    assert.deepEqual(ids(), idsOf([...first.slice(1), ...second]))
  })

  test('a root that is older than the one before changes nothing', async () => {
    const key = new Uint8Array(32).fill(9)
    const [old, current] = [records(2), records(2)]
    const tree = makeTree({ domain, key, records: textsOf(current), seq: 8 })
    publish(tree)
    discover([tree.url], { times: { lookupMs: 300, treesMs: 20, failingTreesMs: 20 } })
    await until(() => found.length >= 2)
    publish(makeTree({ domain, key, records: textsOf(old), seq: 7 }))
    dns.asked.length = 0
    await until(() => dns.asked.length >= 4)
    assert.deepEqual(ids(), idsOf(current))
  })

  for (const how of ['close', 'signal'] as const)
    test(`after its end (${how}) nothing is asked and nobody given any more`, async () => {
      const tree = good()
      publish(tree)
      const ending = new AbortController()
      const running = discover([tree.url], {
        signal: ending.signal,
        times: { lookupMs: 300, treesMs: 5, failingTreesMs: 5 },
      })
      await until(() => found.length > 0)
      if (how === 'close') running.close()
      else ending.abort()
      const [asked, given] = [dns.asked.length, found.length]
      await sleep(100)
      assert.ok(dns.asked.length <= asked + 8)
      assert.equal(found.length, given)
    })
})

describe('what is wrong with the settings of the discovery', () => {
  const { url } = makeTree({ domain })
  const rows: readonly (readonly [trees: string[], servers: string[], says: RegExp | undefined])[] = [
    [[url, `${url}.`], ['192.0.2.53', '192.0.2.53:5353', '[2001:db8::53]:53'], undefined],
    [['nodes.example.org'], [], /does not begin with enrtree:\/\//],
    [['enrtree://nodes.example.org'], [], /has not the form enrtree:\/\/KEY@DOMAIN/],
    [[`${url}@more`], [], /has not the form/],
    [[url.replace('enrtree://A', 'enrtree://1')], [], /names no compressed secp256k1 key/],
    [[url.replace(/A[A-Z2-7]{4}/, '')], [], /names no compressed secp256k1 key/],
    [[`${url.split('@')[0]}@`], [], /names no domain/],
    [[`${url.split('@')[0]}@no domain`], [], /names no domain/],
    [[], ['dns.example.org'], /"dns\.example\.org" is no address of a DNS server/],
    [[], ['192.0.2.53:99999'], /is no address of a DNS server/],
  ]
  for (const [trees, servers, says] of rows)
    test(`${[...trees, ...servers].join(' ')}: ${says ?? 'nothing'}`, () => {
      const problems = discoveryProblems({ setting: 'TREES', values: trees }, { setting: 'SERVERS', values: servers })
      if (says === undefined) assert.deepEqual(problems, [])
      else assert.match(problems.map(({ wrong }) => wrong).join(), says)
    })
})
