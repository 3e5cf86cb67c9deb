/** Who sent what: the metadata message around every message (protocol section 4.3). */
import { ApplicationMetadataMessage, ProtocolMessage } from '../../proto/generated/envelope.js'
import type { Crypto, KeyPair } from '../ports/index.ts'
import { concat, copyOf } from './bytes.ts'
import { createCodec } from './codec.ts'

export interface Envelope {
  /** One of `messageTypes`, or a type that the gateway does not know. */
  readonly type: number
  readonly body: Uint8Array
  /** The recovered signer, 65 bytes. */
  readonly sender: Uint8Array
  /** 32 bytes. */
  readonly messageId: Uint8Array
}

const metadataCodec = createCodec(
  (value: { signature: Uint8Array; payload: Uint8Array; type: number }) => ApplicationMetadataMessage.encode(value),
  (bytes) => {
    const { signature, payload, type } = ApplicationMetadataMessage.decode(bytes)
    return { signature: copyOf(signature), payload: copyOf(payload), type }
  },
)

const protocolMessageCodec = createCodec(
  (publicMessage: Uint8Array) => ProtocolMessage.encode({ publicMessage }),
  (bytes) => copyOf(ProtocolMessage.decode(bytes).publicMessage),
)

/** The id of an envelope, 32 bytes. `sender` has 65 bytes, `envelope` are the bytes as they were sent. */
export const messageIdOf = (crypto: Crypto, sender: Uint8Array, envelope: Uint8Array): Uint8Array =>
  crypto.keccak256(concat(sender, envelope))

/** Opens an ApplicationMetadataMessage; `undefined` where it is malformed or its signature recovers to no key. */
export const openEnvelope = (crypto: Crypto, bytes: Uint8Array): Envelope | undefined => {
  const metadata = metadataCodec.decode(bytes)
  if (metadata === undefined) return undefined
  const sender = crypto.recover(crypto.keccak256(metadata.payload), metadata.signature)
  if (sender === undefined) return undefined
  return { type: metadata.type, body: metadata.payload, sender, messageId: messageIdOf(crypto, sender, bytes) }
}

/** Signs and wraps a message. The same input gives the same bytes: signatures are deterministic. */
export const sealEnvelope = (
  crypto: Crypto,
  { signer, type, body }: { signer: KeyPair; type: number; body: Uint8Array },
): Uint8Array => metadataCodec.encode({ signature: signer.sign(crypto.keccak256(body)), payload: body, type })

/** The envelope inside a ProtocolMessage, in which advertisements arrive; `undefined` where there is none. */
export const openProtocolMessage = (bytes: Uint8Array): Uint8Array | undefined => {
  const publicMessage = protocolMessageCodec.decode(bytes)
  return publicMessage?.length === 0 ? undefined : publicMessage
}

/** Wraps an envelope into a ProtocolMessage without anything else in it. */
export const sealProtocolMessage = (publicMessage: Uint8Array): Uint8Array => protocolMessageCodec.encode(publicMessage)
