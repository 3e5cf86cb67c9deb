import { lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Ranges of IPv4 that no public service has (IANA's registry of special-purpose addresses, and what is kept for multicast and later use). */
const closedIpv4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Metadata and more of Azure, in the midst of public addresses.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

/** Ranges within 2000::/3, outside of which nothing is public, that are closed all the same: assignments such as Teredo, documentation, 6to4. */
const closedIpv6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const rangesOf = (
  ranges: readonly (readonly [network: string, prefix: number])[],
  family: 'ipv4' | 'ipv6',
): BlockList => {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family)
  return list
}

const closed4 = rangesOf(closedIpv4, 'ipv4')
const closed6 = rangesOf(closedIpv6, 'ipv6')
const unicast6 = rangesOf([['2000::', 3]], 'ipv6')
/** Addresses that carry one of IPv4 in their last four bytes: mapped ones, and those of NAT64 (RFC 6052). */
const carriers = rangesOf(
  [
    ['::ffff:0:0', 96],
    ['64:ff9b::', 96],
  ],
  'ipv6',
)

/** The last four bytes of an IPv6 address, as one of IPv4. */
const carried = (address: string): string => {
  const { hostname } = new URL(`http://[${address}]`)
  const groups = hostname.slice(1, -1).split(':')
  const [high = 0, low = 0] = groups.slice(-2).map((group) => Number.parseInt(group || '0', 16))
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
}

/** Whether an address, in digits, is one that anybody on the internet can have: none of a machine's own or its network's. */
export const isPublic = (text: string): boolean => {
  const address = text.replace(/%.*$/, '')
  const family = isIP(address)
  if (family === 4) return !closed4.check(address, 'ipv4')
  if (family !== 6) return false
  if (carriers.check(address, 'ipv6')) return isPublic(carried(address))
  return unicast6.check(address, 'ipv6') && !closed6.check(address, 'ipv6')
}

/** The code of the error with which a connection to a closed address ends. */
export const closedAddress = 'ECLOSEDADDRESS'

class ClosedAddressError extends Error {
  override readonly name = 'ClosedAddressError'
  readonly code = closedAddress
}

/**
 * Looks a name up for a connection, and gives away nothing but public addresses: one closed address among them, and the name has none.
 * What is given is what is connected to, so that a name cannot change its meaning in between. `isExempt`: names that may lie anywhere.
 */
export const createCheckedLookup =
  (isExempt: (host: string) => boolean, resolve: typeof systemLookup = systemLookup): LookupFunction =>
  (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      const [first] = found ?? []
      if (error !== null || first === undefined) return callback(error ?? new Error('no address'), '')
      if (!isExempt(host) && !found.every(({ address }) => isPublic(address)))
        return callback(new ClosedAddressError('not a public address'), '')
      if (options.all) callback(null, found)
      else callback(null, first.address, first.family)
    })
  }
