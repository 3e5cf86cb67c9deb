import assert from 'node:assert/strict'
import type { LookupAddress, lookup } from 'node:dns'
import { isIP } from 'node:net'
import { describe, test } from 'node:test'
import { isPublic } from '../../../plugins/delivery/web-push/public-address.ts'
import { browser, keys, never, withWebPush } from './web-push-worlds.ts'

const closed: readonly (readonly [range: string, ...addresses: string[]])[] = [
  ['unspecified', '0.0.0.0', '0.1.2.3', '::'],
  ['private', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  ['shared by a provider', '100.64.0.1', '100.127.255.255'],
  ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
  ['link-local', '169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  ['metadata of clouds', '169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '192.0.0.192'],
  ['documentation', '192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  ['benchmarks', '198.18.0.1', '198.19.255.255', '2001:2::1'],
  ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  ['kept for later, broadcast', '240.0.0.1', '255.255.255.255', '4000::1', 'e000::1'],
  ['IETF’s, old relays', '192.0.0.8', '192.88.99.1'],
  ['unique local', 'fc00::1', 'fd12:3456::1'],
  ['site-local', 'fec0::1'],
  ['mapped', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe'],
  ['compatible', '::127.0.0.1', '::7f00:1', '::8.8.8.8'],
  ['translated', '::ffff:0:127.0.0.1'],
  ['NAT64 of closed ones', '64:ff9b::127.0.0.1', '64:ff9b::a00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::8.8.8.8'],
  ['6to4', '2002:7f00:1::1', '2002:808:808::1'],
  ['Teredo', '2001::1', '2001:0:53aa:64c:0:0:80ff:fffe'],
  ['discarded', '100::1'],
  ['no address', '', 'localhost', '127.1', '1.2.3'],
]

const open = [
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.1',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2001:4860:4860::8888',
  '2606:4700:4700::1111',
  '2a00::1',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '64:ff9b::808:808',
]

describe('addresses', () => {
  for (const [range, ...addresses] of closed)
    for (const address of addresses)
      test(`${address || '(empty)'} is closed: ${range}`, () => assert.equal(isPublic(address), false))
  for (const address of open) test(`${address} is public`, () => assert.equal(isPublic(address), true))
})

const notPublic = { kind: 'rejected', reason: 'the endpoint leads to an address that is not public' } as const
const endpointAt = (authority: string): string =>
  JSON.stringify({
    endpoint: `https://${authority}/push/x`,
    keys: { p256dh: keys.publicKey, auth: 'BTBZMqHH6r4Tts7J_aSIgg' },
  })

/** Answers a name with these addresses, the next call with the next. */
const resolver = (...answers: readonly (readonly string[])[]) => {
  const names: string[] = []
  const resolve = (name: string, _options: object, callback: (error: null, found: LookupAddress[]) => void): void => {
    const addresses = answers[Math.min(names.length, answers.length - 1)] ?? []
    names.push(name)
    setImmediate(() =>
      callback(
        null,
        addresses.map((address) => ({ address, family: isIP(address) })),
      ),
    )
  }
  return { names, resolve: resolve as unknown as typeof lookup }
}

describe('endpoints that lead to the gateway’s own network', () => {
  for (const host of [
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '0',
    '127.0.0.1.',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[fd00:ec2::254]',
    '169.254.169.254',
    '１２７.0.0.1',
  ])
    test(`https://${host}: rejected, and nothing is connected to`, () =>
      withWebPush(
        async ({ fake, delivery }) => {
          const push = browser(1, endpointAt(`${host}:${fake.port}`))
          assert.deepEqual(await delivery.deliver([push], never()), [notPublic])
          assert.equal(fake.connections, 0)
        },
        { privateHosts: [] },
      ))

  test('https://localhost, by the system’s own look-up: rejected', () =>
    withWebPush(
      async ({ fake, delivery }) => {
        const push = browser(1, endpointAt(`localhost:${fake.port}`))
        assert.deepEqual(await delivery.deliver([push], never()), [notPublic])
        assert.equal(fake.connections, 0)
      },
      { privateHosts: [] },
    ))

  for (const [what, addresses] of [
    ['a private address', ['10.0.0.1']],
    ['loopback', ['127.0.0.1']],
    ['a mapped one', ['::ffff:127.0.0.1']],
    ['a public and a private one', ['93.184.216.34', '127.0.0.1']],
    ['a private and a public one', ['127.0.0.1', '93.184.216.34']],
  ] as const)
    test(`a name that means ${what}: rejected, and nothing is connected to`, async () => {
      const { resolve, names } = resolver(addresses)
      await withWebPush(
        async ({ fake, delivery }) => {
          const push = browser(1, endpointAt(`push.example.org:${fake.port}`))
          assert.deepEqual(await delivery.deliver([push], never()), [notPublic])
          assert.deepEqual(names, ['push.example.org'])
          assert.equal(fake.connections, 0)
        },
        { privateHosts: [], resolve },
      )
    })

  test('a name that changes its meaning: what was checked is what is connected to', async () => {
    const { resolve, names } = resolver(['240.0.0.1'], ['127.0.0.1'])
    await withWebPush(
      async ({ fake, delivery }) => {
        const push = browser(1, endpointAt(`rebind.example.org:${fake.port}`))
        assert.deepEqual(await delivery.deliver([push], never()), [notPublic])
        assert.deepEqual(await delivery.deliver([push], never()), [notPublic])
        assert.equal(names.length, 2, 'looked up once for each connection, and not again for connecting')
        assert.equal(fake.connections, 0)
      },
      { privateHosts: [], resolve },
    )
  })
})

describe('lists of hosts', () => {
  const refused = { kind: 'rejected', reason: 'the endpoint’s host is not one of WEB_PUSH_HOSTS' } as const
  for (const [pattern, host, isIn] of [
    ['push.example.org', 'push.example.org', true],
    ['push.example.org', 'PUSH.example.org', true],
    ['push.example.org', 'push.example.org.', true],
    ['push.example.org', 'a.push.example.org', false],
    ['push.example.org', 'push.example.org.evil.net', false],
    ['push.example.org', 'xpush.example.org', false],
    ['*.example.org', 'a.example.org', true],
    ['*.example.org', 'a.b.example.org', true],
    ['*.example.org', 'example.org', false],
    ['*.example.org', 'evilexample.org', false],
  ] as const)
    test(`${host} is ${isIn ? '' : 'not '}one of ${pattern}`, async () => {
      const { resolve, names } = resolver(['10.0.0.1'])
      await withWebPush(
        async ({ delivery }) => {
          const outcomes = await delivery.deliver([browser(1, endpointAt(host))], never())
          assert.deepEqual(outcomes, [isIn ? notPublic : refused])
          assert.equal(names.length, isIn ? 1 : 0)
        },
        { hosts: [pattern], privateHosts: [], resolve },
      )
    })

  test('a host of WEB_PUSH_PRIVATE_HOSTS may lie in a private network, and needs no place in WEB_PUSH_HOSTS', async () => {
    const { resolve } = resolver(['127.0.0.1'])
    await withWebPush(
      async ({ fake, delivery }) => {
        const push = browser(1, fake.subscribe({ host: 'push.home.arpa' }))
        assert.deepEqual(await delivery.deliver([push], never()), [{ kind: 'delivered' }])
      },
      { hosts: ['push.example.org'], privateHosts: ['push.home.arpa'], resolve },
      { names: ['push.home.arpa'] },
    )
  })
})
