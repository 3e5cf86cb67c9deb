import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { basename } from 'node:path'
import { readSecretFile } from '../shared/secret-file.ts'

/** A key for provider tokens, or a certificate for the TLS handshake. */
export type Credentials =
  | { readonly kind: 'key'; readonly key: KeyObject; readonly keyId: string; readonly teamId: string }
  | {
      readonly kind: 'certificate'
      readonly cert: string
      readonly key: string
      /** Unix milliseconds. */
      readonly expiresAt: number
    }

/** One mistake in what an operator gave: the field it is about, what is wrong, how to mend it. */
export interface Flaw {
  readonly field: CredentialField
  readonly wrong: string
  readonly mend: string
}
export type CredentialField = 'keyFile' | 'keyId' | 'teamId' | 'certificateFile' | 'certificateKeyFile'
export type CredentialSource = Readonly<Partial<Record<CredentialField, string>>>

export type Reading = { readonly credentials: Credentials } | { readonly flaws: readonly Flaw[] }

const tenCharacters = /^[A-Z0-9]{10}$/
const onDeveloperSite = 'copy the ten characters from Apple’s developer site'

const idFlaw = (field: 'keyId' | 'teamId', id: string): Flaw[] => {
  if (tenCharacters.test(id)) return []
  const wrong = id === '' ? 'it is missing' : 'it is not ten capital letters and digits'
  return [{ field, wrong, mend: onDeveloperSite }]
}

const parseKey = (text: string): KeyObject | undefined => {
  try {
    return createPrivateKey(text)
  } catch {
    return undefined
  }
}

const readKey = ({ keyFile = '', keyId: givenId = '', teamId = '' }: CredentialSource): Reading => {
  const namedAfter = /^AuthKey_([A-Z0-9]{10})\.p8$/.exec(basename(keyFile))?.[1]
  const keyId = givenId || namedAfter || ''
  const flaws: Flaw[] = [...idFlaw('keyId', keyId), ...idFlaw('teamId', teamId)]
  const file = readSecretFile(keyFile)
  const flaw = (wrong: string, mend: string): Reading => ({ flaws: [{ field: 'keyFile', wrong, mend }, ...flaws] })
  if ('wrong' in file) return flaw(file.wrong, file.mend)
  const key = parseKey(file.text)
  if (key === undefined) return flaw(`${keyFile} holds no private key in PEM`, 'name the .p8 file as Apple gave it')
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (key.asymmetricKeyType !== 'ec' || curve !== 'prime256v1')
    return flaw(
      `${keyFile} holds a key of ${curve ?? key.asymmetricKeyType}, not of the curve P-256`,
      'name the .p8 file as Apple gave it',
    )
  if (flaws.length > 0) return { flaws }
  return { credentials: { kind: 'key', key, keyId, teamId } }
}

const parseCertificate = (text: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(text)
  } catch {
    return undefined
  }
}

const subjectField = (certificate: X509Certificate, name: string): string | undefined =>
  new RegExp(`^${name}=(.*)$`, 'm').exec(certificate.subject)?.[1]

const day = (date: Date): string => date.toISOString().slice(0, 10)

/** Apple’s certificates for VoIP name the app with `.voip`. */
const isOfApp = (uid: string, topic: string): boolean => uid === topic || uid === `${topic}.voip`

const readCertificate = (source: CredentialSource, topic: string, now: number): Reading => {
  const { certificateFile = '', certificateKeyFile = '', teamId = '' } = source
  const keyField = certificateKeyFile === '' ? 'certificateFile' : 'certificateKeyFile'
  const flaw = (field: CredentialField, wrong: string, mend: string): Reading => ({ flaws: [{ field, wrong, mend }] })
  // A certificate is everybody's to read; the key is not.
  const file = readSecretFile(certificateFile, { isPublic: certificateKeyFile !== '' })
  if ('wrong' in file) return flaw('certificateFile', file.wrong, file.mend)
  const certificate = parseCertificate(file.text)
  if (certificate === undefined)
    return flaw(
      'certificateFile',
      `${certificateFile} holds no certificate in PEM`,
      'convert it: openssl pkcs12 -in cert.p12 -nodes',
    )
  const keyFile = certificateKeyFile === '' ? file : readSecretFile(certificateKeyFile)
  if ('wrong' in keyFile) return flaw(keyField, keyFile.wrong, keyFile.mend)
  const key = parseKey(keyFile.text)
  if (key === undefined)
    return flaw(
      keyField,
      `${certificateKeyFile || certificateFile} holds no private key in PEM`,
      'add the key without a passphrase',
    )
  if (!certificate.checkPrivateKey(key))
    return flaw(
      keyField,
      'the private key does not belong to the certificate',
      'name the key that the certificate was asked for with',
    )
  const expired = certificate.validToDate
  if (expired.getTime() <= now)
    return flaw(
      'certificateFile',
      `the certificate has expired on ${day(expired)}`,
      'renew it on Apple’s developer site',
    )
  if (certificate.validFromDate.getTime() > now)
    return flaw(
      'certificateFile',
      `the certificate is valid from ${day(certificate.validFromDate)} only`,
      'check the clock',
    )
  const team = subjectField(certificate, 'OU')
  if (teamId !== '' && team !== undefined && team !== teamId)
    return flaw('teamId', `the certificate belongs to team ${team}`, 'name that team, or the certificate of this one')
  const app = subjectField(certificate, 'UID')
  if (app !== undefined && !isOfApp(app, topic))
    return flaw(
      'certificateFile',
      `the certificate is for ${app}, not for ${topic}`,
      'name the certificate of this app',
    )
  return {
    credentials: {
      kind: 'certificate',
      cert: file.text,
      key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      expiresAt: expired.getTime(),
    },
  }
}

/** Reads and checks a key or a certificate of an app (`topic`) at `now`, Unix milliseconds. */
export const readCredentials = (source: CredentialSource, topic: string, now: number): Reading => {
  const { keyFile, certificateFile } = source
  if (keyFile && certificateFile)
    return {
      flaws: [{ field: 'certificateFile', wrong: 'there is a key as well', mend: 'keep the key or the certificate' }],
    }
  if (certificateFile) return readCertificate(source, topic, now)
  if (keyFile) return readKey(source)
  return {
    flaws: [{ field: 'keyFile', wrong: `there is no key for ${topic}`, mend: 'name its .p8 file or its certificate' }],
  }
}
