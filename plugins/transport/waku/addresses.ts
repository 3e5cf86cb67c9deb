import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'

/** A multiaddr, `undefined` where `text` is none. */
export const parseMultiaddr = (text: string): Multiaddr | undefined => {
  try {
    return multiaddr(text)
  } catch {
    return undefined
  }
}

const tcpPattern = /^\/(?:ip4|ip6|dns|dns4|dns6)\/[^/]+\/tcp\/(\d+)(\/.+)?$/
const webSocketPattern = /^\/(?:ws|wss|tls\/ws|tls\/sni\/[^/]+\/ws)(?=\/|$)/
const peerPattern = /^\/p2p\/[^/]+$/

/** Why nobody could be called there, `undefined` where it is a TCP or WebSocket address with nothing behind it but its peer. */
export const unreachable = (address: Multiaddr): string | undefined => {
  const text = address.toString()
  const [, port, behind = ''] = tcpPattern.exec(text) ?? []
  if (port === undefined) return 'is no TCP or WebSocket address'
  if (Number(port) < 1 || Number(port) > 65_535) return `names port ${port}`
  const rest = behind.replace(webSocketPattern, '')
  if (rest === '' || peerPattern.test(rest)) return undefined
  if (rest.includes('/p2p-circuit')) return 'goes through another peer (/p2p-circuit), which is not supported'
  if (/^\/tls(\/|$)/.test(rest)) return 'has /tls without /ws'
  return `is no TCP or WebSocket address: nothing but /p2p/ may stand where ${rest.slice(0, 60)} does`
}

/** Whether it is a TCP or WebSocket address of somebody who can be called. */
export const isReachable = (address: Multiaddr): boolean => unreachable(address) === undefined

/** The ids of the peers that these multiaddrs name. */
export const peerIdsIn = (addresses: readonly string[]): string[] =>
  addresses.flatMap((address) => parseMultiaddr(address)?.getPeerId() ?? [])

/** The address with the peer's id, `undefined` where it cannot be called or names another. */
export const withPeer = (text: string, peer: string): Multiaddr | undefined => {
  const address = parseMultiaddr(text)
  if (address === undefined || !isReachable(address)) return undefined
  const named = address.getPeerId()
  if (named !== null) return named === peer ? address : undefined
  const whole = parseMultiaddr(`${text}/p2p/${peer}`)
  return whole !== undefined && isReachable(whole) ? whole : undefined
}
