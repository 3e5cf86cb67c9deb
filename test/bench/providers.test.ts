import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runToolAlone } from '../support/tool.ts'

const timeoutMs = 150_000

const bench = (args: readonly string[]) => runToolAlone('bench', args, { timeoutMs })

const direct = ['pushes, 500 at once', 'pushes, 500 at once, a provider that takes 50 ms'] as const
const peers = ['bare node:http2 loop', '@parse/node-apn', 'apns2'] as const

const rows = {
  apns: [
    ...direct.flatMap((title) => peers.map((peer) => [title, peer])),
    ...['reveille', '@parse/node-apn', 'apns2'].flatMap((client) =>
      ['lost', 'doubled'].map((what) => [`a GOAWAY every second, ${client}: ${what}`, 'pushes sent']),
    ),
  ],
  fcm: direct.map((title) => [title, 'bare node:http2 loop']),
  backends: ['fcm: p50 apns', 'fcm: p99 apns', 'apns: p50 fcm', 'apns: p99 fcm'].map((text) => {
    const [of, figure, other] = text.split(' ')
    return [`${of} ${figure} from the request to the provider, while ${other} hangs`, 'while both are well']
  }),
  gorush: ['pushes in requests of 100, 4 at once', 'pushes in requests of 1, 64 at once'].map((title) => [
    title,
    'bare undici loop',
  ]),
}

describe('benchmarks of delivery', { timeout: 3 * timeoutMs }, () => {
  for (const [name, expected] of Object.entries(rows))
    test(`${name}: with --json it prints one line with all cases, loses nothing, and leaves no file behind`, async () => {
      const { code, left, stdout, stderr } = await bench([
        name,
        '--json',
        '--pushes',
        name === 'backends' ? '20' : '100',
      ])
      assert.equal(code, 0, stderr)
      const { bench: told, results } = JSON.parse(stdout)
      assert.equal(told, name)
      assert.deepEqual(
        results.map(({ case: title, against }: { case: string; against: string }) => [title, against]),
        expected,
      )
      for (const { case: title, figure, ratio, limit, against } of results) {
        if (/reveille: (?:lost|doubled)$/.test(title)) assert.equal(figure, 0, title)
        else if (!title.includes('GOAWAY')) assert.ok(figure > 0 && ratio > 0, stdout)
        assert.equal(limit, against.startsWith('bare'), title)
      }
      assert.deepEqual(left, [])
    })

  for (const [args, says] of [
    [['apns', '--pushes', '99'], /--pushes must be a whole number from 100 to 1000000, not 99\./],
    [['fcm', '--pushes', 'ten'], /--pushes must be a whole number .* not ten\./],
    [['gorush', '--seconds', '3'], /the usage is: npm run bench -- gorush/],
  ] as const)
    test(`${args.join(' ')} gives a sentence and no figures`, async () => {
      const { code, stdout, stderr } = await bench(args)
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, says)
    })
})
