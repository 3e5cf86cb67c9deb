import type { KeyPair, WakuMessage } from '../ports/index.ts'
import {
  type Envelope,
  hex,
  messageTypes,
  openAsymmetric,
  openEnvelope,
  partitionedTopic,
  personalTopic,
  queryResponseCodec,
  queryTopic,
  registrationErrors,
  registrationResponseCodec,
  reportErrors,
  responseCodec,
  sealAsymmetric,
  sealSymmetric,
  topicNumber,
  unhex,
} from '../protocol/index.ts'
import { all, type CaseResult, compare, type VectorPlayer } from './case.ts'
import { keyPairOf, ownerOf, type RegistrationJson, type StoredJson, seed } from './seeding.ts'
import { createStage, type GorushNotification, type Stage } from './stage.ts'

const failed = (note: string, error: unknown): CaseResult => ({
  note,
  expected: 'no exception',
  got: String(error),
  passed: false,
})

/** Opens what came back for a client; an answer that is not the server's, or not for the client, does not count. */
export const answersFor = (stage: Stage, client: KeyPair, messages: readonly WakuMessage[]): Envelope[] => {
  const { crypto } = stage.party
  const server = hex(stage.gateway.app.crypto.identity.publicKey)
  return messages.flatMap(({ payload }) => {
    const frame = openAsymmetric(crypto, client, payload)
    if (frame?.signer === undefined || hex(frame.signer) !== server) return []
    const envelope = openEnvelope(crypto, frame.data)
    return envelope !== undefined && hex(envelope.sender) === server ? [envelope] : []
  })
}

const onlyAnswer = (
  stage: Stage,
  client: KeyPair,
  messages: readonly WakuMessage[],
  type: number,
): Envelope | undefined | 'several' => {
  const answers = answersFor(stage, client, messages)
  if (answers.length === 0) return undefined
  const [answer] = answers
  return answers.length === 1 && messages.length === 1 && answer?.type === type ? answer : 'several'
}

const errorName = (names: Readonly<Record<string, number>>, error: number): string => {
  const name = Object.keys(names).find((key) => names[key] === error) ?? String(error)
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

interface RegistrationCase {
  readonly note: string
  readonly serverPrivateKey: string
  readonly senderPrivateKey: string
  readonly storedVersion?: string | number | null
  readonly registration?: RegistrationJson | null
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
    return all(one.note, [compare('', one.expect, got), compare('requestId', one.requestId, response.requestId)])
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

interface InfoJson {
  readonly accessToken: string
  readonly installationId: string
  readonly publicKey: string
  readonly allowedKeyList: string[] | null
  readonly grant: string
  readonly version: string
}

interface QueryCase {
  readonly note: string
  readonly askerPrivateKey: string
  readonly publicKeys: string[] | null
  readonly envelope: string
  readonly messageId: string
  readonly expect: string
  readonly info: InfoJson[] | null
}

interface QueriesFile {
  readonly cases: { readonly serverPrivateKey: string; readonly stored: StoredJson[]; readonly queries: QueryCase[] }
}

const byInstallation = (a: { publicKey: unknown; installationId: string }, b: typeof a): number =>
  `${a.publicKey}${a.installationId}` < `${b.publicKey}${b.installationId}` ? -1 : 1

const playQuery = async (stage: Stage, owners: readonly string[], one: QueryCase): Promise<CaseResult> => {
  const { crypto } = stage.party
  const asker = keyPairOf(crypto, one.askerPrivateKey)
  const server = stage.gateway.app.crypto.identity
  // Somebody the gateway knows lends the topic, so that a question about nobody known is heard, too.
  const about = (one.publicKeys ?? []).find((key) => owners.includes(key)) ?? owners[0]
  const text = about === undefined ? personalTopic(server.publicKey) : queryTopic(unhex(about))
  const data = unhex(one.envelope)
  const payload =
    about === undefined
      ? sealAsymmetric(crypto, { to: server.publicKey, data, signer: asker })
      : sealSymmetric(crypto, { key: await crypto.deriveTopicKey(text), data, signer: asker })
  const messages = await stage.play(topicNumber(crypto, text), payload)
  const answer = onlyAnswer(stage, asker, messages, messageTypes.queryResponse)
  if (answer === undefined || answer === 'several')
    return compare(one.note, one.expect, answer === undefined ? 'no answer' : 'several answers')
  const response = queryResponseCodec.decode(answer.body)
  const expected = (one.info ?? []).map((info) => ({
    ...info,
    allowedKeyList: info.allowedKeyList ?? [],
    serverPublicKey: hex(server.compressed),
  }))
  const got = (response?.info ?? []).map((info) => ({
    ...info,
    publicKey: hex(info.publicKey),
    allowedKeyList: info.allowedKeyList.map(hex),
    grant: hex(info.grant),
    version: info.version.toString(),
    serverPublicKey: hex(info.serverPublicKey),
  }))
  const inOrder = <T extends object>(infos: T[]) =>
    infos.map((info) => Object.fromEntries(Object.entries(info).sort(([a], [b]) => (a < b ? -1 : 1))))
  return all(one.note, [
    compare('', one.expect, 'answer'),
    compare('messageId', one.messageId, response?.messageId),
    compare('success', true, response?.success),
    compare('info', inOrder(expected.sort(byInstallation)), inOrder(got.sort(byInstallation))),
  ])
}

export const playQueries: VectorPlayer = async (file) => {
  const { serverPrivateKey, stored, queries } = (file as QueriesFile).cases
  const stage = await createStage({
    serverPrivateKey,
    seed: async (gateway) => {
      for (const one of stored) await seed(gateway, one)
    },
    watch: ({ crypto }) =>
      queries.map(({ askerPrivateKey }) =>
        topicNumber(crypto, partitionedTopic(keyPairOf(crypto, askerPrivateKey).publicKey)),
      ),
  })
  const { crypto } = stage.party
  const live = stored.filter(({ registration }) => registration !== undefined)
  const owners = live.map(({ privateKey }) => hex(ownerOf(crypto, keyPairOf(crypto, privateKey))))
  const results: CaseResult[] = []
  for (const one of queries)
    results.push(await playQuery(stage, owners, one).catch((error: unknown) => failed(one.note, error)))
  await stage.close()
  return results
}

interface EntryJson {
  readonly note: string
  readonly publicKey: string
  readonly installationId: string
  readonly expect: string
}

interface RequestCase {
  readonly note: string
  readonly serverPrivateKey: string
  readonly senderPrivateKey: string
  readonly stored: StoredJson[]
  readonly envelope: string
  readonly requestMessageId: string
  readonly entries: EntryJson[]
  readonly gorushBody?: { readonly notifications: GorushNotification[] } | null
}

/** The fields of a notification that must agree, in a fixed order. */
export const fieldsOf = ({ tokens, platform, message, topic, data }: GorushNotification) => ({
  tokens,
  platform,
  message,
  topic: topic ?? '',
  data: Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))),
})

const checkEntry = (
  entry: EntryJson,
  reports: { publicKey: string; installationId: string; got: string }[],
): CaseResult => {
  const expected = entry.expect === 'pushed' || entry.expect === 'filtered' ? 'success' : entry.expect
  const own = reports.filter(
    ({ publicKey, installationId }) => publicKey === entry.publicKey && installationId === entry.installationId,
  )
  return compare(entry.note, expected, own.length === 0 ? 'no report' : own.map(({ got }) => got).join(', '))
}

const checkPushes = (
  one: RequestCase,
  stored: ReadonlyMap<string, RegistrationJson>,
  pushed: readonly GorushNotification[],
): CaseResult[] => {
  const entries = one.entries.filter(({ expect }) => expect === 'pushed')
  const tokens = entries.map(
    ({ publicKey, installationId }) => stored.get(`${publicKey} ${installationId}`)?.deviceToken ?? 'nobody',
  )
  const wanted = one.gorushBody?.notifications ?? []
  const checks = [
    compare('devices woken', tokens.toSorted(), pushed.flatMap((notification) => notification.tokens).toSorted()),
  ]
  for (const notification of pushed) {
    const reference = wanted.find((other) => other.tokens[0] === notification.tokens[0])
    if (reference !== undefined) checks.push(compare('gorush body', fieldsOf(reference), fieldsOf(notification)))
  }
  return checks
}

const playRequest = async (one: RequestCase): Promise<CaseResult> => {
  const stage = await createStage({
    serverPrivateKey: one.serverPrivateKey,
    seed: async (gateway) => {
      for (const stored of one.stored) await seed(gateway, stored)
    },
    watch: ({ crypto }) => [topicNumber(crypto, partitionedTopic(keyPairOf(crypto, one.senderPrivateKey).publicKey))],
  })
  try {
    const { crypto } = stage.party
    const sender = keyPairOf(crypto, one.senderPrivateKey)
    const server = stage.gateway.app.crypto.identity.publicKey
    const payload = sealAsymmetric(crypto, { to: server, data: unhex(one.envelope), signer: sender })
    const messages = await stage.play(topicNumber(crypto, partitionedTopic(server)), payload)
    await stage.delivered()
    const stored = new Map(
      one.stored.flatMap(({ privateKey, registration }) =>
        registration === undefined
          ? []
          : [
              [
                `${hex(ownerOf(crypto, keyPairOf(crypto, privateKey)))} ${registration.installationId}`,
                registration,
              ] as const,
            ],
      ),
    )
    const pushes = checkPushes(one, stored, stage.pushed)
    const answer = onlyAnswer(stage, sender, messages, messageTypes.response)
    if (one.requestMessageId === '') return all(one.note, [compare('answer', undefined, answer), ...pushes])
    if (answer === undefined || answer === 'several')
      return compare(one.note, 'one answer', answer === undefined ? 'no answer' : 'several')
    const response = responseCodec.decode(answer.body)
    const reports = (response?.reports ?? []).map(({ success, error, publicKey, installationId }) => ({
      publicKey: hex(publicKey),
      installationId,
      got: success ? 'success' : errorName(reportErrors, error),
    }))
    return all(one.note, [
      compare('messageId', one.requestMessageId, response?.messageId),
      compare('number of reports', one.entries.filter(({ expect }) => expect !== 'no report').length, reports.length),
      ...one.entries.map((entry) => checkEntry(entry, reports)),
      ...pushes,
    ])
  } finally {
    await stage.close()
  }
}

export const playRequests: VectorPlayer = async (file) => {
  const results: CaseResult[] = []
  for (const one of (file as { cases: RequestCase[] }).cases)
    results.push(await playRequest(one).catch((error: unknown) => failed(one.note, error)))
  return results
}
