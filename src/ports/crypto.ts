/**
 * A secp256k1 key pair whose private half stays inside the crypto plugin (protocol.md section 2).
 * Both methods are synchronous: they run in line or in a worker, wherever their caller runs.
 */
export interface KeyPair {
  /** Uncompressed public key, 65 bytes (`04 || X || Y`). */
  readonly publicKey: Uint8Array
  /** Compressed public key, 33 bytes. */
  readonly compressed: Uint8Array
  /** Deterministic (RFC 6979, low s) recoverable signature over a 32-byte digest: 65 bytes `r || s || v`, v 0 or 1. */
  sign(digest: Uint8Array): Uint8Array
  /** X of the shared point, 32 bytes; `undefined` where `peer` (33 or 65 bytes) is no point of the curve. */
  sharedSecret(peer: Uint8Array): Uint8Array | undefined
}

/**
 * The primitives of the protocol and the gateway's identity.
 * What can fail because of what a stranger sent answers `undefined`; nothing here throws for such input.
 */
export interface Crypto {
  /** The gateway's own key pair. */
  readonly identity: KeyPair
  /** A fresh key pair from the system's randomness. */
  generateKeyPair(): KeyPair
  /** A key pair of a known private key (32 bytes); `undefined` where the number is not a valid key. */
  keyPairFrom(privateKey: Uint8Array): KeyPair | undefined
  /** 65 bytes from a 33- or 65-byte public key; `undefined` where it is no point of the curve. */
  uncompress(publicKey: Uint8Array): Uint8Array | undefined
  /** 33 bytes from a 33- or 65-byte public key; `undefined` where it is no point of the curve. */
  compress(publicKey: Uint8Array): Uint8Array | undefined
  /** Signer of a 32-byte digest: 65 bytes uncompressed. `signature` is 65 bytes with v 0 or 1, else `undefined`. */
  recover(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined
  /** Original Keccak padding (Ethereum), 32 bytes. */
  keccak256(data: Uint8Array): Uint8Array
  sha256(data: Uint8Array): Uint8Array
  /** SHAKE-256 with 64 bytes of output. */
  shake256(data: Uint8Array): Uint8Array
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array
  /** AES-256-GCM without associated data: `ciphertext || tag(16)`. `key` 32 bytes, `nonce` 12 bytes. */
  aesGcmSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array
  /** Opens `ciphertext || tag(16)`; `undefined` where it is not authentic. */
  aesGcmOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined
  /** AES-128-CTR, both directions. `key` and `iv` 16 bytes. */
  aesCtr(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array
  randomBytes(length: number): Uint8Array
  /** Compares in constant time for inputs of one length; different lengths are unequal. */
  equal(a: Uint8Array, b: Uint8Array): boolean
  /** PBKDF2-HMAC-SHA256, no salt, 65,356 iterations, 32 bytes; off the event loop (protocol.md section 3). */
  deriveTopicKey(topic: string): Promise<Uint8Array>
}
