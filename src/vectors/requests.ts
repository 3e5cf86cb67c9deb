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

const nameOf = ({ publicKey, installationId }: { publicKey: string; installationId: string }): string =>
  `${publicKey} ${installationId.toLowerCase()}`

interface Told {
  readonly publicKey: string
  readonly installationId: string
  readonly got: string
}

/** Entries with their reports, one to one: an installation may stand in a request several times, in any order of the reports. */
const checkEntries = (entries: readonly EntryJson[], reports: readonly Told[]): CaseResult[] =>
  [...Map.groupBy(entries, nameOf)].map(([name, own]) => {
    const expected = own
      .map(({ expect }) => (expect === 'pushed' || expect === 'filtered' ? 'success' : expect))
      .filter((expect) => expect !== 'no report')
    const got = reports.filter((report) => nameOf(report) === name).map((report) => report.got)
    return compare(own.map(({ note }) => note).join(', '), expected.toSorted(), got.toSorted())
  })

/** The devices that were woken, each once however many entries name it, and the bodies that gorush was handed. */
const checkPushes = (
  one: RequestCase,
  stored: ReadonlyMap<string, RegistrationJson>,
  pushed: readonly GorushNotification[],
): CaseResult[] => {
  const tokensOf = (expect: string): string[] =>
    [...new Set(one.entries.filter((entry) => entry.expect === expect).map(nameOf))].map(
      (name) => stored.get(name)?.deviceToken ?? 'nobody',
    )
  const woken = tokensOf('pushed').toSorted()
  const got = pushed.flatMap(({ tokens }) => tokens).toSorted()
  const checks = [compare('devices woken', woken, got)]
  if (!one.gorushBody) return checks
  // The reference server pushed some that we filter, and repeats an entry that stands twice.
  const filtered = new Set(tokensOf('filtered').filter((token) => !woken.includes(token)))
  const wanted = one.gorushBody.notifications.filter(({ tokens }) => !filtered.has(tokens[0] ?? ''))
  const byToken = (notifications: readonly GorushNotification[]) =>
    new Map(notifications.map((notification) => [notification.tokens[0] ?? '', fieldsOf(notification)]))
  const [expectedBodies, bodies] = [byToken(wanted), byToken(pushed)]
  for (const token of new Set([...expectedBodies.keys(), ...bodies.keys()]))
    checks.push(compare('gorush body', expectedBodies.get(token), bodies.get(token)))
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
                nameOf({
                  publicKey: hex(ownerOf(crypto, keyPairOf(crypto, privateKey))),
                  installationId: registration.installationId,
                }),
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
      ...checkEntries(one.entries, reports),
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
