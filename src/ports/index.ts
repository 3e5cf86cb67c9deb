/** The public plugin API: everything a plugin may import. */
export * from './crypto.ts'
export * from './delivery.ts'
export type { DeliveryBackends } from './fastify.ts'
export * from './health.ts'
export * from './plugin.ts'
export * from './storage.ts'
export * from './transport.ts'
