import http from 'node:http'
import http2, { type ClientHttp2Session } from 'node:http2'
import https from 'node:https'
import type { Socket } from 'node:net'
import tls from 'node:tls'
import { ProviderError } from '../exchange.ts'

export interface DialOptions {
  /** `https://host[:port]` of the provider. */
  readonly origin: string
  /** PEM: who signs the provider's certificate, in place of the public authorities. */
  readonly ca?: string | undefined
  /** PEM: the certificate that we show, with its key. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined
  /** An HTTP proxy that tunnels with CONNECT: `http://[user:password@]host:port`. */
  readonly proxy?: string | undefined
  readonly connectTimeoutMs: number
}

const proxyCredentials = ({ username, password }: URL): Record<string, string> => {
  if (username === '' && password === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** A socket to `target` (`host:port`) through a proxy. */
const tunnel = (proxy: URL, target: string, signal: AbortSignal): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { request } = proxy.protocol === 'https:' ? https : http
    const asking = request({
      method: 'CONNECT',
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: target,
      headers: { host: target, ...proxyCredentials(proxy) },
      agent: false,
      signal,
    })
    asking.once('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(socket as Socket)
      socket.destroy()
      reject(new ProviderError(`the proxy refused with ${statusCode}`))
    })
    asking.once('response', (response) => {
      response.destroy()
      reject(new ProviderError(`the proxy refused with ${response.statusCode}`))
    })
    asking.once('error', (error) => {
      const code = 'code' in error ? String(error.code) : ''
      if (signal.aborted) return reject(new ProviderError('the proxy did not answer in time'))
      reject(new ProviderError(`the proxy could not be reached${code && ` (${code})`}`))
    })
    asking.end()
  })

const secure = (options: DialOptions, socket: Socket | undefined): tls.TLSSocket => {
  const { hostname, port } = new URL(options.origin)
  const host = hostname.replace(/^\[|\]$/g, '')
  const isName = !/^[\d.]+$|:/.test(host)
  return tls.connect({
    host,
    port: Number(port || 443),
    ALPNProtocols: ['h2'],
    ...(isName ? { servername: host } : {}),
    ...(socket === undefined ? {} : { socket }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...options.certificate,
  })
}

/** Alerts of a peer and mistakes of its certificate, in words. */
const tlsReason = (error: Error): Error => {
  const code = 'code' in error ? String(error.code) : ''
  if (/^(CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|ERR_TLS_CERT)/.test(code))
    return new ProviderError(`its certificate is not trusted (${code})`)
  if (/^ERR_SSL_/.test(code)) return new ProviderError(`it broke off the TLS handshake (${code})`)
  return error
}

/**
 * A session that is ready for requests: TCP (through the proxy, if there is one), TLS with ALPN h2, and the provider's first
 * SETTINGS, which say how many streams it takes. Rejects with the reason.
 */
export const dial = async (options: DialOptions, stop: AbortSignal): Promise<ClientHttp2Session> => {
  const { origin, proxy } = options
  const signal = AbortSignal.any([stop, AbortSignal.timeout(options.connectTimeoutMs)])
  const { hostname, port } = new URL(origin)
  const socket = proxy === undefined ? undefined : await tunnel(new URL(proxy), `${hostname}:${port || 443}`, signal)
  const secured = secure(options, socket)
  const session = http2.connect(origin, { createConnection: () => secured })
  try {
    await new Promise<void>((resolve, reject) => {
      const tooLate = (): void => reject(new ProviderError('it could not be connected to in time'))
      if (signal.aborted) return tooLate()
      signal.addEventListener('abort', tooLate, { once: true })
      session.once('remoteSettings', () => resolve())
      session.once('close', () => reject(new ProviderError('it closed the connection at once')))
      secured.once('error', (error) => reject(tlsReason(error)))
      session.once('error', (error) => reject(tlsReason(error)))
    })
    return session
  } catch (error) {
    session.on('error', () => undefined)
    session.destroy()
    secured.destroy()
    throw error
  }
}
