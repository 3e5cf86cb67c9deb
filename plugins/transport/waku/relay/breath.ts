/** How long messages may be handled at a stretch, milliseconds. */
const stretchMs = 8

/**
 * A pause for the rest of the process, `undefined` while none is due. What lies ready on a stream is otherwise handled in one go,
 * and whoever sends fast enough would keep everybody else waiting for seconds.
 */
export const createBreath = (): (() => Promise<void> | undefined) => {
  let since: number | undefined
  let pause: Promise<void> | undefined

  const renew = (): void => {
    since = undefined
    pause = undefined
  }

  return () => {
    const time = performance.now()
    if (since === undefined) {
      since = time
      setImmediate(renew)
    }
    if (time - since < stretchMs) return undefined
    pause ??= new Promise((resolve) => {
      setImmediate(() => {
        renew()
        resolve()
      })
    })
    return pause
  }
}
