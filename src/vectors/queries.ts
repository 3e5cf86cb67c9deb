import {
  hex,
  messageTypes,
  openEnvelope,
  partitionedTopic,
  personalTopic,
  queryCodec,
  queryResponseCodec,
  queryTopic,
  sealAsymmetric,
  sealSymmetric,
  topicNumber,
  unhex,
} from '../protocol/index.ts'
import { failed, onlyAnswer } from './answers.ts'
import { all, type CaseResult, compare, type VectorPlayer } from './case.ts'
import { keyPairOf, ownerOf, type StoredJson, seed } from './seeding.ts'
import { createStage, type Stage } from './stage.ts'

interface InfoJson {
  readonly accessToken?: string
  readonly installationId: string
  readonly publicKey: string
  readonly allowedKeyList?: string[] | null
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
  readonly cases: {
    readonly serverPrivateKey: string
    readonly stored: StoredJson[] | null
    readonly queries: QueryCase[]
  }
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
  const asked = queryCodec.decode(openEnvelope(crypto, data)?.body ?? new Uint8Array())?.publicKeys
  if (asked?.map(hex).join() !== (one.publicKeys ?? []).join())
    return compare(`${one.note}: publicKeys`, one.publicKeys ?? [], asked)
  const payload =
    about === undefined
      ? sealAsymmetric(crypto, { to: server.publicKey, data, signer: asker })
      : sealSymmetric(crypto, { key: await crypto.deriveTopicKey(text), data, signer: asker })
  const messages = await stage.play(topicNumber(crypto, text), payload)
  const answer = onlyAnswer(stage, asker, messages, messageTypes.queryResponse)
  if (answer === undefined || answer === 'several')
    return compare(one.note, one.expect, answer === undefined ? 'no answer' : 'several answers')
  const response = queryResponseCodec.decode(answer.body)
  const expected = (one.info ?? []).map(
    ({ accessToken, installationId, publicKey, allowedKeyList, grant, version }) => ({
      accessToken: accessToken ?? '',
      installationId,
      publicKey,
      allowedKeyList: allowedKeyList ?? [],
      grant,
      version: String(version),
      serverPublicKey: hex(server.compressed),
    }),
  )
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
  const { serverPrivateKey, queries, ...rest } = (file as QueriesFile).cases
  const stored = rest.stored ?? []
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
  try {
    const { crypto, storage } = stage.gateway.app
    const owners = await Promise.all(
      stored.map(async ({ privateKey }) => {
        const owner = ownerOf(crypto, keyPairOf(crypto, privateKey))
        return (await storage.registrations.listByOwners([owner])).length > 0 ? [hex(owner)] : []
      }),
    )
    const results: CaseResult[] = []
    for (const one of queries)
      results.push(await playQuery(stage, owners.flat(), one).catch((error: unknown) => failed(one.note, error)))
    return results
  } finally {
    await stage.close()
  }
}
