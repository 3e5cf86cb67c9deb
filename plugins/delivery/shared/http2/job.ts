import type { Exchange } from '../exchange.ts'

/** A POST to a provider. */
export interface ProviderRequest {
  readonly path: string
  /** Header fields in turn: a name in lower case, its value. */
  readonly fields: readonly string[]
  readonly body: Uint8Array
}

/** One request to a provider, until it has its exchange. */
export interface Job {
  /** All fields, as `ClientHttp2Session.request` takes them. */
  readonly headers: readonly string[]
  readonly body: Uint8Array
  /** Whether the body of a 200 is of interest. */
  readonly readsBody: boolean
  /** On the clock of `performance`. */
  readonly deadline: number
  readonly settle: (exchange: Exchange) => void
  resends: number
  /** Ends it where it is: waiting, or under way. */
  giveUp: (reason: string) => void
}

export interface Aborts {
  /** From now on an abort of the signal gives the job up. */
  enter(job: Job, signal: AbortSignal): void
  leave(job: Job, signal: AbortSignal): void
}

/** The jobs of each signal: one listener for all of them, as there are hundreds on one signal. */
export const createAborts = (): Aborts => {
  const jobsOf = new WeakMap<AbortSignal, Set<Job>>()

  const watch = (signal: AbortSignal): Set<Job> => {
    const jobs = new Set<Job>()
    jobsOf.set(signal, jobs)
    signal.addEventListener(
      'abort',
      () => {
        for (const job of [...jobs]) job.giveUp('stopped')
      },
      { once: true },
    )
    return jobs
  }

  return {
    enter: (job, signal) => void (jobsOf.get(signal) ?? watch(signal)).add(job),
    leave: (job, signal) => void jobsOf.get(signal)?.delete(job),
  }
}
