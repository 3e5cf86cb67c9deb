import type { Crypto } from '../ports/index.ts'
import {
  messageTypes,
  openBox,
  openEnvelope,
  partitionedTopic,
  personalTopic,
  registrationErrors,
  registrationResponseCodec,
  sealAsymmetric,
  topicNumber,
  unhex,
} from '../protocol/index.ts'
import { errorName, failed, onlyAnswer } from './answers.ts'
import { all, type CaseResult, compare, type VectorPlayer } from './case.ts'
import { keyPairOf, type RegistrationJson, seed } from './seeding.ts'
import { createStage } from './stage.ts'

interface RegistrationCase {
  readonly note: string
  readonly serverPrivateKey: string
  readonly senderPrivateKey: string
  readonly storedVersion?: string | number | null
  readonly registration?: RegistrationJson | null
  readonly sharedKey?: string
  readonly plaintext?: string
  readonly encrypted?: string
  readonly envelope: string
  readonly requestId: string
  readonly expect: string
}

const filler: RegistrationJson = {
  tokenType: 1,
  deviceToken: 'ab'.repeat(32),
  installationId: '7f1a0f6e-3d0b-4f4a-9c55-0f2f6d3c1b11',
  accessToken: '0d6f6ad8-5f0b-4f1c-8a1b-2f8f3a9f0c22',
  enabled: true,
  version: '1',
  grant: '00'.repeat(65),
  apnTopic: 'im.example.app',
}

/** Whether the layers of a case fit together: envelope, encrypted body, key, plaintext. */
const checkLayers = (crypto: Crypto, one: RegistrationCase): CaseResult[] => {
  const server = keyPairOf(crypto, one.serverPrivateKey)
  const sender = keyPairOf(crypto, one.senderPrivateKey)
  const body = openEnvelope(crypto, unhex(one.envelope))?.body ?? new Uint8Array()
  const checks = one.encrypted === undefined ? [] : [compare('encrypted', one.encrypted, body)]
  const opened = openBox(crypto, server.sharedSecret(sender.publicKey) ?? new Uint8Array(), body)
  // What was encrypted for another server opens for nobody here.
  if (opened === undefined) return checks
  if (one.sharedKey !== undefined)
    checks.push(compare('sharedKey', one.sharedKey, server.sharedSecret(sender.publicKey)))
  if (one.plaintext !== undefined) checks.push(compare('plaintext', one.plaintext, opened))
  return checks
}

const playRegistration = async (one: RegistrationCase): Promise<CaseResult> => {
  const before = one.storedVersion
  const stored = {
    ...filler,
    installationId: one.registration?.installationId ?? filler.installationId,
    version: String(before),
  }
  const stage = await createStage({
    serverPrivateKey: one.serverPrivateKey,
    ...(before ? { seed: (gateway) => seed(gateway, { privateKey: one.senderPrivateKey, registration: stored }) } : {}),
    watch: ({ crypto }) => [topicNumber(crypto, partitionedTopic(keyPairOf(crypto, one.senderPrivateKey).publicKey))],
  })
  try {
    const { crypto } = stage.party
    const sender = keyPairOf(crypto, one.senderPrivateKey)
    const server = stage.gateway.app.crypto.identity.publicKey
    const payload = sealAsymmetric(crypto, { to: server, data: unhex(one.envelope), signer: sender })
    const messages = await stage.play(topicNumber(crypto, personalTopic(server)), payload)
    const answer = onlyAnswer(stage, sender, messages, messageTypes.registrationResponse)
    if (answer === undefined || answer === 'several')
      return compare(one.note, one.expect, answer === undefined ? 'no answer' : 'several answers')
    const response = registrationResponseCodec.decode(answer.body)
    if (response === undefined) return compare(one.note, one.expect, 'an answer that is no registration response')
    const got = response.success ? 'success' : errorName(registrationErrors, response.error)
    return all(one.note, [
      compare('', one.expect, got),
      compare('requestId', one.requestId, response.requestId),
      ...checkLayers(crypto, one),
    ])
  } finally {
    await stage.close()
  }
}

export const playRegistrations: VectorPlayer = async (file) => {
  const results: CaseResult[] = []
  for (const one of (file as { cases: RegistrationCase[] }).cases)
    results.push(await playRegistration(one).catch((error: unknown) => failed(one.note, error)))
  return results
}
