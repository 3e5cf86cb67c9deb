/** The fakes of Apple and Google break as those do, and nothing that breaks them breaks a test. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http2 from 'node:http2'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { type ProviderServer, type ProviderServerOptions, startProviderServer } from '../../fakes/provider-server.ts'
import { until } from '../../support/stage.ts'

const withProvider = async (
  check: (server: ProviderServer, bodies: readonly string[]) => Promise<void>,
  options: ProviderServerOptions = {},
): Promise<void> => {
  const bodies: string[] = []
  const server = await startProviderServer(options, ({ body }) => {
    bodies.push(body)
    return { status: 200 }
  })
  try {
    await check(server, bodies)
  } finally {
    await server.close()
  }
}

const sessionTo = async ({ url, authority }: ProviderServer): Promise<http2.ClientHttp2Session> => {
  const session = http2.connect(url, { ca: authority.cert })
  session.on('error', () => undefined)
  await once(session, 'remoteSettings')
  return session
}

describe('a fake provider', () => {
  for (const direct of [true, false])
    test(`closes while somebody’s handshake never comes to its end${direct ? '' : ', on broken ways too'}`, () =>
      withProvider(
        async (server) => {
          const socket = connect({ port: server.port, allowHalfOpen: true }).on('error', () => undefined)
          await once(socket, 'connect')
          server.cut()
          await server.close()
          socket.destroy()
        },
        { direct },
      ))

  test('says goodbye and changes its settings right after its connections were reset', () =>
    withProvider(async (server) => {
      const session = await sessionTo(server)
      server.cut()
      server.goaway()
      server.goaway({ abrupt: true })
      server.setMaxConcurrentStreams(3)
      session.destroy()
    }))

  test('does not act on a request whose body is broken off', () =>
    withProvider(async (server, bodies) => {
      const session = await sessionTo(server)
      const stream = session.request({ ':method': 'POST', ':path': '/' })
      stream.on('error', () => undefined)
      stream.write('half a')
      await server.waitFor(() => server.heard === 1, 5_000)
      session.destroy()
      await until('the end of its connection', () => server.open === 0)
      assert.deepEqual(bodies, [])
    }))
})
