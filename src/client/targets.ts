import type { NotificationType } from '../ports/index.ts'
import { hex } from '../protocol/index.ts'

/** A device that one gateway can wake, as that gateway told and the owner's grant proves. */
export interface Target {
  readonly installationId: string
  readonly accessToken: string
  /** The gateway's public key, 65 bytes. */
  readonly gateway: Uint8Array
  /** hashedPublicKey of the owner, 64 bytes. */
  readonly publicKey: Uint8Array
  readonly version: bigint
  /** The owner's public key as it was asked for, 33 or 65 bytes: without it nobody can be asked again for a newer token. */
  readonly receiver?: Uint8Array
}

export interface Wake {
  readonly type: NotificationType
  /** Names the message that the push is for; a second request with it wakes nobody again. */
  readonly messageId: Uint8Array
  /** Ciphertext for the device. */
  readonly message: Uint8Array
  /** Hashes of chat and author (protocol section 5), 64 bytes each. */
  readonly chatId: Uint8Array
  readonly author: Uint8Array
}

/** Names the device: the same through whichever gateway. */
export const deviceOf = ({ publicKey, installationId }: Pick<Target, 'publicKey' | 'installationId'>): string =>
  `${hex(publicKey)} ${installationId.toLowerCase()}`

/** Names the device at its gateway. */
export const placeOf = (target: Target): string => `${deviceOf(target)} ${hex(target.gateway)}`
