import { createServer, isIP } from 'node:net'
import type { PluginContext, Problem, SettingsOf } from '../../../../src/ports/index.ts'
import { parseMultiaddr } from '../addresses.ts'
import { discoveryProblems } from '../discovery/index.ts'
import { announceProblems, networkSettings, peerProblems, shardProblems, storeSettings } from '../network.ts'
import { listOf } from '../shards.ts'
import type { RelayOptions } from './relay.ts'

export const settings = {
  WAKU_HOST: { type: 'string', description: 'IP address to listen on.', default: '0.0.0.0', minLength: 1 },
  WAKU_TCP_PORT: {
    type: 'integer',
    description: 'TCP port for relay peers; 0 takes any free one.',
    default: 60000,
    minimum: 0,
    maximum: 65535,
  },
  WAKU_WS_PORT: {
    type: 'integer',
    description: 'Port for relay peers over WebSocket; without it there is no WebSocket listener.',
    minimum: 0,
    maximum: 65535,
  },
  WAKU_PEERS: {
    type: 'string',
    description: 'Comma-separated multiaddrs of relay peers to stay connected with, each with /p2p/ and the peer id.',
    default: '',
  },
  ...storeSettings,
  WAKU_DNS_DISCOVERY: {
    type: 'string',
    description: 'Comma-separated enrtree:// URLs of trees of peers in DNS, to find relay peers in.',
    default: '',
  },
  WAKU_DNS_SERVERS: {
    type: 'string',
    description: 'Comma-separated host:port of DNS servers for WAKU_DNS_DISCOVERY; without them those of the system.',
    default: '',
  },
  WAKU_PEER_EXCHANGE: {
    type: 'boolean',
    description: 'Ask peers for other peers, up to eight relay peers in all.',
    default: false,
  },
  WAKU_RELAY_FORWARD: {
    type: 'boolean',
    description:
      'Pass on what others send, as a relay should. Without it the gateway receives everything and passes on nothing but its own: less traffic, and peers may come to prefer others.',
    default: true,
  },
  WAKU_PEER_MESSAGES_PER_SECOND: {
    type: 'integer',
    description:
      'What one peer may send for long, 20 KB for each message on average; bursts of 20 times as many pass. On topics of our own a tenth of that, at least 100, except for peers in WAKU_PEERS or WAKU_STORE_NODES. What goes beyond is dropped; a peer that goes on is hung up on and refused for 5 minutes, 30 s if it is in WAKU_PEERS or WAKU_STORE_NODES.',
    default: 1000,
    minimum: 10,
    maximum: 1_000_000,
  },
  ...networkSettings,
  WAKU_ANNOUNCE: {
    type: 'string',
    description:
      'Comma-separated multiaddrs under which others reach us, where those we listen on are not the right ones.',
    default: '',
  },
} as const

export type RelaySettings = SettingsOf<typeof settings>

const addressProblems = ({ WAKU_PEERS, WAKU_STORE_NODES, WAKU_ANNOUNCE }: RelaySettings): Problem[] => [
  ...peerProblems('WAKU_PEERS', WAKU_PEERS),
  ...peerProblems('WAKU_STORE_NODES', WAKU_STORE_NODES),
  ...announceProblems('WAKU_ANNOUNCE', WAKU_ANNOUNCE),
]

/** The code of the error with which listening there fails, `undefined` where it works. */
const tryListen = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port }, () => server.close(() => resolve(undefined)))
  })

const listenFaults: Readonly<Record<string, [setting: 'port' | 'host', wrong: string, mend: string]>> = {
  EADDRINUSE: ['port', 'is in use', 'stop what uses it or name another port'],
  EACCES: ['port', 'may not be used by this user', 'name a port above 1023'],
  EADDRNOTAVAIL: ['host', 'is no address of this machine', 'name one, or 0.0.0.0 for all'],
}

const hostAddress = (host: string): string => `/ip${isIP(host) === 6 ? 6 : 4}/${host}`

const listenProblem = async (host: string, setting: string, port: number): Promise<Problem[]> => {
  const code = await tryListen(host, port)
  if (code === undefined) return []
  const [which, wrong, mend] = listenFaults[code] ?? ['port', `cannot be listened on (${code})`, 'name another port']
  return which === 'host'
    ? [{ setting: 'WAKU_HOST', wrong: `${host} ${wrong}`, mend }]
    : [{ setting, wrong: `port ${port} ${wrong}`, mend }]
}

const portProblems = async ({ WAKU_HOST, WAKU_TCP_PORT, WAKU_WS_PORT }: RelaySettings): Promise<Problem[]> => {
  if (WAKU_WS_PORT !== undefined && WAKU_WS_PORT !== 0 && WAKU_WS_PORT === WAKU_TCP_PORT)
    return [{ setting: 'WAKU_WS_PORT', wrong: `port ${WAKU_WS_PORT} is also WAKU_TCP_PORT`, mend: 'name another port' }]
  if (isIP(WAKU_HOST) === 0 || parseMultiaddr(hostAddress(WAKU_HOST)) === undefined)
    return [
      {
        setting: 'WAKU_HOST',
        wrong: `"${WAKU_HOST}" is no IP address`,
        mend: 'name one, such as 127.0.0.1, or 0.0.0.0 for all',
      },
    ]
  const tcp = await listenProblem(WAKU_HOST, 'WAKU_TCP_PORT', WAKU_TCP_PORT)
  const ws = WAKU_WS_PORT === undefined ? [] : await listenProblem(WAKU_HOST, 'WAKU_WS_PORT', WAKU_WS_PORT)
  const told = new Set(tcp.map(({ setting }) => setting))
  return [...tcp, ...ws.filter(({ setting }) => !told.has(setting))]
}

/** Everything that is wrong with the settings. Binds the ports for a moment, dials nobody. */
export const preflight = async ({ settings: values }: PluginContext<RelaySettings>): Promise<Problem[]> => [
  ...shardProblems(values),
  ...addressProblems(values),
  ...discoveryProblems(
    { setting: 'WAKU_DNS_DISCOVERY', values: listOf(values.WAKU_DNS_DISCOVERY) },
    { setting: 'WAKU_DNS_SERVERS', values: listOf(values.WAKU_DNS_SERVERS) },
  ),
  ...(await portProblems(values)),
]

/** The options of the relay that these settings describe; they have passed `preflight`. */
export const relayOptionsOf = (values: RelaySettings): RelayOptions => {
  const ip = hostAddress(values.WAKU_HOST)
  const ws = values.WAKU_WS_PORT === undefined ? [] : [`${ip}/tcp/${values.WAKU_WS_PORT}/ws`]
  return {
    cluster: values.WAKU_CLUSTER,
    shards: [...new Set(listOf(values.WAKU_SHARDS).map(Number))],
    publishShard: values.WAKU_PUBLISH_SHARD,
    peers: listOf(values.WAKU_PEERS),
    stores: listOf(values.WAKU_STORE_NODES),
    trees: listOf(values.WAKU_DNS_DISCOVERY),
    dnsServers: listOf(values.WAKU_DNS_SERVERS),
    peerExchange: values.WAKU_PEER_EXCHANGE,
    forward: values.WAKU_RELAY_FORWARD,
    peerMessagesPerSecond: values.WAKU_PEER_MESSAGES_PER_SECOND,
    listen: [`${ip}/tcp/${values.WAKU_TCP_PORT}`, ...ws],
    announce: listOf(values.WAKU_ANNOUNCE),
    maxMessageBytes: values.WAKU_MAX_MESSAGE_BYTES,
  }
}
