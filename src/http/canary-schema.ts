import { stages } from '../canary/record.ts'

const milliseconds = { type: ['number', 'null'] } as const
const ofEachStage = <S>(schema: S) => Object.fromEntries(stages.map((stage) => [stage, schema]))

const summary = {
  type: 'object',
  properties: {
    runs: { type: 'integer' },
    ok: { type: 'integer' },
    ratio: { type: ['number', 'null'] },
    stages: {
      type: 'object',
      properties: ofEachStage({
        type: 'object',
        properties: { p50: milliseconds, p90: milliseconds, p99: milliseconds },
      }),
    },
  },
} as const

/** The part of `/stats` that tells of the canary. */
export const canarySchema = {
  type: 'object',
  properties: {
    enabled: { type: 'boolean' },
    runs: { type: 'integer' },
    ok: { type: 'integer' },
    last: {
      type: ['object', 'null'],
      properties: {
        at: { type: 'string' },
        ok: { type: 'boolean' },
        stage: { type: 'string' },
        reason: { type: 'string' },
        ms: { type: 'object', properties: ofEachStage({ type: 'number' }) },
      },
    },
    hour: summary,
    day: summary,
  },
} as const
