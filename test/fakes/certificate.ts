import { generate } from 'selfsigned'

export interface Certificate {
  /** PEM. */
  readonly cert: string
  /** PEM, without a passphrase. */
  readonly key: string
}

export interface CertificateWishes {
  /** Fields of the subject, such as `CN`, `UID`, `OU` (short names). */
  readonly subject?: Readonly<Record<string, string>>
  /** DNS names and IP addresses. */
  readonly names?: readonly string[]
  readonly notBefore?: Date
  readonly notAfter?: Date
}

/** Who signs certificates: those who are to believe them need its `cert`. */
export interface Authority extends Certificate {
  issue(wishes?: CertificateWishes): Promise<Certificate>
}

const day = 86_400_000

const attributeOf = (name: string, value: string) => ({
  shortName: name === 'UID' ? '0.9.2342.19200300.100.1.1' : name,
  value,
})

const attributes = (subject: Readonly<Record<string, string>>) =>
  Object.entries(subject).map(([name, value]) => attributeOf(name, value))

const altNames = (names: readonly string[]) =>
  names.map((name) =>
    /^[\d.]+$|:/.test(name) ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const),
  )

/** An authority of a day, for fakes with real TLS. */
export const createAuthority = async (): Promise<Authority> => {
  const root = await generate(attributes({ CN: 'Reveille stand-in authority' }), {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - day),
    notAfterDate: new Date(Date.now() + 365 * day),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  })
  return {
    cert: root.cert,
    key: root.private,
    issue: async ({ subject = { CN: 'localhost' }, names = [], notBefore, notAfter } = {}) => {
      const { cert, private: key } = await generate(attributes(subject), {
        keyType: 'ec',
        algorithm: 'sha256',
        notBeforeDate: notBefore ?? new Date(Date.now() - day),
        notAfterDate: notAfter ?? new Date(Date.now() + 90 * day),
        ca: { key: root.private, cert: root.cert },
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
          ...(names.length === 0 ? [] : [{ name: 'subjectAltName', altNames: altNames(names) } as const]),
        ],
      })
      return { cert: `${cert.trim()}\n`, key: `${key.trim()}\n` }
    },
  }
}
