/** Conformance suites for plugins, one for each port; a third party's plugin runs them as ours do. */
export * from './crypto.ts'
export * from './delivery.ts'
export * from './storage.ts'
export * from './storage-replicas.ts'
export * from './storage-replicas-victim.ts'
export * from './storage-victim.ts'
export * from './transport.ts'
