const failuresToRest = 3
const restMs = 30_000
/** A push that waits for its answer longer than this makes its host one that is slow. */
const slowMs = 1_000
/** A slow host gets one of so many places. */
const slowShare = 8
const pauseMs = 1_000
const mostRemembered = 10_000

/** How the push services do, so that one that is slow or down does not take the places of the others. */
export interface Hosts {
  /** Takes a place for a push: how to give it back, or the milliseconds to wait, where the host has none. */
  enter(host: string): ((worked: boolean) => void) | number
  /** How many are left alone for a while. */
  readonly resting: number
}

interface Host {
  /** Pushes under way, the oldest first: when they began. */
  readonly under: Set<{ readonly since: number }>
  failures: number
  restsUntil: number
}

export const createHosts = (concurrency: number): Hosts => {
  const hosts = new Map<string, Host>()
  const fewest = Math.max(1, Math.floor(concurrency / slowShare))

  const forgetOld = (): void => {
    for (const [name, { under }] of hosts) {
      if (hosts.size <= mostRemembered) return
      if (under.size === 0) hosts.delete(name)
    }
  }

  const hostOf = (name: string): Host => {
    const known = hosts.get(name)
    if (known !== undefined) return known
    const host: Host = { under: new Set(), failures: 0, restsUntil: 0 }
    hosts.set(name, host)
    forgetOld()
    return host
  }

  const placesOf = ({ under, failures }: Host, now: number): number => {
    if (failures >= failuresToRest) return 1
    const [oldest] = under
    return failures > 0 || (oldest !== undefined && now - oldest.since > slowMs) ? fewest : Number.POSITIVE_INFINITY
  }

  return {
    enter: (name) => {
      const host = hostOf(name)
      const since = performance.now()
      if (host.restsUntil > since) return host.restsUntil - since
      if (host.under.size >= placesOf(host, since)) return pauseMs
      const place = { since }
      host.under.add(place)
      return (worked) => {
        host.under.delete(place)
        host.failures = worked ? 0 : host.failures + 1
        if (host.failures >= failuresToRest) host.restsUntil = performance.now() + restMs
      }
    },
    get resting() {
      const now = performance.now()
      return [...hosts.values()].filter(({ restsUntil }) => restsUntil > now).length
    },
  }
}
