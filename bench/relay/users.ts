import { createHash } from 'node:crypto'
import { buildGateway } from '../../src/app.ts'
import { type Crypto, type Registration, type Storage, tokenTypes } from '../../src/ports/index.ts'
import { queryTopics, registrationCodec, topicNumber } from '../../src/protocol/index.ts'
import type { Device } from '../pipeline/job.ts'

const batch = 10_000

const digest = (text: string): Buffer => createHash('sha512').update(text).digest()

const uuidOf = (text: string): string => {
  const hex = digest(text).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

/** The user of this number: always the same one. The grant only looks like one; nobody checks it again. */
export const userOf = (index: number): Device => ({
  owner: new Uint8Array(digest(`owner ${index}`)),
  message: {
    tokenType: tokenTypes.apn,
    deviceToken: digest(`token ${index}`).toString('hex', 0, 32),
    installationId: uuidOf(`installation ${index}`),
    accessToken: uuidOf(`access ${index}`),
    enabled: true,
    version: 1n,
    allowedKeyList: [],
    blockedChatList: [],
    unregister: false,
    grant: new Uint8Array(65).fill(1),
    allowFromContactsOnly: false,
    apnTopic: 'im.example.app',
    blockMentions: false,
    allowedMentionsChatList: [],
    mutedChatList: [],
  },
})

const registrationOf = (crypto: Crypto, { owner, message }: Device): Registration => {
  const record = registrationCodec.encode(message)
  return {
    owner,
    installation: message.installationId,
    version: message.version,
    digest: crypto.sha256(record),
    topics: queryTopics(owner).map((text) => topicNumber(crypto, text)),
    record,
  }
}

const register = async (
  { crypto, storage }: { crypto: Crypto; storage: Storage },
  count: number,
  progress: (line: string) => void,
): Promise<void> => {
  const since = performance.now()
  for (let from = 0; from < count; from += batch) {
    const numbers = Array.from({ length: Math.min(batch, count - from) }, (_, i) => from + i)
    await Promise.all(numbers.map((i) => storage.registrations.put(registrationOf(crypto, userOf(i)))))
    const done = from + numbers.length
    const perSecond = done / ((performance.now() - since) / 1000)
    if (done % (10 * batch) === 0 || done === count)
      progress(`users: ${done} of ${count} written, ${((count - done) / perSecond).toFixed(0)} s to go`)
  }
}

/** Fills a folder's database through the storage plugin, as a gateway of this key would. Answers its public key, 65 bytes. */
export const writeUsers = async (
  { dataDir, privateKey }: { dataDir: string; privateKey: Uint8Array },
  count: number,
  progress: (line: string) => void,
): Promise<Uint8Array> => {
  const environment = {
    TRANSPORT_PLUGIN: 'memory',
    CRYPTO_PLUGIN: 'noble',
    STORAGE_PLUGIN: 'sqlite',
    DELIVERY_PLUGINS: 'console',
    DATA_DIR: dataDir,
    HTTP_PORT: '0',
    LOG_LEVEL: 'error',
  }
  const { app, close } = await buildGateway(environment, { privateKey, logStream: process.stderr })
  try {
    await register(app, count, progress)
    return app.crypto.identity.publicKey
  } finally {
    await close()
  }
}
