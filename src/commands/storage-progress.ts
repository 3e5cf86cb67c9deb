const everyMs = 200
const lineEveryMs = 5_000
const barWidth = 24

/** How far a copy is: one line that changes on a terminal, now and then a line elsewhere. */
export interface Progress {
  /** A kind begins, with about so many entries. */
  begin(name: string, total: number): void
  step(entries: number): void
  end(): void
}

const bar = (share: number): string => {
  const full = Math.round(barWidth * Math.min(1, share))
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`
}

export const createProgress = (warn: (line: string) => void, terminal = process.stderr): Progress => {
  const isLive = terminal.isTTY === true
  let current: { readonly name: string; readonly total: number; readonly from: number; done: number } | undefined
  let shownAt = 0

  const text = (): string => {
    if (current === undefined) return ''
    const { name, total, from, done } = current
    const rate = done / Math.max(0.001, (performance.now() - from) / 1_000)
    const remaining = rate > 0 && total > done ? `, ${Math.ceil((total - done) / rate)} s left` : ''
    const share = total > 0 ? done / total : 1
    return `${name.padEnd(22)} ${bar(share)} ${done}${total > 0 ? ` of ${Math.max(total, done)}` : ''}, ${Math.round(rate)}/s${remaining}`
  }

  const show = (): void => {
    const now = performance.now()
    if (current === undefined || now - shownAt < (isLive ? everyMs : lineEveryMs)) return
    shownAt = now
    if (isLive) terminal.write(`\r\x1b[K${text()}`)
    else warn(text())
  }

  return {
    begin: (name, total) => {
      current = { name, total, from: performance.now(), done: 0 }
      if (!isLive) shownAt = performance.now()
      show()
    },
    step: (entries) => {
      if (current !== undefined) current.done += entries
      show()
    },
    end: () => {
      if (isLive && current !== undefined) terminal.write('\r\x1b[K')
      current = undefined
    },
  }
}
