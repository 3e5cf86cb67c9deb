import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Outcome } from '../../../src/ports/index.ts'
import type { Behaviour } from '../../fakes/gorush.ts'
import { makeNotification } from '../../kits/delivery.ts'
import { kinds, never, withFake, withScript } from './gorush-worlds.ts'

describe('what gorush answers', () => {
  const rows: [name: string, behaviour: Behaviour, size: number, outcome: Outcome][] = [
    ['a full queue, one push', { kind: 'status', status: 500 }, 1, { kind: 'retry', reason: 'gorush answered 500' }],
    ['a full queue, several', { kind: 'status', status: 500 }, 2, { kind: 'unknown', reason: 'gorush answered 500' }],
    [
      '503 with a pause',
      { kind: 'status', status: 503, headers: { 'retry-after': '7' } },
      2,
      { kind: 'retry', reason: 'gorush answered 503', afterMs: 7_000 },
    ],
    [
      '429 with a pause',
      { kind: 'status', status: 429, headers: { 'retry-after': '3' } },
      1,
      { kind: 'retry', reason: 'gorush answered 429', afterMs: 3_000 },
    ],
    ['429 without', { kind: 'status', status: 429 }, 1, { kind: 'retry', reason: 'gorush answered 429' }],
    [
      'a refusal that is not in the words of gorush',
      { kind: 'status', status: 400 },
      1,
      { kind: 'retry', reason: 'something before gorush refused the push' },
    ],
    ['a wrong address', { kind: 'status', status: 404 }, 1, { kind: 'retry', reason: 'gorush answered 404' }],
    [
      'a redirect',
      { kind: 'status', status: 302, headers: { location: '/' } },
      1,
      { kind: 'retry', reason: 'gorush answered 302' },
    ],
    ['a proxy that lost it', { kind: 'status', status: 502 }, 1, { kind: 'unknown', reason: 'gorush answered 502' }],
    ['a proxy that gave up', { kind: 'status', status: 504 }, 1, { kind: 'unknown', reason: 'gorush answered 504' }],
    ['no content', { kind: 'status', status: 204 }, 1, { kind: 'unknown', reason: 'gorush answered 204' }],
    [
      'an empty 200',
      { kind: 'status', status: 200 },
      1,
      { kind: 'unknown', reason: "gorush's answer was not readable" },
    ],
    ['no JSON', { kind: 'not-json' }, 2, { kind: 'unknown', reason: "gorush's answer was not readable" }],
    ['half an answer', { kind: 'half' }, 2, { kind: 'unknown', reason: 'no answer of gorush: half an answer' }],
    ['no answer', { kind: 'hang' }, 2, { kind: 'unknown', reason: 'no answer of gorush: timed out' }],
    [
      'nothing counted',
      { kind: 'fewer-counts', counts: 0 },
      2,
      { kind: 'retry', reason: 'gorush has this platform switched off' },
    ],
    [
      'fewer counted',
      { kind: 'fewer-counts', counts: 3 },
      2,
      { kind: 'unknown', reason: 'gorush counted another number than it was given' },
    ],
    [
      'more counted',
      { kind: 'fewer-counts', counts: 5 },
      2,
      { kind: 'unknown', reason: 'gorush counted another number than it was given' },
    ],
    ['a slow answer', { kind: 'slow', ms: 50 }, 2, { kind: 'delivered' }],
  ]
  for (const [name, behaviour, size, outcome] of rows) {
    test(`${name}: ${outcome.kind}`, () =>
      withFake(async ({ fake, delivery }) => {
        fake.behave(behaviour)
        const batch = Array.from({ length: size }, (_, index) => makeNotification(index))
        assert.deepEqual(
          await delivery.deliver(batch, never()),
          batch.map(() => outcome),
        )
      }))
  }

  const bodies: [name: string, body: string][] = [
    ['an array', '[]'],
    ['null', 'null'],
    ['no success', '{"counts":2,"logs":[]}'],
    ['no logs', '{"success":"ok","counts":2}'],
    ['counts that are no number', '{"success":"ok","counts":"2","logs":[]}'],
    ['an entry that is no object', '{"success":"ok","counts":2,"logs":[1]}'],
    [
      'a failure of nobody',
      '{"success":"ok","counts":2,"logs":[{"notif_id":"x","type":"failed-push","error":"Unregistered"}]}',
    ],
  ]
  for (const [name, body] of bodies) {
    test(`a body with ${name} says nothing: unknown`, () =>
      withFake(async ({ fake, delivery }) => {
        fake.behave({ kind: 'status', status: 200, body })
        assert.deepEqual(kinds(await delivery.deliver([makeNotification(1)], never())), ['unknown'])
      }))
  }

  test('an answer of more than 1 MiB is not read to its end', () =>
    withFake(async ({ fake, delivery }) => {
      fake.behave({ kind: 'status', status: 200, body: `${' '.repeat(1024 * 1024)}{}` })
      assert.deepEqual(await delivery.deliver([makeNotification(1)], never()), [
        { kind: 'unknown', reason: 'no answer of gorush: answer too long' },
      ])
    }))

  test('the last of several entries for one push counts', () =>
    withScript(
      ([push], response) => {
        const entry = (error: string) => ({ notif_id: push?.notif_id, type: 'failed-push', error })
        const logs = [entry('ServiceUnavailable'), entry('Unregistered')]
        response.end(JSON.stringify({ success: 'ok', counts: 2, logs }))
      },
      async ({ delivery }) => {
        assert.deepEqual(kinds(await delivery.deliver([makeNotification(1)], never())), ['dead-token'])
      },
    ))
})
