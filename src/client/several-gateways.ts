import type { KeyPair } from '../ports/index.ts'
import { hex } from '../protocol/index.ts'
import type { ClientNode } from './node.ts'
import { createRegisteringClient, type Device, type Patience, type RegistrationResult } from './registering-client.ts'

/** What came of it at one gateway (its public key, 65 bytes). */
export interface GatewayResult {
  readonly gateway: Uint8Array
  readonly result: RegistrationResult
}

export interface SeveralOptions {
  readonly signal?: AbortSignal
  /** Hears of each gateway as soon as it is known what came of it: a silent one takes all its attempts. */
  readonly onResult?: (result: GatewayResult) => void
}

/** The same data at every gateway, with a grant of its own for each: whichever is up can wake the device. */
export interface SeveralGateways {
  /**
   * Registers with all at once, under one version of the caller's that is greater than every one before at any of them.
   * A result for each gateway, in their order; a gateway that fails holds up and spoils nobody else's.
   */
  register(device: Device, version: bigint, options?: SeveralOptions): Promise<GatewayResult[]>
  unregister(installationId: string, version: bigint, options?: SeveralOptions): Promise<GatewayResult[]>
}

/** Registers one person's devices with several gateways (public keys, 33 or 65 bytes; repetitions count once). */
export const createSeveralGateways = (
  node: ClientNode,
  keyPair: KeyPair,
  gateways: readonly Uint8Array[],
  silence?: Patience,
): SeveralGateways => {
  const clients = new Map(
    gateways.map((key) => {
      const gateway = node.party.crypto.uncompress(key) ?? key
      return [hex(gateway), { gateway, client: createRegisteringClient(node, keyPair, gateway, silence) }]
    }),
  )

  const withEach = (
    act: (client: ReturnType<typeof createRegisteringClient>) => Promise<RegistrationResult>,
    onResult: SeveralOptions['onResult'],
  ): Promise<GatewayResult[]> =>
    Promise.all(
      [...clients.values()].map(async ({ gateway, client }) => {
        const told = { gateway, result: await act(client) }
        onResult?.(told)
        return told
      }),
    )

  return {
    register: (device, version, { signal, onResult } = {}) =>
      withEach((client) => client.register(device, version, signal), onResult),
    unregister: (installationId, version, { signal, onResult } = {}) =>
      withEach((client) => client.unregister(installationId, version, signal), onResult),
  }
}
