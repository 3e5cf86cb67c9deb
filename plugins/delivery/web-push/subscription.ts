/** Where a browser, or an app of UnifiedPush, is pushed to, and the keys that its pushes are encrypted for. */
export interface Subscription {
  readonly url: URL
  /** P-256 point, uncompressed, 65 bytes, in base64url. */
  readonly p256dh: string
  /** 16 bytes, in base64url. */
  readonly auth: string
}

/** Most bytes of a device token of ours. */
const mostBytes = 8_192
const [pointBytes, authBytes] = [65, 16] as const

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const bytesOf = (value: unknown): Buffer =>
  typeof value === 'string' && /^[\w-]+={0,2}$/.test(value) ? Buffer.from(value, 'base64url') : Buffer.alloc(0)

/** Reads the JSON of a PushSubscription: `{"endpoint":"https://…","keys":{"p256dh":"…","auth":"…"}}`; what else it has is ignored. */
export const readSubscription = (deviceToken: string): Subscription | { readonly flaw: string } => {
  if (deviceToken.length > mostBytes) return { flaw: 'the device token is too long for a push subscription' }
  const value = parse(deviceToken)
  if (!isRecord(value)) return { flaw: 'the device token is no push subscription in JSON' }
  const { endpoint, keys } = value
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) return { flaw: 'the subscription has no endpoint' }
  const url = new URL(endpoint)
  if (url.protocol !== 'https:') return { flaw: 'the endpoint is not https' }
  if (url.username !== '' || url.password !== '') return { flaw: 'the endpoint has a user or a password in it' }
  if (!isRecord(keys)) return { flaw: 'the subscription has no keys' }
  const point = bytesOf(keys['p256dh'])
  if (point.length !== pointBytes || point[0] !== 4) return { flaw: 'the subscription has no p256dh of 65 bytes' }
  const auth = bytesOf(keys['auth'])
  if (auth.length !== authBytes) return { flaw: 'the subscription has no auth of 16 bytes' }
  url.hash = ''
  return { url, p256dh: point.toString('base64url'), auth: auth.toString('base64url') }
}
