import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Problem, sentence } from '../../../src/ports/index.ts'
import { hex, identityOf, keyOf, registrationOf } from '../../kits/storage-samples.ts'
import { inFolder, openIn, preflightOf } from './sqlite-helpers.ts'

const moduleOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const makeOurs = async (folder: string): Promise<void> => (await openIn(folder)).close()

const edit = (folder: string, sql: string): void => {
  const database = new DatabaseSync(join(folder, 'reveille.db'))
  database.exec(sql)
  database.close()
}

const fileMode = (path: string): string => (statSync(path).mode & 0o777).toString(8)

/** All that a folder holds, to see that nothing changed. */
const contentsOf = (folder: string) =>
  readdirSync(folder).map((name) => {
    const path = join(folder, name)
    const stats = statSync(path)
    return [name, stats.mtimeMs, stats.size, stats.isFile() ? readFileSync(path).toString('base64') : '']
  })

const refused: readonly {
  readonly name: string
  readonly make: (folder: string) => void | Promise<void>
  readonly wrong: RegExp
}[] = [
  {
    name: 'of a newer version',
    async make(folder) {
      await makeOurs(folder)
      edit(folder, 'PRAGMA user_version = 1000')
    },
    wrong: /written by a newer gateway \(schema 1000, this one knows \d+\)/,
  },
  {
    name: 'that is no database',
    make: (folder) => writeFileSync(join(folder, 'reveille.db'), 'x'.repeat(5000)),
    wrong: /no SQLite database/,
  },
  {
    name: 'that is too short for a database',
    make: (folder) => writeFileSync(join(folder, 'reveille.db'), 'notes'),
    wrong: /no SQLite database/,
  },
  {
    name: 'of another application',
    make: (folder) => edit(folder, 'CREATE TABLE songs (title TEXT)'),
    wrong: /another application/,
  },
  {
    name: 'with the mark of another application',
    make: (folder) => edit(folder, 'PRAGMA application_id = 7; PRAGMA user_version = 1; PRAGMA journal_mode = WAL'),
    wrong: /another application/,
  },
  { name: 'that is a folder', make: (folder) => mkdirSync(join(folder, 'reveille.db')), wrong: /no regular file/ },
]

describe('the file of sqlite', () => {
  for (const { name, make, wrong } of refused)
    test(
      `is refused when it is one ${name}, and left as it is`,
      inFolder(async (folder) => {
        await make(folder)
        const before = contentsOf(folder)
        const [problem] = await preflightOf(folder)
        assert.equal(problem?.setting, 'SQLITE_FILE')
        assert.match(problem.wrong, wrong)
        await assert.rejects(openIn(folder), { name: 'StartError', message: sentence(problem) })
        assert.deepEqual(contentsOf(folder), before)
      }),
    )

  test(
    'is refused when its folder does not exist',
    inFolder(async (folder) => {
      const [problem] = await preflightOf(folder, 'missing/reveille.db')
      assert.match(problem?.wrong ?? '', /missing does not exist/)
      assert.deepEqual(readdirSync(folder), [])
    }),
  )

  test(
    'is made by nobody before the start, and fine where there is none or one of ours',
    inFolder(async (folder) => {
      assert.deepEqual(await preflightOf(folder), [])
      assert.deepEqual(readdirSync(folder), [])
      await makeOurs(folder)
      const before = contentsOf(folder)
      assert.deepEqual(await preflightOf(folder), [])
      assert.deepEqual(contentsOf(folder), before)
    }),
  )

  test(
    'lies in the data folder unless it has a folder of its own',
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'notes.txt'), 'notes')
      for (const name of ['notes.txt', join(folder, 'notes.txt')])
        assert.match((await preflightOf(folder, name))[0]?.wrong ?? '', /no SQLite database/)
    }),
  )

  test(
    'and its journals are for the gateway alone',
    inFolder(async (folder) => {
      const storage = await openIn(folder)
      await storage.cursors.set('a', 1n)
      const names = readdirSync(folder).sort()
      assert.deepEqual(names, ['reveille.db', 'reveille.db-shm', 'reveille.db-wal', 'reveille.db.lock'])
      for (const name of names) assert.equal(fileMode(join(folder, name)), '600', name)
      await storage.close()
    }),
  )

  for (const [what, prepare, wrong] of [
    [
      'it cannot be written',
      (folder: string) => chmodSync(join(folder, 'reveille.db'), 0o400),
      /not readable and writable/,
    ],
    ['its folder cannot be written', (folder: string) => chmodSync(folder, 0o500), /folder .* is not writable/],
  ] as const)
    test(
      `is refused when ${what}`,
      inFolder(async (folder) => {
        await makeOurs(folder)
        prepare(folder)
        // The superuser may write everything: the look is taken as somebody else.
        const isRoot = process.getuid?.() === 0
        if (isRoot) for (const path of [folder, join(folder, 'reveille.db')]) chownSync(path, 65534, 65534)
        const user = isRoot ? { uid: 65534, gid: 65534 } : {}
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [moduleOf('./sqlite-preflight.ts'), folder],
          user,
        )
        const problems = JSON.parse(stdout) as Problem[]
        chmodSync(folder, 0o700)
        assert.equal(problems.length, 1)
        assert.match(problems[0]?.wrong ?? '', wrong)
      }),
    )
})

describe('two processes on one file of sqlite', () => {
  const startVictim = async (folder: string) => {
    const args = [moduleOf('./sqlite-victim.ts'), join(folder, 'reveille.db'), hex(identityOf('a')), 'write', 'round']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    return child
  }

  test(
    'the second is refused, whatever name it has for the file, and the first goes on',
    inFolder(async (folder) => {
      const child = await startVictim(folder)
      try {
        symlinkSync(join(folder, 'reveille.db'), join(folder, 'alias.db'))
        for (const name of ['reveille.db', 'alias.db']) {
          await assert.rejects(openIn(folder, { file: join(folder, name) }), {
            name: 'StartError',
            message: /SQLITE_FILE: .* is in use by another gateway process; stop/,
          })
          assert.match((await preflightOf(folder, name))[0]?.wrong ?? '', /in use/)
        }
        await once(child.stdout, 'data')
      } finally {
        child.kill('SIGKILL')
        await once(child, 'close')
      }
      await (await openIn(folder)).close()
    }),
  )

  test(
    'also within one process, where a look at the file must not end its lock',
    inFolder(async (folder) => {
      const storage = await openIn(folder)
      assert.equal((await preflightOf(folder)).length, 1)
      await assert.rejects(openIn(folder), { name: 'StartError', message: /in use/ })
      const child = spawn(
        process.execPath,
        [moduleOf('./sqlite-victim.ts'), join(folder, 'reveille.db'), hex(identityOf('a')), 'write', 'x'],
        { stdio: 'ignore' },
      )
      assert.deepEqual(await once(child, 'close'), [1, null])
      assert.equal(await storage.registrations.put(registrationOf({ owner: 'a' })), 'stored')
      await storage.close()
    }),
  )

  test(
    'a reader beside the gateway sees what is durable and hinders nobody',
    inFolder(async (folder) => {
      const storage = await openIn(folder)
      await storage.registrations.put(registrationOf({ owner: 'a' }))
      const reader = new DatabaseSync(join(folder, 'reveille.db'), { readOnly: true })
      reader.exec('BEGIN')
      assert.equal(reader.prepare('SELECT count(*) AS n FROM registrations').get()?.['n'], 1)
      assert.equal(await storage.registrations.unregister(keyOf('a'), 2n), 'stored')
      reader.close()
      await storage.close()
    }),
  )
})
