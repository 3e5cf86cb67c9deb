import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildGateway, type Gateway } from '../../src/app.ts'
import { hex } from '../../src/protocol/index.ts'
import type { ChaosContext } from '../scenario.ts'
import type { Providers } from './providers.ts'

const answerWithinMs = 1_000
export const appTopic = 'im.example.app'

/** A gateway of this process, whose clock can be moved, with durable storage and both direct backends. */
export interface DeliveryGateway {
  /** Of the network that clients reach it by. */
  readonly bus: string
  /** Uncompressed public key, 130 hexadecimal digits. */
  readonly publicKey: string
  /** Attempts whose outcome it does not know. */
  readonly unknownOutcomes: number
  /** What it says of its backends, for whoever looks for a fault. */
  stats(): Promise<string>
  close(): Promise<void>
}

export const startDeliveryGateway = async (
  context: ChaosContext,
  { apns, fcm, ca }: Providers,
  now: () => number,
): Promise<DeliveryGateway> => {
  const folder = mkdtempSync(join(tmpdir(), 'reveille-chaos-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  context.atExit(remove)
  const bus = randomUUID()
  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const caFile = write('ca.pem', ca)
  const gateway: Gateway = await buildGateway(
    {
      TRANSPORT_PLUGIN: 'memory',
      MEMORY_BUS: bus,
      STORAGE_PLUGIN: 'sqlite',
      DATA_DIR: join(folder, 'data'),
      HTTP_PORT: '0',
      LOG_LEVEL: 'fatal',
      RETRY_BASE_MS: '100',
      RETRY_MAX_MS: '1000',
      DELIVERY_PLUGINS: 'apns,fcm',
      APNS_URL: apns.url,
      APNS_CA_FILE: caFile,
      APNS_KEY_FILE: write(`AuthKey_${apns.keyId}.p8`, apns.keyPem),
      APNS_TEAM_ID: apns.teamId,
      APNS_TOPICS: appTopic,
      APNS_TIMEOUT_MS: String(answerWithinMs),
      FCM_URL: fcm.url,
      FCM_CA_FILE: caFile,
      FCM_SERVICE_ACCOUNT_FILES: write('account.json', JSON.stringify(fcm.serviceAccount('a-project'))),
      FCM_TIMEOUT_MS: String(answerWithinMs),
    },
    { now },
  )
  await gateway.start()
  return {
    bus,
    publicKey: hex(gateway.app.crypto.identity.publicKey),
    get unknownOutcomes() {
      return gateway.engine.ledger.snapshot().other['push-unknown-outcomes']
    },
    stats: async () => (await fetch(`${gateway.httpUrl}/stats`)).text(),
    close: async () => {
      await gateway.close()
      remove()
    },
  }
}
