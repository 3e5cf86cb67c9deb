import { createServer, connect as dial, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * How the network fails. `reset`: connections end with a reset, new ones too. `refuse`: connections are reset, nobody listens.
 * `silence`: nothing is lost from sight, but no byte passes and no answer comes, neither for connections there nor for new ones.
 */
export type Cut = 'reset' | 'refuse' | 'silence'

/** A stretch of network that a test can break: a port on loopback behind which `target` is. */
export interface TcpProxy {
  readonly host: string
  readonly port: number
  /** The multiaddr of the port, with the peer id of the target where that is a multiaddr that names one. */
  readonly address: string
  cut(how: Cut): void
  /**
   * The network is back. Connections that a silence held go on where they were, as TCP does; with `forget` they stay silent for
   * ever, as behind a NAT that has forgotten them. Those that were begun during the silence lead nowhere.
   */
  mend(how?: 'resume' | 'forget'): Promise<void>
  /** Holds back every byte for this long, in both directions and in order. */
  delay(ms: number): void
  /** Where new connections go from now on. */
  retarget(target: string | number): void
  /** Connections that were accepted since the start. */
  accepted(): number
  /** Connections that pass bytes now. */
  open(): number
  close(): Promise<void>
}

const maxHeldBytes = 1024 * 1024

interface Goal {
  readonly host: string
  readonly port: number
  readonly suffix: string
}

interface Link {
  readonly ends: readonly Socket[]
  state: 'passing' | 'held' | 'dead'
}

/** A port, or a multiaddr like `/ip4/127.0.0.1/tcp/60000/p2p/…`. */
const goalOf = (target: string | number): Goal => {
  if (typeof target === 'number') return { host: '127.0.0.1', port: target, suffix: '' }
  const [, host, port, suffix = ''] = /^\/(?:ip4|ip6|dns4)\/([^/]+)\/tcp\/(\d+)(.*)$/.exec(target) ?? []
  if (host === undefined || port === undefined) throw new Error(`${target} is no TCP multiaddr.`)
  return { host, port: Number(port), suffix }
}

export const createTcpProxy = async (target: string | number): Promise<TcpProxy> => {
  let goal = goalOf(target)
  let broken: Cut | undefined
  let delayMs = 0
  let accepted = 0
  const links = new Set<Link>()

  const pipe = (link: Link, from: Socket, to: Socket): void => {
    let order = Promise.resolve()
    /** In order, after the delay of now, and not while the network is gone. */
    const later = (act: () => void): void => {
      const due = performance.now() + delayMs
      order = order.then(async () => {
        while (due > performance.now()) await sleep(Math.ceil(due - performance.now()), undefined, { ref: false })
        while (link.state === 'held') await sleep(5, undefined, { ref: false })
        if (link.state === 'passing') act()
      })
    }
    from.on('data', (chunk: Buffer) => {
      later(() => void to.write(chunk))
      if (to.writableLength < maxHeldBytes) return
      from.pause()
      to.once('drain', () => link.state === 'passing' && from.resume())
    })
    from.on('error', () => {})
    from.on('close', (failed: boolean) => {
      if (link.ends.every(({ destroyed }) => destroyed)) links.delete(link)
      later(() => {
        if (failed) to.resetAndDestroy()
        else to.end()
      })
    })
  }

  const accept = (near: Socket): void => {
    accepted += 1
    near.on('error', () => {})
    if (broken === 'reset') return void near.resetAndDestroy()
    if (broken === 'silence') {
      near.pause()
      return void links.add({ ends: [near], state: 'dead' })
    }
    const far = dial({ host: goal.host, port: goal.port, noDelay: true })
    const link: Link = { ends: [near, far], state: 'passing' }
    links.add(link)
    near.setNoDelay(true)
    pipe(link, near, far)
    pipe(link, far, near)
  }

  const drop = (link: Link): void => {
    links.delete(link)
    link.state = 'dead'
    // One that was shut down already cannot be reset any more, and its handle would stay open for ever.
    for (const end of link.ends) end.writableEnded ? end.destroy() : end.resetAndDestroy()
  }

  const hold = (link: Link): void => {
    if (link.state === 'passing') link.state = 'held'
    for (const end of link.ends) end.pause()
  }

  const resume = (link: Link): void => {
    link.state = 'passing'
    for (const end of link.ends) end.resume()
  }

  const server = createServer(accept)
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
  await listen(0)
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The proxy has no port.')
  const { port } = bound

  return {
    host: '127.0.0.1',
    port,
    get address() {
      return `/ip4/127.0.0.1/tcp/${port}${goal.suffix}`
    },
    cut: (how) => {
      broken = how
      for (const link of links) how === 'silence' ? hold(link) : drop(link)
      if (how === 'refuse') server.close()
    },
    mend: async (how = 'resume') => {
      broken = undefined
      for (const link of links) {
        if (link.state !== 'held') continue
        if (how === 'resume') resume(link)
        else link.state = 'dead'
      }
      if (!server.listening) await listen(port)
    },
    delay: (ms) => {
      delayMs = ms
    },
    retarget: (next) => {
      goal = goalOf(next)
    },
    accepted: () => accepted,
    open: () => [...links].filter(({ state }) => state === 'passing').length,
    close: async () => {
      for (const link of links) drop(link)
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}
