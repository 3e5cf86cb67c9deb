/** A binary heap: the least by `before` first. */
export interface Heap<T> {
  readonly size: number
  push(item: T): void
  peek(): T | undefined
  pop(): T | undefined
}

export const createHeap = <T>(before: (a: T, b: T) => boolean): Heap<T> => {
  const items: T[] = []

  const isBefore = (i: number, j: number): boolean => {
    const [a, b] = [items[i], items[j]]
    return a !== undefined && b !== undefined && before(a, b)
  }

  const swap = (i: number, j: number): void => {
    const [a, b] = [items[i], items[j]]
    if (a === undefined || b === undefined) return
    items[i] = b
    items[j] = a
  }

  const rise = (at: number): void => {
    for (let i = at; i > 0; ) {
      const parent = (i - 1) >> 1
      if (!isBefore(i, parent)) return
      swap(i, parent)
      i = parent
    }
  }

  const sink = (): void => {
    for (let i = 0; ; ) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2]) if (isBefore(child, least)) least = child
      if (least === i) return
      swap(i, least)
      i = least
    }
  }

  return {
    get size() {
      return items.length
    },
    push(item) {
      items.push(item)
      rise(items.length - 1)
    },
    peek: () => items[0],
    pop() {
      const first = items[0]
      const last = items.pop()
      if (items.length > 0 && last !== undefined) {
        items[0] = last
        sink()
      }
      return first
    },
  }
}
