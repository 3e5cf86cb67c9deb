/** `npm run test:prepare`: installs what the tests start and npm does not bring, a redis-server, where it is missing. */
import { spawnSync } from 'node:child_process'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const isThere = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0

/** Nothing is started by the package: the tests start servers of their own on free ports. */
const apt = (...args: readonly string[]): boolean =>
  spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  }).status === 0

const install = (): boolean => {
  const isRoot = process.getuid?.() === 0
  if (!isRoot || !isThere('apt-get')) return false
  say('installing redis-server')
  const packages = ['install', '-y', '--no-install-recommends', 'redis-server', 'redis-tools']
  return apt(...packages) || (apt('update') && apt(...packages))
}

if (!isThere('redis-server') && !(install() && isThere('redis-server'))) {
  say(
    'The tests need redis-server 7 or newer in the PATH, and it cannot be installed here: install it, or run as root on Debian.',
  )
  process.exitCode = 1
}
