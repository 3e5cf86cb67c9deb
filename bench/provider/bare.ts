import { once } from 'node:events'
import http2 from 'node:http2'
import { Pool } from 'undici'
import { createProviderToken } from '../../plugins/delivery/apns/provider-token.ts'
import { defaultTexts } from '../../plugins/delivery/shared/wording.ts'
import { accountOf, keyOf } from './ours.ts'
import { appTopic, dataOfSample, expiresAt, idOf, oneByOne, type Send, sample, timeoutMs } from './pushes.ts'
import type { Provider, Started } from './server-process.ts'

const fetchToken = async (session: http2.ClientHttp2Session, server: Started): Promise<string> => {
  // The account's own assertion is not what is measured here: any client of Google's needs the same one.
  const { createAccessTokens } = await import('../../plugins/delivery/fcm/access-token.ts')
  const { createProviderClient } = await import('../../plugins/delivery/shared/http2/provider-client.ts')
  const client = createProviderClient({
    origin: server.url,
    ca: server.ca,
    mostConnections: 1,
    readsBody: true,
    connectTimeoutMs: timeoutMs,
    timeoutMs,
  })
  const access = await createAccessTokens(accountOf(server), client, Date.now).current(new AbortController().signal)
  client.close()
  if (session.destroyed || 'wrong' in access) throw new Error('the stand-in gave no access token')
  return access.token
}

/** The least that node:http2 can be asked for: ready-made bodies on one session, a status for each. */
const bareHttp2 = async (provider: Provider, server: Started): Promise<Send> => {
  const session = http2.connect(server.url, { ca: server.ca })
  await once(session, 'remoteSettings')
  const { deviceToken } = sample[provider]
  const data = dataOfSample(provider)
  const aps = { alert: defaultTexts[1], 'mutable-content': 1, 'interruption-level': 'active' }
  const appleBody = Buffer.from(JSON.stringify({ aps, ...data }))
  const bearer =
    provider === 'fcm'
      ? `Bearer ${await fetchToken(session, server)}`
      : `bearer ${createProviderToken(keyOf(server), Date.now).current()}`
  const requestOf = (index: number): readonly [http2.OutgoingHttpHeaders, Buffer] => {
    const id = idOf(index)
    if (provider === 'fcm') {
      const body = Buffer.from(
        `{"message":{"token":"${deviceToken}","data":${JSON.stringify(data)},"android":{"priority":"HIGH","ttl":"86400s","collapse_key":"${id}"}}}`,
      )
      const path = `/v1/projects/${server.credentials['project_id']}/messages:send`
      return [
        {
          ':method': 'POST',
          ':path': path,
          authorization: bearer,
          'content-type': 'application/json',
          'content-length': body.length,
        },
        body,
      ]
    }
    return [
      {
        ':method': 'POST',
        ':path': `/3/device/${deviceToken}`,
        authorization: bearer,
        'apns-topic': appTopic,
        'apns-push-type': 'alert',
        'apns-priority': 10,
        'apns-expiration': Math.floor(expiresAt / 1_000),
        'apns-collapse-id': id,
        'content-type': 'application/json',
        'content-length': appleBody.length,
      },
      appleBody,
    ]
  }
  const push = (index: number): Promise<boolean> =>
    new Promise((resolve) => {
      const [headers, body] = requestOf(index)
      const stream = session.request(headers)
      let status = 0
      stream.on('response', (answer) => {
        status = Number(answer[':status'])
      })
      stream.on('data', () => undefined)
      stream.on('error', () => resolve(false))
      stream.on('end', () => resolve(status === 200))
      stream.end(body)
    })
  return oneByOne(push)
}

/** The least that undici can be asked for: ready-made data as JSON, a status and gorush's count for each request. */
const bareUndici = (server: Started): Send => {
  const pool = new Pool(server.url, { connections: 500, pipelining: 1 })
  const { deviceToken } = sample.gorush
  const rest = {
    tokens: [deviceToken],
    platform: 1,
    message: defaultTexts[1],
    topic: appTopic,
    data: dataOfSample('gorush'),
  }
  return async (first, count) => {
    const notifications = Array.from({ length: count }, (_, n) => ({ notif_id: idOf(first + n), ...rest }))
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/api/push',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ notifications }),
    })
    const { counts = 0, logs = [] } = (await body.json()) as {
      readonly counts?: number
      readonly logs?: readonly unknown[]
    }
    // gorush counts a push's token and its topic.
    return statusCode === 200 ? counts / 2 - logs.length : 0
  }
}

export const bareClient = async (provider: Provider, server: Started): Promise<Send> =>
  provider === 'gorush' ? bareUndici(server) : bareHttp2(provider, server)
