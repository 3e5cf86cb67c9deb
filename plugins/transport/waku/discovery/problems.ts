import { Resolver } from 'node:dns'
import type { Problem } from '../../../../src/ports/index.ts'
import { parseTreeUrl } from './tree.ts'

const isServer = (text: string): boolean => {
  try {
    new Resolver().setServers([text])
    return true
  } catch {
    return false
  }
}

/** What is wrong with the URLs of trees and the DNS servers in these settings. Looks nothing up. */
export const discoveryProblems = (
  trees: { readonly setting: string; readonly values: readonly string[] },
  servers: { readonly setting: string; readonly values: readonly string[] },
): Problem[] => [
  ...trees.values.flatMap((text) => {
    const tree = parseTreeUrl(text)
    const mend = 'copy it from those who run the tree, it looks like enrtree://AOGEC…@nodes.example.org'
    return typeof tree === 'string' ? [{ setting: trees.setting, wrong: `"${text}" ${tree}`, mend }] : []
  }),
  ...servers.values
    .filter((text) => !isServer(text))
    .map((text) => ({
      setting: servers.setting,
      wrong: `"${text}" is no address of a DNS server`,
      mend: 'write an IP address, with a port if it is not 53, as in 192.0.2.53 or 192.0.2.53:5353',
    })),
]
