import type { FastifyInstance } from 'fastify'
import type { Canary } from '../canary/canary.ts'
import type { Engine } from '../gateway/engine.ts'
import type { Transport } from '../ports/index.ts'
import { canarySchema } from './canary-schema.ts'
import { countQueue } from './queue.ts'
import { ledgerProperties, replicasSchema, replicasStats } from './replicas.ts'

const healthPart = {
  type: 'object',
  required: ['status', 'sinceMs'],
  properties: { status: { enum: ['ok', 'down'] }, reason: { type: 'string' }, sinceMs: { type: 'integer' } },
} as const
const healthParts = { type: 'object', additionalProperties: healthPart } as const
const readiness = {
  type: 'object',
  required: ['status', 'parts'],
  properties: {
    status: { enum: ['ready', 'not ready'] },
    reasons: { type: 'array', items: { type: 'string' } },
    parts: healthParts,
  },
} as const
const counts = { type: 'object', additionalProperties: { type: 'number' } } as const
const stats = {
  type: 'object',
  properties: {
    uptimeSeconds: { type: 'integer' },
    intake: counts,
    ...ledgerProperties,
    queue: {
      type: 'object',
      properties: {
        depth: { type: ['integer', 'null'] },
        inHand: { type: ['integer', 'null'] },
        oldestAgeMs: { type: ['integer', 'null'] },
        parked: { type: ['integer', 'null'] },
      },
    },
    delivery: { type: 'object', additionalProperties: true },
    transport: counts,
    peers: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          address: { type: 'string' },
          source: { type: 'string' },
          roles: { type: 'array', items: { type: 'string' } },
          connected: { type: 'boolean' },
          sinceMs: { type: 'integer' },
          latencyMs: { type: 'number' },
          score: { type: 'number' },
          failure: { type: 'string' },
        },
      },
    },
    catchUp: {
      type: 'object',
      properties: {
        state: { type: 'string' },
        caughtUpTo: { type: ['string', 'null'] },
        behindMs: { type: 'integer' },
        messages: { type: 'integer' },
        looks: { type: 'integer' },
        failedLooks: { type: 'integer' },
        messagesPerSecond: { type: 'integer' },
        remainingMs: { type: 'integer' },
        failure: { type: 'string' },
      },
    },
    canary: canarySchema,
    replicas: replicasSchema,
    plugins: { type: 'object', additionalProperties: { type: 'string' } },
    health: healthParts,
  },
} as const

/** `/health/live`, `/health/ready`, `/stats`: answered from what is known, so within single milliseconds. */
export const registerRoutes = (
  app: FastifyInstance,
  parts: {
    engine: Engine
    transport: Transport
    canary: Canary
    plugins: Readonly<Record<string, string>>
    now: () => number
  },
): void => {
  const { engine, transport, canary, plugins, now } = parts
  const startedAt = now()

  const health = () =>
    Object.fromEntries(
      Object.entries(engine.health.parts).map(([name, { health, since }]) => [
        name,
        { ...health, sinceMs: Math.max(0, now() - since) },
      ]),
    )

  const queue = async () => {
    const counted = await countQueue(engine)
    if (counted === undefined) return { depth: null, inHand: null, oldestAgeMs: null, parked: null }
    const { queued, inHand, oldestAcceptedAt, parked = 0 } = counted
    return {
      depth: queued,
      inHand,
      oldestAgeMs: oldestAcceptedAt === undefined ? null : Math.max(0, now() - oldestAcceptedAt),
      parked,
    }
  }

  const catchUp = () => {
    const { caughtUpTo, ...numbers } = engine.catchUp
    return { ...numbers, caughtUpTo: caughtUpTo === 0 ? null : new Date(caughtUpTo).toISOString() }
  }

  app.get(
    '/health/live',
    { schema: { response: { 200: { type: 'object', properties: { status: { const: 'live' } } } } } },
    () => ({
      status: 'live',
    }),
  )

  app.get('/health/ready', { schema: { response: { 200: readiness, 503: readiness } } }, (_, reply) => {
    const known = health()
    const reasons = Object.entries(known).flatMap(([name, part]) =>
      part.status === 'down' ? [`${name}: ${part.reason}`] : [],
    )
    if (Object.keys(known).length === 0) reasons.push('the gateway is starting')
    if (reasons.length === 0) return { status: 'ready', parts: known }
    reply.code(503)
    return { status: 'not ready', reasons, parts: known }
  })

  app.get('/stats', { schema: { response: { 200: stats } } }, async () => {
    return {
      uptimeSeconds: Math.floor((now() - startedAt) / 1000),
      intake: engine.intake,
      ...engine.ledger.snapshot(),
      queue: await queue(),
      delivery: engine.deliveries(),
      transport: transport.stats(),
      peers: transport.peers().map(({ since, ...peer }) => ({ ...peer, sinceMs: Math.max(0, now() - since) })),
      catchUp: catchUp(),
      canary: canary.stats(),
      replicas: await replicasStats(engine),
      plugins,
      health: health(),
    }
  })
}
