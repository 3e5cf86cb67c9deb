/** Both client roles of the protocol (protocol section 7), on the same core and the same plugins as the gateway. */
export * from './node.ts'
export * from './party.ts'
export * from './registering-client.ts'
export * from './sending-client.ts'
export * from './several-gateways.ts'
export type { Target, Wake } from './targets.ts'
