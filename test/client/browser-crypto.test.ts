/** What browsers use keeps every promise of the port, and agrees with what gateways use. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createNobleCrypto } from '../../plugins/crypto/noble.ts'
import { createBrowserCrypto } from '../../src/client/browser/crypto.ts'
import { cryptoKit } from '../kits/crypto.ts'

cryptoKit('the browser’s', createBrowserCrypto, { keySetting: 'privateKey' })

const secret = new Uint8Array(32).fill(7)
const [browser, node] = [createBrowserCrypto(secret), createNobleCrypto(secret)]
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

test('both agree on signatures, shared secrets, hashes and ciphers', () => {
  fc.assert(
    fc.property(bytes(32), bytes(32), bytes(16), fc.uint8Array({ maxLength: 300 }), (key, digest, iv, data) => {
      const peer = node.generateKeyPair()
      assert.deepEqual(browser.identity.sign(digest), node.identity.sign(digest))
      assert.deepEqual(browser.recover(digest, node.identity.sign(digest)), node.identity.publicKey)
      assert.deepEqual(browser.identity.sharedSecret(peer.compressed), node.identity.sharedSecret(peer.publicKey))
      for (const name of ['keccak256', 'sha256', 'shake256'] as const)
        assert.deepEqual(browser[name](data), node[name](data))
      assert.deepEqual(browser.hmacSha256(key, data), node.hmacSha256(key, data))
      assert.deepEqual(browser.aesCtr(iv, iv, data), node.aesCtr(iv, iv, data))
      const nonce = iv.subarray(0, 12)
      assert.deepEqual(browser.aesGcmOpen(key, nonce, node.aesGcmSeal(key, nonce, data)), data)
    }),
    { numRuns: 30 },
  )
})

test('both derive the same topic key', async () => {
  assert.deepEqual(
    await browser.deriveTopicKey('contact-discovery-1'),
    await node.deriveTopicKey('contact-discovery-1'),
  )
})

test('more randomness than the system gives at once', () => {
  const many = browser.randomBytes(200_000)
  assert.equal(many.length, 200_000)
  assert.ok(many.subarray(199_000).some((byte) => byte !== 0))
})
