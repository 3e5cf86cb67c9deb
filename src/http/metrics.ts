import type { FastifyInstance } from 'fastify'
import type { Canary, CanaryStats } from '../canary/canary.ts'
import type { Engine } from '../gateway/engine.ts'
import type { OutboxCounts, Transport } from '../ports/index.ts'
import { countQueue } from './queue.ts'

const contentType = 'text/plain; version=0.0.4; charset=utf-8'

type Labels = Readonly<Record<string, string>>

/** One value of a metric; what is not known is left out. */
type Sample = readonly [labels: Labels, value: number | null | undefined]

interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly samples: readonly Sample[]
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')

const labelled = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** The text format of Prometheus, version 0.0.4. A metric without a known value is left out. */
export const renderMetrics = (metrics: readonly Metric[]): string =>
  metrics
    .map(({ name, type, help, samples }) => {
      const lines = samples.flatMap(([labels, value]) =>
        typeof value === 'number' && Number.isFinite(value) ? `${name}${labelled(labels)} ${value}\n` : [],
      )
      return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
    })
    .join('')

const metric = (name: string, type: Metric['type'], help: string, samples: readonly Sample[]): Metric => ({
  name,
  type,
  help,
  samples,
})

const single = (name: string, type: Metric['type'], help: string, value: Sample[1]): Metric =>
  metric(name, type, help, [[{}, value]])

const byLabel = (label: string, values: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(values).map(([name, value]) => [{ [label]: name }, value])

const seconds = (ms: number | null | undefined): number | null | undefined => (typeof ms === 'number' ? ms / 1000 : ms)

const ledgerMetrics = (engine: Engine): Metric[] => {
  const { envelopes, entries, pushes, other } = engine.ledger.snapshot()
  const { messages, bytes } = engine.intake
  return [
    single('reveille_envelopes_received_total', 'counter', 'Messages that came from the network.', envelopes.received),
    metric(
      'reveille_envelopes_total',
      'counter',
      'Messages by what became of them.',
      byLabel('outcome', envelopes.outcomes),
    ),
    metric(
      'reveille_request_entries_total',
      'counter',
      'Entries of requests by decision.',
      byLabel('outcome', entries),
    ),
    metric('reveille_pushes_total', 'counter', 'Accepted pushes by their end.', byLabel('outcome', pushes)),
    metric('reveille_events_total', 'counter', 'Other counts.', byLabel('event', other)),
    single('reveille_intake_messages', 'gauge', 'Messages that wait to be opened.', messages),
    single('reveille_intake_bytes', 'gauge', 'Bytes of messages that wait to be opened.', bytes),
  ]
}

const queueMetrics = (counts: OutboxCounts | undefined, now: number): Metric[] => {
  const age = counts?.oldestAcceptedAt === undefined ? 0 : Math.max(0, now - counts.oldestAcceptedAt)
  return [
    single('reveille_queue_pushes', 'gauge', 'Accepted pushes that are not settled.', counts?.queued),
    single('reveille_queue_in_hand_pushes', 'gauge', 'Pushes in the hands of a backend.', counts?.inHand),
    single('reveille_queue_oldest_age_seconds', 'gauge', 'Age of the oldest push.', counts && seconds(age)),
  ]
}

const breakerStates = { closed: 0, 'half-open': 1, open: 2 } as const

const deliveryMetrics = (engine: Engine): Metric[] => {
  const backends = Object.entries(engine.deliveries())
  const lanes = backends.flatMap(([backend, { lanes }]) =>
    Object.entries(lanes).map(([tokenType, stats]) => ({ labels: { backend, token_type: tokenType }, stats })),
  )
  const ofLanes = (value: (stats: (typeof lanes)[number]['stats']) => number | undefined): Sample[] =>
    lanes.map(({ labels, stats }) => [labels, value(stats)])
  return [
    metric(
      'reveille_delivery_outcomes_total',
      'counter',
      'What backends said of pushes, attempts counted one by one.',
      lanes.flatMap(({ labels, stats }) =>
        Object.entries(stats.outcomes).map(([outcome, count]): Sample => [{ ...labels, outcome }, count]),
      ),
    ),
    metric(
      'reveille_delivery_put_off_total',
      'counter',
      'Pushes that had to wait as their backend was full or broken.',
      ofLanes(({ postponed }) => postponed),
    ),
    metric(
      'reveille_delivery_waiting_pushes',
      'gauge',
      'Pushes that wait in memory for a backend.',
      ofLanes(({ waiting }) => waiting),
    ),
    metric(
      'reveille_delivery_in_hand_pushes',
      'gauge',
      'Pushes in the hands of a backend.',
      ofLanes(({ inHand }) => inHand),
    ),
    metric(
      'reveille_delivery_breaker',
      'gauge',
      'Whether a backend is left alone: 0 no, 1 it is tried, 2 yes.',
      ofLanes(({ breaker }) => breakerStates[breaker]),
    ),
    metric(
      'reveille_delivery_seconds',
      'gauge',
      'From the hand-over to the outcome, by quantile of the last 512 pushes.',
      lanes.flatMap(({ labels, stats: { latencyMs } }) =>
        latencyMs === null
          ? []
          : [
              [{ ...labels, quantile: '0.5' }, seconds(latencyMs.p50)] as const,
              [{ ...labels, quantile: '0.99' }, seconds(latencyMs.p99)] as const,
            ],
      ),
    ),
    metric(
      'reveille_delivery_parked_pushes',
      'gauge',
      'Pushes that wait for an operator to mend something.',
      backends.flatMap(([backend, { parked }]) =>
        Object.entries(parked).map(([reason, count]): Sample => [{ backend, reason }, count]),
      ),
    ),
  ]
}

const windows = { hour: '1h', day: '24h' } as const
const quantiles = { p50: '0.5', p90: '0.9', p99: '0.99' } as const

const inWindows = (read: (window: keyof typeof windows, label: string) => Sample[]): Sample[] =>
  Object.entries(windows).flatMap(([window, label]) => read(window as keyof typeof windows, label))

const stageSamples = (canary: CanaryStats): Sample[] =>
  inWindows((name, window) =>
    Object.entries(canary[name].stages).flatMap(([stage, percentiles]) =>
      Object.entries(quantiles).map(
        ([key, quantile]): Sample => [{ window, stage, quantile }, seconds(percentiles[key as keyof typeof quantiles])],
      ),
    ),
  )

const canaryMetrics = (canary: CanaryStats): Metric[] => [
  single('reveille_canary_enabled', 'gauge', 'Whether the canary runs: 1 or 0.', canary.enabled ? 1 : 0),
  metric(
    'reveille_canary_runs_total',
    'counter',
    'Runs of the canary by result.',
    byLabel('result', { ok: canary.ok, failed: canary.runs - canary.ok }),
  ),
  metric(
    'reveille_canary_success_ratio',
    'gauge',
    'Share of the runs in a window of time that succeeded, 0 to 1.',
    inWindows((name, window) => [[{ window }, canary[name].ratio]]),
  ),
  metric(
    'reveille_canary_stage_seconds',
    'gauge',
    'How long a stage took, by quantile of the runs in a window of time.',
    stageSamples(canary),
  ),
  single(
    'reveille_canary_last_run_timestamp_seconds',
    'gauge',
    'When the last run began, in Unix time.',
    canary.last && seconds(Date.parse(canary.last.at)),
  ),
  single(
    'reveille_canary_last_run_ok',
    'gauge',
    'Whether the last run succeeded: 1 or 0.',
    canary.last && (canary.last.ok ? 1 : 0),
  ),
]

const partMetrics = (engine: Engine, transport: Transport): Metric[] => {
  const parts = Object.entries(engine.health.parts)
  const up = parts.map(([part, { health }]): Sample => [{ part }, health.status === 'ok' ? 1 : 0])
  const numbers = byLabel('stat', transport.stats())
  return [
    metric('reveille_part_up', 'gauge', 'Whether a part can do its work: 1 or 0.', up),
    metric('reveille_transport', 'gauge', 'Numbers of the transport plugin, by their names in /stats.', numbers),
  ]
}

/** `/metrics`, for Prometheus: base units, counters since the start of the process. */
export const registerMetrics = (
  app: FastifyInstance,
  parts: { engine: Engine; transport: Transport; canary: Canary; now: () => number },
): void => {
  const { engine, transport, canary, now } = parts
  const startedAt = now()
  app.get('/metrics', async (_, reply) => {
    const counts = await countQueue(engine)
    reply.type(contentType)
    return renderMetrics([
      single('reveille_uptime_seconds', 'gauge', 'Time since the start.', Math.max(0, now() - startedAt) / 1000),
      ...partMetrics(engine, transport),
      ...ledgerMetrics(engine),
      ...queueMetrics(counts, now()),
      ...deliveryMetrics(engine),
      single(
        'reveille_replicas_living',
        'gauge',
        'Gateways of this identity that share the storage, this one included.',
        engine.replicas?.living().length,
      ),
      single(
        'reveille_queue_parked',
        'gauge',
        'Pushes that are kept aside, as processes died of them.',
        counts?.parked ?? (counts && 0),
      ),
      ...canaryMetrics(canary.stats()),
    ])
  })
}
