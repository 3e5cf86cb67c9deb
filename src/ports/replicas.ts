/** One part of a split message, as the protocol core reads it (protocol.md section 4.2). */
export interface Part {
  /** Which of the parts it is; the same part has the same label. */
  readonly label: string
  readonly bytes: Uint8Array
}

export interface ReplicaReport {
  /** 16 hexadecimal digits, new at every start. */
  readonly replica: string
  /** Whether it was heard of in the last seconds. */
  readonly alive: boolean
  /** What it published last: JSON that the engine writes and reads. */
  readonly text: string
}

/**
 * What gateways of one identity that work on one storage share besides the records. A storage that only one process can use
 * has none of it.
 */
export interface Replicas {
  /** Of this gateway: 16 hexadecimal digits, new each time the storage is opened. */
  readonly own: string
  /** Who lives, this one included, sorted: as known from the last second. Whoever is silent for three seconds is gone; whoever closes, at once. */
  living(): readonly string[]
  /** Hears of every change of `living`. Called at most once, before anything else. */
  onChange(changed: (living: readonly string[]) => void): void
  /**
   * Takes or keeps the named lead for `ms` milliseconds; one replica has it at a time. It ends with its time, or with its holder's life.
   * False also while the storage does not answer.
   */
  lead(name: string, ms: number): Promise<boolean>
  /** Gives the lead up. */
  abdicate(name: string): Promise<void>
  /** Who has claimed each of these messages (32 bytes each) or that it is done; `undefined` where nobody has. */
  claimants(ids: readonly Uint8Array[]): Promise<(string | 'done' | undefined)[]>
  /** Tells every other replica; on resolve it is on its way to all that live. JSON of the engine's, at most 64 KiB. */
  tell(notice: string): Promise<void>
  /**
   * Hears what others told, in the order of each. `missed`: notices may have been lost, since the connection was, or there were too
   * many; what they would have said has to be read from the records. Called at most once.
   */
  hear(onNotice: (notice: string) => void, missed: () => void): void
  /** Leaves a report about this replica, for all to see for a day. Kept in memory until the next second's sign of life. */
  report(text: string): void
  reports(): Promise<ReplicaReport[]>
  readonly parts: {
    /**
     * Adds a part of the message `key` (32 bytes), durable on resolve; answers how many different parts are there now, and since when
     * the first is, in milliseconds of the storage's clock. They are forgotten `ms` after the first of them, or earlier where
     * all parts of all messages are more than 64 MiB: the oldest message first.
     */
    add(key: Uint8Array, part: Part, ms: number): Promise<{ readonly count: number; readonly since: number }>
    list(key: Uint8Array): Promise<Part[]>
    remove(key: Uint8Array): Promise<void>
  }
}
