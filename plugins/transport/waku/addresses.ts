import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'

/** A multiaddr, `undefined` where `text` is none. */
export const parseMultiaddr = (text: string): Multiaddr | undefined => {
  try {
    return multiaddr(text)
  } catch {
    return undefined
  }
}

/** Whether it is a TCP or WebSocket address. */
export const isReachable = (address: Multiaddr): boolean =>
  /^\/(ip4|ip6|dns|dns4|dns6)\/[^/]+\/tcp\/\d+/.test(address.toString())

/** The ids of the peers that these multiaddrs name. */
export const peerIdsIn = (addresses: readonly string[]): string[] =>
  addresses.flatMap((address) => parseMultiaddr(address)?.getPeerId() ?? [])

/** The address with the peer's id, `undefined` where it cannot be called or names another. */
export const withPeer = (text: string, peer: string): Multiaddr | undefined => {
  const address = parseMultiaddr(text)
  if (address === undefined || !isReachable(address)) return undefined
  const named = address.getPeerId()
  if (named !== null) return named === peer ? address : undefined
  return parseMultiaddr(`${text}/p2p/${peer}`)
}
