import type { Crypto } from './crypto.ts'
import type { Delivery } from './delivery.ts'
import type { Storage } from './storage.ts'
import type { Transport } from './transport.ts'

/** The delivery backends that are loaded, by plugin name. */
export interface DeliveryBackends {
  add(name: string, backend: Delivery): void
  readonly all: ReadonlyMap<string, Delivery>
}

declare module 'fastify' {
  interface FastifyInstance {
    transport: Transport
    crypto: Crypto
    storage: Storage
    delivery: DeliveryBackends
  }
}
