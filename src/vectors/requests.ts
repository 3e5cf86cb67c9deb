import {
  hex,
  messageTypes,
  partitionedTopic,
  reportErrors,
  responseCodec,
  sealAsymmetric,
  topicNumber,
  unhex,
} from '../protocol/index.ts'
import { errorName, failed, fieldsOf, onlyAnswer } from './answers.ts'
import { all, type CaseResult, compare, type VectorPlayer } from './case.ts'
import { keyPairOf, ownerOf, type RegistrationJson, type StoredJson, seed } from './seeding.ts'
import { createStage, type GorushNotification } from './stage.ts'

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
  readonly stored: StoredJson[] | null
  readonly envelope: string
  readonly requestMessageId: string
  readonly entries: EntryJson[]
  readonly gorushBody?: { readonly notifications: GorushNotification[] } | null
}

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
  // An entry that stands twice in a request wakes its device once (protocol section 6.3).
  const expected = one.entries.filter(({ expect }) => expect === 'pushed')
  const entries = [...new Map(expected.map((entry) => [`${entry.publicKey} ${entry.installationId}`, entry])).values()]
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
      for (const stored of one.stored ?? []) await seed(gateway, stored)
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
      (one.stored ?? []).flatMap(({ privateKey, registration }) =>
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
