import type { Log, Replicas, Topic } from '../ports/index.ts'

/** What replicas tell each other. Owners are 64 bytes in hex. */
export type Notice =
  /** Somebody registered: listen on these. */
  | { readonly kind: 'listen'; readonly topics: readonly Topic[] }
  /** An owner may have no registration any more. */
  | { readonly kind: 'forget'; readonly owner: string }
  /** A canary begins its run, or ends it. */
  | { readonly kind: 'canary-begins' | 'canary-ends'; readonly owner: string }
  /** Somebody new wants to know whose run is under way. */
  | { readonly kind: 'canary-asks' }
  /** Its push came out at another replica; `message` in hex, `acceptedAt` in Unix milliseconds. */
  | { readonly kind: 'canary-arrived'; readonly owner: string; readonly message: string; readonly acceptedAt: number }

type Handlers = { readonly [K in Notice['kind']]?: (notice: Extract<Notice, { kind: K }>) => void }

/** The board on which replicas of a gateway leave each other word; without replicas there is nobody to tell. */
export interface Bulletin {
  /** Resolves when it is on its way to all others; rejects with a StorageError. */
  tell(notice: Notice): Promise<void>
  /** Each kind has one handler. */
  on(handlers: Handlers): void
  /** Word may have been lost: called in place of what it would have said. */
  onMissed(missed: () => void): void
}

export const createBulletin = (replicas: Replicas | undefined, log: Log): Bulletin => {
  let handlers: Handlers = {}
  let missed: () => void = () => undefined

  const hear = (text: string): void => {
    try {
      const notice = JSON.parse(text) as Notice
      const handle = handlers[notice.kind] as ((notice: Notice) => void) | undefined
      handle?.(notice)
    } catch (error) {
      log.warn({ event: 'notice-failed', reason: (error as Error).message }, 'what another replica said makes no sense')
    }
  }
  replicas?.hear(hear, () => missed())

  return {
    tell: async (notice) => replicas?.tell(JSON.stringify(notice)),
    on: (more) => {
      handlers = { ...handlers, ...more }
    },
    onMissed: (listener) => {
      missed = listener
    },
  }
}
