import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRouter } from '../../src/gateway/router.ts'
import { type Delivery, healthy, sentence, type TokenType } from '../../src/ports/index.ts'

const backend = (supports: readonly TokenType[], apps?: readonly string[]): Delivery => ({
  supports,
  maxBatch: 1,
  concurrency: 1,
  deliver: async () => [],
  ...(apps === undefined ? {} : { serves: (_, app) => apps.includes(app) }),
  health: async () => healthy,
  close: async () => undefined,
})

const backends = new Map<string, Delivery>([
  ['gorush', backend([1, 2])],
  ['apns', backend([1], ['im.one', 'im.two'])],
  ['fcm', backend([2])],
  ['web-push', backend([100])],
])

const route = (rules: string) => createRouter(rules, backends)
const whole = 'apn=apns>gorush,firebase=fcm'

describe('rules', () => {
  const chains: readonly (readonly [rules: string, type: TokenType, app: string, chain: readonly string[]])[] = [
    ['apn=gorush,firebase=gorush', 1, 'im.one', ['gorush']],
    [whole, 1, 'im.one', ['apns', 'gorush']],
    [whole, 1, 'im.unknown', ['gorush']],
    [whole, 2, '', ['fcm']],
    [whole, 100, '', ['web-push']],
    ['apn:im.one=apns,apn=gorush,firebase=fcm', 1, 'im.one', ['apns']],
    ['apn:im.one=apns,apn=gorush,firebase=fcm', 1, 'im.two', ['gorush']],
    ['apn:im.one=apns,firebase=fcm', 1, 'im.two', []],
    [' apn : im.one = apns > gorush , apn = gorush, firebase=fcm>gorush ', 1, 'im.one', ['apns', 'gorush']],
    ['firebase:im.android=gorush,firebase=fcm,apn=apns', 2, 'im.android', ['gorush']],
  ]
  for (const [rules, type, app, chain] of chains)
    test(`${rules}: type ${type} of ${app || 'no app'} goes to ${chain.join(', then ') || 'nobody'}`, () => {
      const { router, problems } = route(rules)
      assert.deepEqual(problems, [])
      assert.deepEqual(router.chainOf(type, app), chain)
      assert.ok(router.supports(type))
    })

  const refused: readonly (readonly [rules: string, sentence: RegExp])[] = [
    ['', /apns and gorush both serve apn tokens; add a rule such as apn=gorush|gorush and apns both serve apn tokens/],
    ['ios=apns,apn=apns,firebase=fcm', /ios=apns names no token type; write apn, firebase or web-push before the =/],
    ['apn:=apns,firebase=fcm', /apn:=apns names no token type/],
    [
      'apn=apsn,firebase=fcm',
      /apn=apsn names no loaded backend; write one of gorush, apns, fcm, web-push behind the =/,
    ],
    ['apn=apns>,firebase=fcm', /names no loaded backend/],
    ['apn=apns>apns,firebase=fcm', /apn=apns>apns names a backend twice; keep one of them/],
    ['apn=fcm,firebase=fcm', /fcm does not serve apn tokens; route them to gorush or apns/],
    ['apn=apns,apn=gorush,firebase=fcm', /apn is routed twice; keep one of its rules/],
    ['apn:im.three=apns,apn=gorush,firebase=fcm', /apns has no key for im\.three; add one to its settings/],
  ]
  for (const [rules, expected] of refused)
    test(`${rules || 'none, where several could'}: refused by one sentence`, () => {
      const sentences = route(rules).problems.map(sentence)
      assert.ok(sentences.length >= 1)
      assert.match(sentences.join('\n'), expected)
      assert.ok(sentences.every((text) => text.startsWith('DELIVERY_ROUTES: ')))
    })
})
