import type { PluginContext, Problem, SettingsOf } from '../../../../src/ports/index.ts'
import { parseMultiaddr } from '../addresses.ts'
import { networkSettings, shardProblems } from '../network.ts'
import { listOf } from '../shards.ts'

export const settings = {
  WAKU_REST_URL: {
    type: 'string',
    description: 'Address of the REST API of the Waku node that is already there, without a user or password.',
    default: 'http://127.0.0.1:8645',
    minLength: 1,
  },
  WAKU_REST_PUBLISH: {
    type: 'string',
    description:
      'How answers go out: `relay` by the node itself, which does not say whether a peer took them; `lightpush` by a light push service that the node knows or is, which does.',
    default: 'relay',
    enum: ['relay', 'lightpush'],
  },
  WAKU_REST_STORE_PEERS: {
    type: 'string',
    description:
      'Comma-separated multiaddrs of store nodes that the node is to ask, up to three at once, each with /p2p/ and the peer id; without it, its own store or one that it chooses.',
    default: '',
  },
  WAKU_REST_POLL_MS: {
    type: 'integer',
    description:
      'Longest pause in milliseconds between two reads of the node; while messages come it reads every 50 ms or sooner.',
    default: 500,
    minimum: 10,
    maximum: 5_000,
  },
  WAKU_REST_TIMEOUT_MS: {
    type: 'integer',
    description:
      'How long in milliseconds to wait for the node to publish or to ask a store; it gives up after 5 s itself.',
    default: 8_000,
    minimum: 500,
    maximum: 60_000,
  },
  WAKU_REST_CANARY_URL: {
    type: 'string',
    description:
      'Address of the REST API of a second node, for the canary alone: never the one of WAKU_REST_URL, which gives each message once; without it the canary goes through the same node and shows less of the network.',
  },
  ...networkSettings,
} as const

export type RestSettings = SettingsOf<typeof settings>

/** What is wrong with the address of an API, `undefined` where nothing is. It is not repeated: it may hold a password. */
const urlFault = (text: string): string | undefined => {
  if (!URL.canParse(text)) return 'it is no URL'
  const { protocol, username, password, search, hash } = new URL(text)
  if (protocol !== 'http:' && protocol !== 'https:') return 'it is no URL of http or https'
  if (username !== '' || password !== '')
    return 'it holds a user or a password, which would be sent and shown in the clear'
  return search !== '' || hash !== '' ? 'it has something after its path' : undefined
}

/** An address as it is written in one way alone; the text where it is none. */
const plainUrl = (text: string): string => (URL.canParse(text) ? new URL(text).href.replace(/\/+$/, '') : text)

/** Whether two addresses of an API are the same, however they are written. Two names of one machine are not. */
export const isSameUrl = (a: string, b: string): boolean => plainUrl(a) === plainUrl(b)

const canaryProblems = ({ WAKU_REST_URL, WAKU_REST_CANARY_URL }: RestSettings): Problem[] =>
  WAKU_REST_CANARY_URL === undefined || !isSameUrl(WAKU_REST_URL, WAKU_REST_CANARY_URL)
    ? []
    : [
        {
          setting: 'WAKU_REST_CANARY_URL',
          wrong: 'it is the node of WAKU_REST_URL, whose messages the canary would take away',
          mend: 'name a second node, or leave it out: the canary then shares the one that is there',
        },
      ]

const urlProblems = (values: RestSettings): Problem[] =>
  (['WAKU_REST_URL', 'WAKU_REST_CANARY_URL'] as const).flatMap((setting) => {
    const text = values[setting]
    const wrong = text === undefined ? undefined : urlFault(text)
    return wrong === undefined ? [] : [{ setting, wrong, mend: 'write it like http://127.0.0.1:8645' }]
  })

const peerFault = (text: string): string | undefined => {
  const address = parseMultiaddr(text)
  if (address === undefined) return 'is no multiaddr'
  return address.getPeerId() === null ? 'does not name its peer' : undefined
}

const storeProblems = ({ WAKU_REST_STORE_PEERS }: RestSettings): Problem[] =>
  listOf(WAKU_REST_STORE_PEERS).flatMap((text) => {
    const fault = peerFault(text)
    const mend = 'write it like /ip4/192.0.2.1/tcp/60000/p2p/16Uiu2HA…'
    return fault === undefined ? [] : [{ setting: 'WAKU_REST_STORE_PEERS', wrong: `"${text}" ${fault}`, mend }]
  })

/** Everything that is wrong with the settings. Asks the node nothing: it may come later. */
export const preflight = ({ settings: values }: PluginContext<RestSettings>): Problem[] => [
  ...urlProblems(values),
  ...canaryProblems(values),
  ...storeProblems(values),
  ...shardProblems(values),
]
