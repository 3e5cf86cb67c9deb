import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hex, openEnvelope, queryCodec, queryInfo, readQuery, unhex } from '../../src/protocol/index.ts'
import { casesOf, cryptoOf, messageOf, present, registrationOf, type StoredJson, server } from './support.ts'

interface InfoJson {
  readonly accessToken: string
  readonly allowedKeyList: readonly string[]
  readonly grant: string
  readonly installationId: string
  readonly publicKey: string
  readonly version: string
}
interface QueryCases {
  readonly serverPrivateKey: string
  readonly stored: readonly {
    readonly hashedPublicKey: string /** Missing where nothing is left but a tombstone. */
    readonly registration?: StoredJson
  }[]
  readonly queries: readonly {
    readonly note: string
    readonly publicKeys: readonly string[]
    readonly envelope: string
    readonly messageId: string
    readonly expect: 'answer' | 'no answer'
    readonly info?: readonly InfoJson[]
  }[]
}

const byName = (a: InfoJson, b: InfoJson): number =>
  a.publicKey + a.installationId < b.publicKey + b.installationId ? -1 : 1

describe('recorded queries', () => {
  const { serverPrivateKey, stored, queries } = casesOf<QueryCases>('queries.json')
  const crypto = cryptoOf(serverPrivateKey)
  const { compressed } = crypto.identity

  const infoAbout = (key: Uint8Array): InfoJson[] =>
    stored
      .filter(({ hashedPublicKey }) => hashedPublicKey === hex(key))
      .flatMap(({ registration }) => registration ?? [])
      .map((registration) => {
        const { serverPublicKey, ...info } = queryInfo(messageOf(registration), key, compressed)
        assert.deepEqual(serverPublicKey, compressed)
        return {
          ...info,
          publicKey: hex(info.publicKey),
          grant: hex(info.grant),
          version: `${info.version}`,
          allowedKeyList: info.allowedKeyList.map(hex),
        }
      })

  for (const query of queries) {
    test(`${query.note}: ${query.expect}`, () => {
      const envelope = present(openEnvelope(crypto, unhex(query.envelope)))
      assert.equal(hex(envelope.messageId), query.messageId)
      const { keys } = present(readQuery(envelope.body))
      assert.deepEqual(new Set(keys.map(hex)), new Set(query.publicKeys.filter((key) => key.length === 128)))
      const info = keys.flatMap(infoAbout)
      assert.equal(info.length > 0 ? 'answer' : 'no answer', query.expect)
      assert.deepEqual(info.sort(byName), [...(query.info ?? [])].sort(byName))
    })
  }
})

describe('reading queries', () => {
  const key = (seed: number): Uint8Array => server.shake256(Uint8Array.of(seed >> 8, seed))
  const read = (publicKeys: Uint8Array[], maxKeys?: number) => readQuery(queryCodec.encode({ publicKeys }), maxKeys)

  test('keys come in their order, each once', () => {
    assert.deepEqual(read([key(2), key(1), key(2)]), { keys: [key(2), key(1)], ignored: 0 })
  })

  test('keys of a wrong length are ignored and counted', () => {
    const wrong = [new Uint8Array(0), key(1).subarray(1), new Uint8Array(65)]
    assert.deepEqual(read([...wrong, key(1)]), { keys: [key(1)], ignored: 3 })
  })

  test('keys beyond the limit are ignored and counted', () => {
    assert.deepEqual(read([key(1), key(1), key(2), key(3), key(1)], 2), { keys: [key(1), key(2)], ignored: 1 })
  })

  test('the limit is a thousand', () => {
    const result = present(read(Array.from({ length: 1003 }, (_, index) => key(index))))
    assert.deepEqual([result.keys.length, result.ignored], [1000, 3])
  })

  test('a query for nobody is no mistake', () => assert.deepEqual(read([]), { keys: [], ignored: 0 }))

  test('what is no query is malformed', () => assert.equal(readQuery(Uint8Array.of(0x0a, 9)), undefined))
})

describe('what a query tells', () => {
  const owner = server.shake256(Uint8Array.of(1))
  const { compressed } = server.identity
  const list = [Uint8Array.of(1), Uint8Array.of(2)]
  const token = registrationOf().accessToken

  for (const [contactsOnly, allowedKeyList, expectedToken, expectedList] of [
    [false, [], token, []],
    [false, list, token, []],
    [true, list, '', list],
    [true, [], '', []],
  ] as const) {
    test(`contacts only ${contactsOnly}, ${allowedKeyList.length} in the list`, () => {
      const message = registrationOf({
        allowFromContactsOnly: contactsOnly,
        allowedKeyList: [...allowedKeyList],
        version: 2n ** 60n,
      })
      assert.deepEqual(queryInfo(message, owner, compressed), {
        accessToken: expectedToken,
        installationId: message.installationId,
        publicKey: owner,
        allowedKeyList: expectedList,
        grant: message.grant,
        version: 2n ** 60n,
        serverPublicKey: compressed,
      })
    })
  }
})
