import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import console from '../../../plugins/delivery/console.ts'
import gorush from '../../../plugins/delivery/gorush/index.ts'
import { problemsOf, readTokenTypes, readUrls } from '../../../plugins/delivery/gorush/settings.ts'
import { manifestKey, sentence } from '../../../src/ports/index.ts'

const good = {
  GORUSH_URL: 'http://127.0.0.1:8088',
  GORUSH_TOKEN_TYPES: 'apn,firebase',
  GORUSH_MODE: 'sync',
  GORUSH_HOOK_SECRET: '',
}

test('the plugins say who they are', () => {
  const { kind, name, prefix } = gorush[manifestKey]
  assert.deepEqual([kind, name, prefix], ['delivery', 'gorush', 'GORUSH_'])
  assert.deepEqual(
    [console[manifestKey].kind, console[manifestKey].name, console[manifestKey].prefix],
    ['delivery', 'console', 'CONSOLE_'],
  )
})

test('every setting has the prefix, a description and a default without mistakes', () => {
  const { settings, prefix } = gorush[manifestKey]
  for (const [name, { description }] of Object.entries(settings)) {
    assert.ok(name.startsWith(prefix))
    assert.ok(description.length > 10)
  }
  const defaults = Object.fromEntries(Object.entries(settings).map(([name, schema]) => [name, schema.default]))
  assert.deepEqual(problemsOf(defaults as typeof good), [])
})

describe('addresses', () => {
  test('one that is written twice is one', () =>
    assert.deepEqual(readUrls('http://x:8088, http://y:1,http://x:8088/'), ['http://x:8088', 'http://y:1']))

  for (const url of [
    'http://127.0.0.1:8088',
    'https://push.example.org/gorush/',
    'http://[::1]:8088',
    'http://a:1, http://b:2',
  ]) {
    test(`${url} is fine`, () => assert.deepEqual(problemsOf({ ...good, GORUSH_URL: url }), []))
  }
  for (const url of [
    '',
    'gorush',
    'localhost:8088',
    'ftp://x',
    'http://x/?a=1',
    'http://x/#a',
    'redis://x',
    'http://user:100%@x',
    'http://a,b',
    ' , ',
  ]) {
    test(`${JSON.stringify(url)} is a mistake`, () => {
      const problems = problemsOf({ ...good, GORUSH_URL: url })
      assert.deepEqual(
        problems.map(({ setting }) => setting),
        ['GORUSH_URL'],
      )
    })
  }
  test('a password in a wrong one is not repeated', () => {
    const [problem] = problemsOf({ ...good, GORUSH_URL: 'ftp://user:hunter2@x' })
    assert.ok(problem && !sentence(problem).includes('hunter2'))
  })
})

describe('the secret of the hook', () => {
  const secret = 'abcdefghijklmnop'
  for (const [mode, text, isFine] of [
    ['sync', '', true],
    ['async', secret, true],
    ['async', '', false],
    ['async', 'abc', false],
    ['async', 'x'.repeat(100), true],
    ['async', 'x'.repeat(101), false],
    ['async', `${secret}/x`, false],
  ] as const)
    test(`${mode} with ${JSON.stringify(text)}: ${isFine ? 'fine' : 'a mistake'}`, () => {
      const problems = problemsOf({ ...good, GORUSH_MODE: mode, GORUSH_HOOK_SECRET: text })
      assert.deepEqual(
        problems.map(({ setting }) => setting),
        isFine ? [] : ['GORUSH_HOOK_SECRET'],
      )
      assert.ok(!problems.some((problem) => text !== '' && sentence(problem).includes(text)))
    })
})

describe('token types', () => {
  test('both, one, with spaces', () => {
    assert.deepEqual(readTokenTypes('apn,firebase'), [1, 2])
    assert.deepEqual(readTokenTypes(' Firebase , firebase'), [2])
  })
  for (const list of ['', ' , ', 'apn,huawei']) {
    test(`${JSON.stringify(list)} is a mistake`, () => {
      const problems = problemsOf({ ...good, GORUSH_TOKEN_TYPES: list })
      assert.deepEqual(
        problems.map(({ setting }) => setting),
        ['GORUSH_TOKEN_TYPES'],
      )
    })
  }
})
