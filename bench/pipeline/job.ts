import type { Crypto, KeyPair, OutboundMessage } from '../../src/ports/index.ts'
import type { Envelope, RegistrationMessage } from '../../src/protocol/index.ts'

/** A device that a message is about. */
export interface Device {
  /** hashedPublicKey, 64 bytes. */
  readonly owner: Uint8Array
  readonly message: RegistrationMessage
}

/** A message for the gateway and what must come of it. */
export interface Job extends OutboundMessage {
  readonly pushes: number
  /** The protocol's part of the work without an engine around it, from the payload to the sealed answer. */
  readonly core: (crypto: Crypto) => void
  /** Who can open the answer; absent where no answer comes, or where a recording keeps the key. */
  readonly reader?: { readonly keyPair: KeyPair; isRight(answer: Envelope): boolean }
}
