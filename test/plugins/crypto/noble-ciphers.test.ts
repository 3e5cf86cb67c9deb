import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ctr, gcm } from '@noble/ciphers/aes.js'
import fc from 'fast-check'
import { createNobleCrypto } from '../../../plugins/crypto/noble.ts'

const crypto = createNobleCrypto(new Uint8Array(32).fill(1))
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const data = fc.uint8Array({ maxLength: 2_000 })

test('AES-256-GCM agrees with an independent implementation, in both directions', () => {
  fc.assert(
    fc.property(bytes(32), bytes(12), data, (key, nonce, plaintext) => {
      const sealed = crypto.aesGcmSeal(key, nonce, plaintext)
      assert.deepEqual(sealed, gcm(key, nonce).encrypt(plaintext))
      assert.deepEqual(crypto.aesGcmOpen(key, nonce, sealed), plaintext)
    }),
  )
})

test('AES-128-CTR agrees with an independent implementation', () => {
  fc.assert(
    fc.property(bytes(16), bytes(16), data, (key, iv, plaintext) => {
      assert.deepEqual(crypto.aesCtr(key, iv, plaintext), ctr(key, iv).encrypt(plaintext))
    }),
  )
})
