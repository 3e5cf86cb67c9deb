import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Running, run } from './run.ts'

const fixtures = fileURLToPath(new URL('../fixtures/vectors/', import.meta.url))
const quiet = { WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: '0', HTTP_PORT: '0' }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reveille-command-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8)

describe('reveille', () => {
  test('--help names every command', async () => {
    const { code, stdout } = await run(['--help'], { cwd: folder }).ended
    assert.equal(code, 0)
    for (const name of ['start', 'demo', 'fakes', 'keys', 'storage', 'vectors'])
      assert.match(stdout, new RegExp(`^ +${name} `, 'm'))
  })

  for (const [args, complaint] of [
    [['strat'], 'did you mean start'],
    [['toString'], 'there is no command toString'],
    [['keys'], 'usage: reveille keys make | show'],
    [['vectors'], 'usage: reveille vectors DIR'],
    [['fakes', '--port', 'x'], 'usage: reveille fakes'],
    [['fakes', '--none'], 'usage: reveille fakes'],
    [['fakes', '--dir', '/proc/none'], '--dir: the folder /proc/none cannot be made (ENOENT)'],
    [['vectors', 'nowhere'], 'nowhere cannot be read'],
  ] as const)
    test(`${args.join(' ')} ends with exit code 1 and says: ${complaint}`, async () => {
      const { code, stderr } = await run(args, { cwd: folder }).ended
      assert.equal(code, 1)
      assert.ok(stderr.includes(complaint), stderr)
      assert.doesNotMatch(stderr, /^ +at /m)
    })
})

describe('keys', () => {
  test('make writes a private file and shows only the public key; a second make leaves it alone', async () => {
    const made = await run(['keys', 'make'], { cwd: folder }).ended
    assert.equal(made.code, 0)
    const file = join(folder, 'data', 'identity.key')
    const secret = (await readFile(file, 'utf8')).trim()
    assert.match(secret, /^[0-9a-f]{64}$/)
    assert.equal(await modeOf(file), '600')
    assert.equal(await modeOf(join(folder, 'data')), '700')
    assert.ok(!made.stdout.includes(secret) && !made.stderr.includes(secret))
    assert.equal((await run(['keys', 'make'], { cwd: folder }).ended).code, 1)
    assert.equal((await readFile(file, 'utf8')).trim(), secret)
    const shown = await run(['keys', 'show'], { cwd: folder }).ended
    assert.equal(shown.code, 0)
    assert.ok(made.stdout.endsWith(shown.stdout))
    assert.match(shown.stdout, /^public key {3}0x04[0-9a-f]{128}$/m)
  })

  test('show without an identity says how to get one', async () => {
    const { code, stderr } = await run(['keys', 'show'], { cwd: folder }).ended
    assert.equal(code, 1)
    assert.match(stderr, /^IDENTITY_FILE: .*reveille keys make/)
  })
})

describe('start', () => {
  const ready = async (running: Running): Promise<void> => running.printed('ready ')

  test('without settings makes an identity and a database, says how it is reached, and ends with 0 on SIGTERM', async () => {
    const running = run(['start'], { cwd: folder, env: quiet })
    await ready(running)
    for (const line of [
      /^public key {3}0x04[0-9a-f]{128}$/m,
      /^address .*\/tcp\/\d+\/p2p\//m,
      /^plugin .*storage: sqlite$/m,
      /^plugin .*delivery: console$/m,
    ])
      assert.match(running.stdout(), line)
    const health = /^health +(\S+)$/m.exec(running.stdout())?.[1] ?? ''
    assert.match(health, /^http:\/\/127\.0\.0\.1:\d+\/health\/ready$/)
    assert.equal((await fetch(health.replace('ready', 'live'))).status, 200)
    assert.equal(await modeOf(join(folder, 'data', 'identity.key')), '600')
    assert.equal(await modeOf(join(folder, 'data', 'reveille.db')), '600')
    assert.equal(await modeOf(join(folder, 'data')), '700')
    running.child.kill('SIGTERM')
    assert.equal((await running.ended).code, 0)
  })

  test('keeps its identity, and its address, over a restart', async () => {
    const lines: string[] = []
    for (let n = 0; n < 2; n++) {
      const running = run(['start'], { cwd: folder, env: quiet })
      await ready(running)
      lines.push(/^public key.*$/m.exec(running.stdout())?.[0] ?? '', /p2p\/\S+/.exec(running.stdout())?.[0] ?? '')
      running.child.kill('SIGINT')
      assert.equal((await running.ended).code, 0)
    }
    assert.deepEqual(lines.slice(0, 2), lines.slice(2))
  })

  test('reads .env in the working folder; the environment goes before it', async () => {
    await writeFile(join(folder, '.env'), 'DATA_DIR=elsewhere\nDELIVERY_PLUGINS=nobody\n')
    const running = run(['start'], { cwd: folder, env: { ...quiet, DELIVERY_PLUGINS: 'console' } })
    await ready(running)
    running.child.kill('SIGTERM')
    await running.ended
    assert.deepEqual((await readdir(folder)).sort(), ['.env', 'elsewhere'])
  })

  test('tells all mistakes at once, a sentence each, and leaves nothing on disk', async () => {
    await writeFile(join(folder, '.env'), 'HTTP_PORT=70000\nSTORAGE_PLUGIN=sqlit\nWAKU_PEERZ=x\nLOG_LEVEL=loud\n')
    const { code, stderr, stdout } = await run(['start'], {
      cwd: folder,
      env: { WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: '0' },
    }).ended
    assert.equal(code, 1)
    assert.equal(stdout, '')
    const lines = stderr.trim().split('\n')
    assert.deepEqual(lines.map((line) => line.split(':')[0]).sort(), [
      'HTTP_PORT',
      'LOG_LEVEL',
      'STORAGE_PLUGIN',
      'WAKU_PEERZ',
    ])
    assert.match(stderr, /STORAGE_PLUGIN: .*did you mean sqlite\./)
    assert.match(stderr, /WAKU_PEERZ: .*did you mean WAKU_PEERS\./)
    assert.deepEqual(await readdir(folder), ['.env'])
  })

  test('a second signal ends it at once', async () => {
    const running = run(['start'], { cwd: folder, env: { ...quiet, DELIVERY_PLUGINS: './slow-end.ts' } })
    const ports = fileURLToPath(new URL('../../src/ports/index.ts', import.meta.url))
    await writeFile(
      join(folder, 'slow-end.ts'),
      `import { definePlugin, healthy } from ${JSON.stringify(ports)}
export default definePlugin({ kind: 'delivery', name: 'slow-end', prefix: 'SLOW_END_', settings: {},
  create: () => ({ supports: [1, 2], maxBatch: 1, concurrency: 1, deliver: async () => [], health: async () => healthy, close: () => new Promise(() => {}) }) })`,
    )
    await ready(running)
    running.child.kill('SIGTERM')
    await running.printed('stopping ')
    // What follows within a blink is taken for the same signal, so it is sent until it is a second one.
    const again = setInterval(() => running.child.kill('SIGTERM'), 50)
    const { code } = await running.ended
    clearInterval(again)
    assert.equal(code, 130)
  })
})

describe('vectors', () => {
  test('plays any subset of files, names and skips unknown ones', async () => {
    const cases = join(folder, 'cases')
    await mkdir(cases)
    await writeFile(join(cases, 'keys.json'), await readFile(join(fixtures, 'keys.json')))
    await writeFile(join(cases, 'weather.json'), '{}')
    const { code, stdout } = await run(['vectors', cases], { cwd: folder }).ended
    assert.equal(code, 0)
    assert.deepEqual(stdout.trim().split('\n'), [
      'keys 4/4',
      'weather skipped: not a known vector file',
      '4 passed, 0 failed',
    ])
  })

  test('a failure names the file and the case with what was expected and what came, and makes the exit code 1', async () => {
    const file = JSON.parse(await readFile(join(fixtures, 'registrations.json'), 'utf8'))
    const [first] = file.cases
    await writeFile(
      join(folder, 'registrations.json'),
      JSON.stringify({ ...file, cases: [{ ...first, expect: 'VERSION_MISMATCH' }] }),
    )
    const { code, stdout } = await run(['vectors', folder], { cwd: folder }).ended
    assert.equal(code, 1)
    assert.deepEqual(stdout.trim().split('\n'), [
      'registrations 0/1',
      `  registrations.json: ${first.note}`,
      '    expected VERSION_MISMATCH',
      '    got      success',
      '0 passed, 1 failed',
    ])
  })

  for (const [what, content] of [
    ['no file at all', undefined],
    ['a file that is no JSON', '{'],
    ['a file without cases', '{"cases":[]}'],
  ] as const)
    test(`${what} is not a success`, async () => {
      const cases = join(folder, 'cases')
      await mkdir(cases)
      if (content !== undefined) await writeFile(join(cases, 'keys.json'), content)
      const { code, stdout } = await run(['vectors', cases], { cwd: folder }).ended
      assert.equal(code, 1)
      assert.match(stdout.trim().split('\n').at(-1) ?? '', /^0 passed, [01] failed$/)
    })
})
