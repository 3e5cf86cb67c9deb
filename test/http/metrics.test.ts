import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderMetrics } from '../../src/http/metrics.ts'
import { canaryEnv, ran } from '../support/canary-stage.ts'
import { register, request } from '../support/correspondent.ts'
import { createScriptedStorage } from '../support/scripted.ts'
import { onStage, type Stage } from '../support/stage.ts'

const metricsOf = async (stage: Stage): Promise<string> => {
  const response = await fetch(`${stage.gateway.httpUrl}/metrics`)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  return response.text()
}

/** The value of a series as it is written; `undefined` where there is none. */
const figureOf = (text: string, series: string): string | undefined =>
  text
    .split('\n')
    .find((line) => line.startsWith(`${series} `))
    ?.slice(series.length + 1)

const statsOf = async (stage: Stage): Promise<Record<string, unknown>> =>
  (await fetch(`${stage.gateway.httpUrl}/stats`)).json() as Promise<Record<string, unknown>>

const sample = /^reveille_[a-z_]+(\{[a-z_]+="[^"\\\n]*"(,[a-z_]+="[^"\\\n]*")*\})? -?[0-9][0-9.e+-]*$/

test(
  'every line of /metrics is one of the format, every metric has one help and one type before its values',
  onStage(
    async (stage) => {
      await ran(stage.gateway.canary)
      const text = await metricsOf(stage)
      assert.ok(text.endsWith('\n'))
      const seen = new Set<string>()
      const series = new Set<string>()
      let current = ''
      for (const line of text.trimEnd().split('\n')) {
        const [, word, name] = /^# (HELP|TYPE) (\S+) \S/.exec(line) ?? []
        if (word === 'HELP') {
          current = name ?? ''
          assert.ok(!seen.has(current), `${current} stands twice`)
          seen.add(current)
          continue
        }
        if (word === 'TYPE') {
          assert.equal(name, current)
          assert.equal(line.endsWith(' counter'), current.endsWith('_total'), current)
          continue
        }
        assert.match(line, sample)
        assert.equal(/^[a-z_]+/.exec(line)?.[0], current)
        const key = line.slice(0, line.lastIndexOf(' '))
        assert.ok(!series.has(key), `${key} stands twice`)
        series.add(key)
      }
    },
    { env: canaryEnv },
  ),
)

test(
  'the numbers are those of /stats',
  onStage(async (stage) => {
    const bob = stage.person()
    await register(stage, bob)
    await request(stage, [bob.entry(), bob.entry({ accessToken: 'wrong' })])
    await stage.drained()
    const text = await metricsOf(stage)
    const { envelopes } = stage.ledger()
    assert.equal(figureOf(text, 'reveille_envelopes_received_total'), String(envelopes.received))
    for (const [series, value] of [
      ['reveille_envelopes_total{outcome="registered"}', '1'],
      ['reveille_request_entries_total{outcome="accepted"}', '1'],
      ['reveille_request_entries_total{outcome="wrong-token"}', '1'],
      ['reveille_pushes_total{outcome="delivered"}', '1'],
      ['reveille_queue_pushes', '0'],
      ['reveille_queue_oldest_age_seconds', '0'],
      ['reveille_part_up{part="storage"}', '1'],
      ['reveille_part_up{part="delivery/scripted"}', '1'],
      ['reveille_canary_enabled', '0'],
      ['reveille_canary_runs_total{result="ok"}', '0'],
      ['reveille_canary_success_ratio{window="1h"}', undefined],
    ] as const)
      assert.equal(figureOf(text, series), value, series)
  }),
)

test(
  'the canary’s ratio and quantiles stand in /stats in milliseconds and in /metrics in seconds',
  onStage(
    async (stage) => {
      await ran(stage.gateway.canary)
      const { canary } = await statsOf(stage)
      assert.deepEqual(canary, JSON.parse(JSON.stringify(stage.gateway.canary.stats())))
      const text = await metricsOf(stage)
      const { hour } = stage.gateway.canary.stats()
      for (const window of ['1h', '24h']) {
        assert.equal(figureOf(text, `reveille_canary_success_ratio{window="${window}"}`), '1')
        for (const [stage, { p99 }] of Object.entries(hour.stages))
          assert.equal(
            figureOf(text, `reveille_canary_stage_seconds{window="${window}",stage="${stage}",quantile="0.99"}`),
            String((p99 ?? 0) / 1000),
          )
      }
      assert.equal(figureOf(text, 'reveille_canary_runs_total{result="ok"}'), '1')
      assert.equal(figureOf(text, 'reveille_canary_last_run_ok'), '1')
    },
    { env: canaryEnv },
  ),
)

test('while the storage does not answer, the queue is left out and the rest stands', async () => {
  const storage = createScriptedStorage()
  await onStage(
    async (stage) => {
      storage.failing.add('outbox.counts')
      const text = await metricsOf(stage)
      assert.equal(figureOf(text, 'reveille_queue_pushes'), undefined)
      assert.ok(!text.includes('# HELP reveille_queue_pushes'))
      assert.equal(figureOf(text, 'reveille_pushes_total{outcome="delivered"}'), '0')
    },
    { plugins: { storage: [storage.plugin] } },
  )()
})

test('label values are escaped', () => {
  const metric = { name: 'reveille_x', type: 'gauge', help: 'A test.', samples: [[{ part: 'a"b\\c\nd' }, 1]] } as const
  assert.equal(
    renderMetrics([metric]),
    '# HELP reveille_x A test.\n# TYPE reveille_x gauge\nreveille_x{part="a\\"b\\\\c\\nd"} 1\n',
  )
})
