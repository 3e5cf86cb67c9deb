/**
 * Loaded before each test file: once the last test of a file is over, its process has to end by itself. One that a failed test
 * keeps alive, by a server that it left open for example, is named and ended, so that a run never hangs.
 */
import { after } from 'node:test'

const graceMs = 20_000

after(() => {
  setTimeout(() => {
    const active = process.getActiveResourcesInfo().join(', ')
    process.stderr.write(
      `The tests of ${process.argv[1]} are over, and it does not end: ${active || 'nobody knows why'}\n`,
    )
    process.exit(1)
  }, graceMs).unref()
})
