import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto'

/** What a browser keeps of a subscription. */
export interface BrowserKeys {
  readonly curve: ECDH
  readonly auth: Buffer
}

export const createBrowserKeys = (): BrowserKeys => {
  const curve = createECDH('prime256v1')
  curve.generateKeys()
  return { curve, auth: randomBytes(16) }
}

const derive = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, bytes))

const [saltBytes, recordSizeBytes, tagBytes] = [16, 4, 16] as const

/**
 * Opens the body of a push: RFC 8291 section 3.4, in one record of RFC 8188. Salt (16 bytes), record size (4), length of the key (1), the
 * sender's key, ciphertext. Throws where it does not open.
 */
export const openPush = (body: Buffer, { curve, auth }: BrowserKeys): Buffer => {
  const salt = body.subarray(0, saltBytes)
  const recordSize = body.readUInt32BE(saltBytes)
  const keyAt = saltBytes + recordSizeBytes + 1
  const key = body.subarray(keyAt, keyAt + body.readUInt8(keyAt - 1))
  const record = body.subarray(keyAt + key.length)
  if (record.length > recordSize) throw new Error('more than one record')
  const shared = curve.computeSecret(key)
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), curve.getPublicKey(), key])
  const material = derive(shared, auth, keyInfo, 32)
  const contentKey = derive(material, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
  const nonce = derive(material, salt, Buffer.from('Content-Encoding: nonce\0'), 12)
  const decipher = createDecipheriv('aes-128-gcm', contentKey, nonce)
  decipher.setAuthTag(record.subarray(-tagBytes))
  const padded = Buffer.concat([decipher.update(record.subarray(0, -tagBytes)), decipher.final()])
  const end = padded.findLastIndex((byte) => byte !== 0)
  // 2 marks the last record; what follows is padding.
  if (padded[end] !== 2) throw new Error('the last record is not marked')
  return padded.subarray(0, end)
}
