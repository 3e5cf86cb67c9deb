import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import apns from '../../../plugins/delivery/apns/index.ts'
import fcm from '../../../plugins/delivery/fcm/index.ts'
import webPush from '../../../plugins/delivery/web-push/index.ts'
import { buildGateway } from '../../../src/app.ts'
import { StartError, sentence } from '../../../src/ports/index.ts'
import { createAuthority } from '../../fakes/certificate.ts'
import { temporaryFolder } from '../../support/stage.ts'
import { createVapidKeys } from './web-push-worlds.ts'

const folder = temporaryFolder()
after(() => rmSync(folder, { recursive: true, force: true }))

const day = 86_400_000
const write = (name: string, text: string, mode = 0o600): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}
const pem = (curve: string): string =>
  generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const rsa = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const authority = await createAuthority()
const certificate = async (name: string, wishes: Parameters<typeof authority.issue>[0]): Promise<string> => {
  const { cert, key } = await authority.issue(wishes)
  return write(name, `${cert}${key}`)
}

const good = write('AuthKey_ABCDE12345.p8', pem('P-256'))
const topic = 'im.example.app'
const subject = { CN: `Apple Push Services: ${topic}`, UID: topic, OU: 'TEAM123456' }

/** The sentences that keep a gateway with these settings from starting; none: it starts. `logged` gets its log. */
const sentencesOf = async (
  name: 'apns' | 'fcm' | 'web-push',
  settings: Readonly<Record<string, string>>,
  logged: string[] = [],
): Promise<string[]> => {
  const environment = {
    TRANSPORT_PLUGIN: 'memory',
    STORAGE_PLUGIN: 'memory',
    DATA_DIR: join(folder, 'data'),
    HTTP_PORT: '0',
    ...settings,
  }
  const plugins = { delivery: [{ apns, fcm, 'web-push': webPush }[name]] }
  try {
    const gateway = await buildGateway(environment, { plugins, logStream: { write: (line) => void logged.push(line) } })
    await gateway.close()
    return []
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return error.problems.map(sentence)
  }
}

const base = { APNS_KEY_FILE: good, APNS_TEAM_ID: 'TEAM123456', APNS_TOPICS: topic }

interface Case {
  readonly what: string
  readonly settings: Readonly<Record<string, string>>
  readonly sentences: readonly RegExp[]
}

const withCertificate = (path: string) => ({ APNS_CERTIFICATE_FILE: path, APNS_TOPICS: topic })

const apnsCases: readonly Case[] = [
  { what: 'a key whose file is named after its id', settings: base, sentences: [] },
  {
    what: 'no key at all',
    settings: {},
    sentences: [/^APNS_KEY_FILE: there is no key for any app; name a \.p8 file here, .*\.$/],
  },
  {
    what: 'a key file that is missing',
    settings: { ...base, APNS_KEY_FILE: join(folder, 'none.p8'), APNS_KEY_ID: 'ABCDE12345' },
    sentences: [/^APNS_KEY_FILE: .*none\.p8: there is no such file; check the path\.$/],
  },
  {
    what: 'a folder in place of a key',
    settings: { ...base, APNS_KEY_FILE: folder, APNS_KEY_ID: 'ABCDE12345' },
    sentences: [/^APNS_KEY_FILE: .*it is a folder; name the file in it\.$/],
  },
  {
    what: 'a file that is no key',
    settings: { ...base, APNS_KEY_FILE: write('words.p8', 'hello'), APNS_KEY_ID: 'ABCDE12345' },
    sentences: [/^APNS_KEY_FILE: .*words\.p8 holds no private key in PEM; name the \.p8 file as Apple gave it\.$/],
  },
  {
    what: 'a key of another curve',
    settings: { ...base, APNS_KEY_FILE: write('k.p8', pem('secp384r1')), APNS_KEY_ID: 'ABCDE12345' },
    sentences: [/^APNS_KEY_FILE: .*holds a key of secp384r1, not of the curve P-256; /],
  },
  {
    what: 'an RSA key',
    settings: { ...base, APNS_KEY_FILE: write('r.p8', rsa()), APNS_KEY_ID: 'ABCDE12345' },
    sentences: [/^APNS_KEY_FILE: .*holds a key of rsa, not of the curve P-256; /],
  },
  {
    what: 'a key that everybody may read',
    settings: { ...base, APNS_KEY_FILE: write('AuthKey_OPEN012345.p8', pem('P-256'), 0o644) },
    sentences: [/^APNS_KEY_FILE: .*can be read by everybody \(mode 0644\); run chmod 600 .*AuthKey_OPEN012345\.p8\.$/],
  },
  {
    what: 'no id of key and team',
    settings: { APNS_KEY_FILE: write('key.p8', pem('P-256')), APNS_TOPICS: topic },
    sentences: [
      /^APNS_KEY_ID: it is missing; copy the ten characters from Apple’s developer site\.$/,
      /^APNS_TEAM_ID: it is missing; /,
    ],
  },
  {
    what: 'ids of the wrong shape',
    settings: { ...base, APNS_KEY_ID: 'short', APNS_TEAM_ID: 'team123456' },
    sentences: [/^APNS_KEY_ID: it is not ten capital letters and digits/, /^APNS_TEAM_ID: it is not ten capital/],
  },
  {
    what: 'no app',
    settings: { ...base, APNS_TOPICS: ' , ' },
    sentences: [/^APNS_TOPICS: it names no app; name the bundle ids/],
  },
  {
    what: 'an app that is no bundle id',
    settings: { ...base, APNS_TOPICS: 'im.example.app,im/other' },
    sentences: [/^APNS_TOPICS: "im\/other" is no bundle id; /],
  },
  {
    what: 'a key and a certificate',
    settings: { ...base, APNS_CERTIFICATE_FILE: good },
    sentences: [/^APNS_CERTIFICATE_FILE: there is a key as well; keep the key or the certificate\.$/],
  },
  {
    what: 'a certificate for VoIP, whose app has .voip behind it',
    settings: {
      ...withCertificate(await certificate('voip.pem', { subject: { ...subject, UID: `${topic}.voip` } })),
      APNS_PUSH_TYPE: 'voip',
    },
    sentences: [],
  },
  {
    what: 'a certificate that everybody may read, with its key in a file of its own',
    settings: await (async () => {
      const { cert, key } = await authority.issue({ subject })
      const files = { APNS_CERTIFICATE_KEY_FILE: write('apart.key', key) }
      return { ...withCertificate(write('apart.pem', cert, 0o644)), ...files }
    })(),
    sentences: [],
  },
  {
    what: 'an authority that is none',
    settings: {
      ...base,
      APNS_CA_FILE: write('ca.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
    },
    sentences: [/^APNS_CA_FILE: .*ca\.pem holds no certificate in PEM; /],
  },
  {
    what: 'a password with a bare % in the address of the proxy',
    settings: { ...base, APNS_PROXY_URL: 'http://user:100%@proxy:3128' },
    sentences: [/^APNS_PROXY_URL: its user or password is not encoded; write % as %25/],
  },
  {
    what: 'a good certificate',
    settings: { ...withCertificate(await certificate('good.pem', { subject })), APNS_TEAM_ID: 'TEAM123456' },
    sentences: [],
  },
  {
    what: 'a certificate that has expired',
    settings: withCertificate(
      await certificate('old.pem', {
        subject,
        notBefore: new Date(Date.now() - 20 * day),
        notAfter: new Date(Date.now() - day),
      }),
    ),
    sentences: [
      /^APNS_CERTIFICATE_FILE: the certificate has expired on \d{4}-\d\d-\d\d; renew it on Apple’s developer site\.$/,
    ],
  },
  {
    what: 'a certificate that is not valid yet',
    settings: withCertificate(await certificate('young.pem', { subject, notBefore: new Date(Date.now() + 5 * day) })),
    sentences: [/^APNS_CERTIFICATE_FILE: the certificate is valid from \d{4}-\d\d-\d\d only; check the clock\.$/],
  },
  {
    what: 'a certificate of another team',
    settings: { ...withCertificate(await certificate('team.pem', { subject })), APNS_TEAM_ID: 'OTHER12345' },
    sentences: [/^APNS_TEAM_ID: the certificate belongs to team TEAM123456; /],
  },
  {
    what: 'a certificate of another app',
    settings: withCertificate(await certificate('app.pem', { subject: { ...subject, UID: 'im.other' } })),
    sentences: [/^APNS_CERTIFICATE_FILE: the certificate is for im\.other, not for im\.example\.app; /],
  },
  {
    what: 'a certificate without its key',
    settings: withCertificate(write('bare.pem', (await authority.issue({ subject })).cert)),
    sentences: [/^APNS_CERTIFICATE_FILE: .*bare\.pem holds no private key in PEM; /],
  },
  {
    what: 'a certificate with another’s key',
    settings: {
      ...withCertificate(write('alone.pem', (await authority.issue({ subject })).cert)),
      APNS_CERTIFICATE_KEY_FILE: write('foreign.pem', pem('P-256')),
    },
    sentences: [/^APNS_CERTIFICATE_KEY_FILE: the private key does not belong to the certificate; /],
  },
  {
    what: 'a certificate that is none',
    settings: withCertificate(write('nothing.pem', 'nothing')),
    sentences: [/^APNS_CERTIFICATE_FILE: .*nothing\.pem holds no certificate in PEM; /],
  },
  {
    what: 'addresses that are none',
    settings: { ...base, APNS_URL: 'http://127.0.0.1', APNS_PROXY_URL: 'proxy:3128', APNS_CA_FILE: '/none' },
    sentences: [
      /^APNS_URL: it is no address; write https:\/\/ and a host\.$/,
      /^APNS_PROXY_URL: it is no address; write http:\/\/ or https:\/\/ and a host\.$/,
      /^APNS_CA_FILE: \/none cannot be read \(ENOENT\); check the path\.$/,
    ],
  },
  {
    what: 'a priority that Apple does not have',
    settings: { ...base, APNS_PRIORITY: '7' },
    sentences: [/^APNS_PRIORITY: there is no priority 7; choose 10, 5 or 1\.$/],
  },
]

describe('settings of apns', () => {
  for (const { what, settings, sentences } of apnsCases)
    test(`${what}: ${sentences.length === 0 ? 'taken' : 'refused'}`, async () => {
      const told = await sentencesOf('apns', settings)
      assert.equal(told.length, sentences.length, told.join('\n'))
      for (const [index, expected] of sentences.entries()) assert.match(told[index] ?? '', expected)
      assert.ok(!told.join('').includes('PRIVATE KEY'))
    })

  test('a certificate that expires in ten days is taken, and warned of', async () => {
    const logged: string[] = []
    const path = await certificate('soon.pem', { subject, notAfter: new Date(Date.now() + 10.3 * day) })
    assert.deepEqual(await sentencesOf('apns', withCertificate(path), logged), [])
    assert.ok(
      logged.some((line) => line.includes('the certificate for im.example.app expires in 10 days; renew it')),
      logged.join(''),
    )
  })

  test('one that expires in a month is not', async () => {
    const logged: string[] = []
    const path = await certificate('later.pem', { subject, notAfter: new Date(Date.now() + 30 * day) })
    assert.deepEqual(await sentencesOf('apns', withCertificate(path), logged), [])
    assert.ok(!logged.join('').includes('expires'))
  })
})

mkdirSync(join(folder, 'keys'))
write('keys/AuthKey_FGHIJ12345.p8', pem('P-256'))
const list = (apps: unknown): string => write('apps.json', JSON.stringify(apps))
const entry = { topic: 'im.two', keyFile: 'keys/AuthKey_FGHIJ12345.p8', teamId: 'TEAM654321' }

describe('a list of apps', () => {
  test('with keys of their own, paths relative to it, beside the app of the settings', async () => {
    const apps = list([entry, { ...entry, topic: 'im.three', environment: 'both', pushType: 'voip' }])
    assert.deepEqual(await sentencesOf('apns', { ...base, APNS_APPS_FILE: apps }), [])
    assert.deepEqual(await sentencesOf('apns', { APNS_APPS_FILE: apps }), [])
  })

  const cases: readonly (readonly [what: string, text: () => string, sentence: RegExp])[] = [
    ['is missing', () => join(folder, 'none.json'), /none\.json cannot be read \(ENOENT\); check the path/],
    ['is not JSON', () => write('bad.json', '[{'), /bad\.json is not JSON; see docs\/delivery\.md/],
    ['is no list', () => list({}), /holds no list of apps/],
    ['is empty', () => list([]), /holds no list of apps/],
    ['has something else in it', () => list(['im.one']), /app 1: it is no object/],
    ['has an app without a topic', () => list([entry, { keyFile: 'x' }]), /app 2: it has no topic/],
    ['has a mistyped field', () => list([{ ...entry, keyfile: 'x' }]), /app 1: it has the unknown field keyfile/],
    [
      'has a wrong environment',
      () => list([{ ...entry, environment: 'test' }]),
      /app 1: its environment cannot be used/,
    ],
    ['has an app without a key', () => list([{ topic: 'im.two' }]), /keyFile of im\.two: there is no key for im\.two/],
    [
      'has a key that is missing',
      () => list([{ ...entry, keyFile: 'no.p8', keyId: 'FGHIJ12345' }]),
      /keyFile of im\.two: .*no such file/,
    ],
    [
      'names one twice',
      () => list([entry, { ...entry, environment: 'both' }]),
      /im\.two \(production\) is there twice/,
    ],
  ]
  for (const [what, text, expected] of cases)
    test(`that ${what} is refused`, async () => {
      const told = await sentencesOf('apns', { APNS_APPS_FILE: text() })
      assert.equal(told.length, 1, told.join('\n'))
      assert.match(told[0] ?? '', /^APNS_APPS_FILE: /)
      assert.match(told[0] ?? '', expected)
    })
})

const account = {
  type: 'service_account',
  project_id: 'a-project',
  private_key_id: 'abc',
  private_key: rsa(),
  client_email: 'push@a-project.iam.gserviceaccount.com',
  token_uri: 'https://oauth2.googleapis.com/token',
}
let files = 0
const accountFile = (changes: object = {}): string =>
  write(`account-${++files}.json`, JSON.stringify({ ...account, ...changes }))

describe('settings of fcm', () => {
  const cases: readonly (readonly [what: string, list: () => string, sentence?: RegExp])[] = [
    ['one account', () => accountFile()],
    ['accounts of two projects', () => `${accountFile()},${accountFile({ project_id: 'another' })}`],
    ['accounts of one project for two apps', () => `im.one=${accountFile()},im.two=${accountFile()}`],
    ['nothing', () => '', /it names no file; name the key file of a service account\.$/],
    ['a file that is missing', () => '/none.json', /\/none\.json: there is no such file; check the path\.$/],
    ['a file that is not JSON', () => write('a.txt', 'x'), /a\.txt is not JSON; download the key file/],
    ['the configuration of an app', () => accountFile({ type: undefined }), /is no key of a service account; download/],
    ['an account without a project', () => accountFile({ project_id: '' }), /names no project_id; download/],
    ['a project with a slash', () => accountFile({ project_id: '../x' }), /names no project_id; download/],
    ['an account without a key', () => accountFile({ private_key: 'x' }), /holds no RSA key as private_key; download/],
    ['a key of another kind', () => accountFile({ private_key: pem('P-256') }), /holds no RSA key as private_key/],
    ['a token service without https', () => accountFile({ token_uri: 'http://x' }), /names no token_uri with https/],
    ['a project twice', () => `${accountFile()},${accountFile()}`, /the project a-project is there twice; keep one/],
    [
      'a file that everybody may read',
      () => write('open.json', JSON.stringify(account), 0o604),
      /can be read by everybody \(mode 0604\); run chmod 600/,
    ],
  ]
  for (const [what, text, expected] of cases)
    test(`${what}: ${expected === undefined ? 'taken' : 'refused'}`, async () => {
      const told = await sentencesOf('fcm', { FCM_SERVICE_ACCOUNT_FILES: text() })
      if (expected === undefined) return assert.deepEqual(told, [])
      assert.equal(told.length, 1, told.join('\n'))
      assert.match(told[0] ?? '', /^FCM_SERVICE_ACCOUNT_FILES: /)
      assert.match(told[0] ?? '', expected)
      assert.ok(!told.join('').includes('PRIVATE KEY'))
    })
})

const pair = createVapidKeys()
const other = createVapidKeys()

describe('settings of web-push', () => {
  const keyFile = write('vapid.json', JSON.stringify(pair))
  const good = { WEB_PUSH_VAPID_KEY_FILE: keyFile, WEB_PUSH_SUBJECT: 'mailto:push@example.org' }
  const key = (text: string, mode?: number) => ({ ...good, WEB_PUSH_VAPID_KEY_FILE: write('vapid.txt', text, mode) })
  const cases: readonly (readonly [what: string, settings: () => Readonly<Record<string, string>>, ...RegExp[]])[] = [
    ['a pair', () => good],
    ['a private key alone', () => key(`${pair.privateKey}\n`)],
    ['an https subject', () => ({ ...good, WEB_PUSH_SUBJECT: 'https://example.org/push' })],
    [
      'nothing',
      () => ({}),
      /^WEB_PUSH_VAPID_KEY_FILE: there is no VAPID key; make one with `npx web-push generate-vapid-keys --json`, .*\.$/,
      /^WEB_PUSH_SUBJECT: push services want to know whom to write to; write mailto: and an address that somebody reads\.$/,
    ],
    [
      'a file that is missing',
      () => ({ ...good, WEB_PUSH_VAPID_KEY_FILE: '/none' }),
      /^WEB_PUSH_VAPID_KEY_FILE: \/none: there is no such file; check the path\.$/,
    ],
    ['a file that everybody may read', () => key(pair.privateKey, 0o644), /can be read by everybody .*; run chmod 600/],
    ['a file of something else', () => key('hello'), /vapid\.txt holds no VAPID key; make one with/],
    ['a key that is too short', () => key(pair.privateKey.slice(1)), /holds no VAPID key/],
    ['a key of zeros', () => key('A'.repeat(43)), /holds no VAPID key/],
    ['broken JSON', () => key('{'), /holds no VAPID key/],
    [
      'two halves of two pairs',
      () => key(JSON.stringify({ ...pair, publicKey: other.publicKey })),
      /holds two keys that do not belong together; make one with/,
    ],
    [
      'a subject without a scheme',
      () => ({ ...good, WEB_PUSH_SUBJECT: 'push@example.org' }),
      /^WEB_PUSH_SUBJECT: it is neither mailto: nor https:; /,
    ],
    [
      'hosts that are none',
      () => ({ ...good, WEB_PUSH_HOSTS: 'https://a.org, b.org', WEB_PUSH_PRIVATE_HOSTS: '*' }),
      /^WEB_PUSH_HOSTS: "https:\/\/a\.org" is no host; /,
      /^WEB_PUSH_PRIVATE_HOSTS: "\*" is no host; /,
    ],
    [
      'no authority',
      () => ({ ...good, WEB_PUSH_CA_FILE: '/none' }),
      /^WEB_PUSH_CA_FILE: \/none cannot be read \(ENOENT\); /,
    ],
  ]
  for (const [what, settings, ...expected] of cases)
    test(`${what}: ${expected.length === 0 ? 'taken' : 'refused'}`, async () => {
      const told = await sentencesOf('web-push', settings())
      assert.equal(told.length, expected.length, told.join('\n'))
      for (const [index, sentence] of expected.entries()) assert.match(told[index] ?? '', sentence)
      assert.ok(!told.join('').includes(pair.privateKey))
    })
})
